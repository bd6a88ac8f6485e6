"""督查通报 in Word: the letterhead ``documents/circular.docx``, laid out as GB/T 9704-2012 asks, filled in.

The letterhead is an ordinary Word file: fonts, margins and the red heading are its own, and are changed in Word.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import serialize_for_reading
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from forms.text import clean
from reporting.circular import Circular
from reporting.edition import Edition, Imprint
from reporting.period import parse_period
from templates.circular_annexes import UPRIGHT, Annex, annex_title, annexes_of
from templates.circular_text import Block, Grid, Heading, circular_body, opening_line
from templates.message import Attachment
from templates.undated import repacked
from templates.word_parts import TWIPS, Entry, Looks, indented, paragraph, run, table
from templates.words import month_of, say
from templates.workbook_styles import width_of

LETTERHEAD = Path(__file__).parent / "documents" / "circular.docx"
CHARACTER = 315  # twips: 28 in a line of 156 mm
HEADING_SIZE, NARROWEST = 36, 55  # points; per cent of a letter's width
TITLE_LINE = 40  # half-width letters of 二号 in a line of the title
DATE_FROM_EDGE = 4  # characters
GRID_SIZE = 12.0
WHOLE = 15  # rows that are kept on one page
DIGITS = "〇一二三四五六七八九"


def circular_word(edition: Edition) -> Attachment:
    """The same edition gives the same bytes."""
    letterhead = DocxTemplate(LETTERHEAD)
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    letterhead.render(_filled(edition, _section(letterhead)), environment, autoescape=True)
    letterhead.core_properties.title = clean(title_of(edition).replace("\n", ""))
    made = io.BytesIO()
    letterhead.save(made)
    corrected = f"（更正第{edition.correction}号）" if edition.correction else ""
    return Attachment(f"督查通报（{month_of(edition.period)}）{corrected}.docx", repacked(made.getvalue()))


def _filled(edition: Edition, section: Any) -> dict[str, Any]:
    of, printed = Circular(edition), edition.imprint
    body = [{"kind": "line", "text": opening_line(of)}, *map(_block, circular_body(of))]
    return {
        "heading": _heading(printed.heading or edition.title),
        "number": printed.number or "（草稿）",
        "title": title_of(edition),
        "recipients": clean(printed.recipients),
        "body": body,
        "copies": clean(printed.copies).rstrip("。"),
        "issuer": clean(printed.issuer),
        "printed": f"{_day(printed)}印发",
        "ending": Markup().join(_ending(edition, section)),
    }


def title_of(edition: Edition) -> str:
    """Broken where the sense breaks, when it is longer than a line."""
    at = parse_period(edition.period)
    whole = say(
        "circular.title",
        year=at.year,
        month=month_of(edition.period),
        subject=edition.imprint.subject or "重点工作",
        correction=edition.correction,
    ).unescape()
    lines = [""]
    for piece in whole.split("|"):
        if lines[-1] and width_of(lines[-1] + piece) > TITLE_LINE:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)


def _heading(text: str) -> Markup:
    """发文机关标志 in one line: the longer, the narrower its letters, and only then the smaller."""
    room = UPRIGHT / TWIPS / max(width_of(text) / 2, 1)
    narrow = min(100, int(100 * room / HEADING_SIZE))
    size = HEADING_SIZE if narrow >= NARROWEST else int(room * 100 / NARROWEST)
    half = 2 * size
    scale = f'<w:w w:val="{max(narrow, NARROWEST)}"/>'
    return run(text.replace("\n", ""), f'{scale}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>')


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "section" if block.level == 1 else "part", "text": block.text}
    if isinstance(block, Grid):
        return {"kind": "table", "table": _grid(block)}
    return {"kind": "line", "text": block.text}


def _grid(grid: Grid) -> Markup:
    headings = [one.replace("（", "\n（") for one in grid.headings]
    columns = zip(headings, *grid.rows, strict=True)
    units = [max(map(width_of, cells)) + 2 for cells in columns]
    widths = [int(UPRIGHT * one / sum(units)) for one in units]
    widths[0] += UPRIGHT - sum(widths)
    rows = [[Entry(one) for one in headings]]
    rows += [[Entry(row[0], "left"), *(Entry(one, "right") for one in row[1:])] for row in grid.rows]
    return Markup().join(
        [
            paragraph("表题", grid.title),
            table(rows, widths, Looks(GRID_SIZE, whole=len(rows) <= WHOLE)),
            paragraph("表后"),
        ]
    )


# What follows the text


def _ending(edition: Edition, section: Any) -> Iterator[Markup]:
    """附件说明, 署名, 成文日期, 附注; then each annex on pages of its own. The letterhead has 版记 behind them."""
    annexes = annexes_of(edition)
    yield from _listed([annex_title(sheet) for sheet in edition.sheets])
    closing = list(_signed(edition.imprint))
    closing += [("附注", f"（{clean(note).rstrip('。')}）", "") for note in edition.notes]
    *before, (style, text, properties) = closing or [("表后", "", "")]
    for one in before:
        yield paragraph(*one)
    yield paragraph(style, text, properties + _ended(section))
    for annex in annexes:
        yield annex.content
        yield paragraph(*annex.last, _ended(section, annex))


def _listed(titles: Sequence[str]) -> Iterator[Markup]:
    """One line below the text: 附件：1.…"""
    for number, title in enumerate(titles, 1):
        said = title if len(titles) == 1 else f"{number}. {title}"
        if number == 1:
            yield paragraph("附件说明", f"附件：{said}", '<w:spacing w:before="578"/>')
        else:
            yield paragraph("附件续项", said)


def _signed(printed: Imprint) -> Iterator[tuple[str, str, str]]:
    """The date four characters from the edge, the office's name centred above it."""
    day = _day(printed)
    from_edge = DATE_FROM_EDGE * CHARACTER
    middle = from_edge + width_of(day) * CHARACTER // 4
    issuer = printed.issuer.replace("\n", "")
    beside = max(middle - width_of(issuer) * CHARACTER // 4, 0)
    if issuer:
        yield "署名", issuer, indented(right=beside)
    if day:
        yield "成文日期", day, indented(right=from_edge)


def _day(printed: Imprint) -> str:
    """成文日期, "" for a draft."""
    return dated(printed.issued_on, printed.numerals) if printed.issued_on else ""


def dated(day: date, numerals: str) -> str:
    """2008年7月7日, or 二〇〇八年七月七日 as the edition of 1999 wrote it."""
    if numerals == "arabic":
        return f"{day.year}年{day.month}月{day.day}日"
    year = "".join(DIGITS[int(mark)] for mark in str(day.year))
    return f"{year}年{_spelled(day.month)}月{_spelled(day.day)}日"


def _spelled(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else DIGITS[tens]) + ("十" if tens else "") + (DIGITS[ones] if ones else "")


# Sections


def _section(letterhead: DocxTemplate) -> Any:
    """How the letterhead lays out the pages before the one with 版记."""
    return letterhead.get_docx().sections[0]._sectPr


def _ended(section: Any, annex: Annex | None = None) -> str:
    """Closes the pages up to here: upright, or lying with their head at the binding."""
    found = deepcopy(section)
    size, margins = found.find(qn("w:pgSz")), found.find(qn("w:pgMar"))
    if annex is not None and annex.wide:
        width, height = size.get(qn("w:w")), size.get(qn("w:h"))
        size.set(qn("w:w"), height)
        size.set(qn("w:h"), width)
        size.set(qn("w:orient"), "landscape")
        was = {side: margins.get(qn(f"w:{side}")) for side in ("top", "right", "bottom", "left")}
        turned = {"top": "left", "right": "top", "bottom": "right", "left": "bottom"}
        for side, source in turned.items():
            margins.set(qn(f"w:{side}"), was[source])
        margins.set(qn("w:footer"), "794")
    if annex is not None:  # the first section names the page numbers, those behind it go on with them
        for reference in found.findall(qn("w:footerReference")):
            found.remove(reference)
    return str(serialize_for_reading(found))
