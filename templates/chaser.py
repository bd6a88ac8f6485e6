"""催办通知 as a Word document in the layout of GB/T 9704-2012."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from templates.words import month_of

BODY, BOLD, TITLE = "仿宋_GB2312", "黑体", "方正小标宋简体"
SIZE, TITLE_SIZE, FOOT_SIZE = Pt(16), Pt(22), Pt(14)
# 22 lines on 225 mm.
PITCH = Pt(28.95)
INDENT = 2


@dataclass(frozen=True, slots=True)
class Chased:
    """One overdue report; ``times`` is how often it was chased by message."""

    unit: str
    form: str
    due: str
    times: int


def chaser_document(
    programme: str, number: str, office: str, period: str, late: Sequence[Chased], now: datetime
) -> bytes:
    """The letter, ready to be numbered and signed: who owes what since when, and what is asked of them."""
    paper = Document()
    _page(paper)
    _title(paper, f"关于报送{month_of(period)}工作进展情况的催办通知")
    units = list(dict.fromkeys(one.unit for one in late))
    _paragraph(paper, f"{'、'.join(units)}：", indent=0)
    notice = f"{programme}{f'（{number}）' if number else ''}"
    at = f"{now.month}月{now.day}日{now:%H:%M}"
    _paragraph(
        paper,
        f"按照{notice}的要求，各单位应按时报送{month_of(period)}工作进展情况。截至{at}，下列报告尚未报出：",
    )
    for place, one in enumerate(late, 1):
        chased = f"，已催报{one.times}次" if one.times else ""
        _paragraph(paper, f"{place}. {one.unit}：{one.form}，应于{one.due}前报送{chased}。")
    _paragraph(
        paper,
        "请上述单位接到本通知后立即填报，经单位主要领导审核签字后报出；确有原因不能按时报出的，请书面说明原因和目前进展。"
        "逾期仍未报出也未说明原因的，将按规定在督查通报中反映。",
    )
    _signature(paper, office, f"{now.year}年{now.month}月{now.day}日")
    content = io.BytesIO()
    paper.save(content)
    return content.getvalue()


def _page(paper: Any) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(28)
    _page_number(section.footer.paragraphs[0])


def _page_number(line: Any) -> None:
    """— 1 —, to the right: a letter of one or two pages."""
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line.paragraph_format.right_indent = FOOT_SIZE
    for text, field in (("— ", ""), ("", "PAGE"), (" —", "")):
        run = line.add_run(text)
        _font(run, "宋体", FOOT_SIZE)
        if field:
            _field(run, field)


def _field(run: Any, code: str) -> None:
    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        run._r.append(element)


def _title(paper: Any, text: str) -> None:
    line = _line(paper.add_paragraph(), text, TITLE, TITLE_SIZE)
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.line_spacing = Pt(34)
    line.paragraph_format.space_after = PITCH


def _paragraph(paper: Any, text: str, indent: int = INDENT) -> None:
    line = _line(paper.add_paragraph(), text, BODY, SIZE)
    line.paragraph_format.first_line_indent = SIZE * indent
    line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _signature(paper: Any, office: str, day: str) -> None:
    """Signature and date to the right, the date four characters from the edge, the office centred on it."""
    paper.add_paragraph().paragraph_format.line_spacing = PITCH
    for text, room in ((office, max(4 - (len(office) - 9) / 2, 0)), (day, 4)):
        line = _line(paper.add_paragraph(), text, BODY, SIZE)
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.right_indent = int(SIZE * room)


def _line(line: Any, text: str, font: str, size: Any) -> Any:
    form = line.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, PITCH
    form.space_before = form.space_after = Pt(0)
    _font(line.add_run(text), font, size)
    return line


def _font(run: Any, name: str, size: Any) -> None:
    """The font's name is written for Chinese text too; the fonts themselves are the office's own."""
    run.font.name, run.font.size = name, size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)
