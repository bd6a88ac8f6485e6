"""督查通报 in Word: GB/T 9704-2012 in numbers, what a reader sees of it, and that its figures are those of the other outputs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from openpyxl import load_workbook

from reporting.circular import Circular
from reporting.edition import Edition, read_edition
from reporting.imprint import frozen_imprint
from templates.circular_word import circular_word, dated, title_of
from templates.edition_tables import sheet_workbook
from templates.outputs import Output, make
from templates.words import number, number_fixed
from tests.editions import edition, form_in, programme, snapshot

FANG, KAI, HEI, SONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"
TYPED = "<b>&{{7*7}}{%p if 1 %}"


def printed(serial: int = 1, day: date | None = date(2008, 7, 7), **changes: Any) -> dict[str, Any]:
    return frozen_imprint(programme(), serial, day) | changes


@cache
def june() -> Edition:
    return edition("2008-06", imprint=printed())


@cache
def july() -> Edition:
    limits = {"key_projects": {"yellow": "5", "red": "10"}}
    wrote = {"opening": "7月份各单位工作总体平稳。", "requests": "请各单位抓紧整改。\n逾期不改的予以通报。"}
    return edition(
        "2008-07",
        earlier=("2008-06",),
        imprint=printed(2, date(2008, 8, 7)),
        thresholds=limits,
        paragraphs=wrote,
    )


@cache
def file_of(which: str) -> bytes:
    return circular_word({"june": june, "july": july}[which]()).content


def opened(which: str) -> Any:
    return Document(io.BytesIO(file_of(which)))


def blocks(document: Any) -> Iterator[Paragraph | Table]:
    for one in document.element.body.iterchildren():
        if one.tag == qn("w:p"):
            yield Paragraph(one, document)
        elif one.tag == qn("w:tbl"):
            yield Table(one, document)


def styled(document: Any, *styles: str) -> list[str]:
    return [one.text for one in document.paragraphs if one.style.name in styles]


def body(document: Any) -> str:
    """The text up to 附件说明, small tables among it left out."""
    found = []
    for one in blocks(document):
        if isinstance(one, Paragraph):
            if one.style and one.style.name == "附件说明":
                break
            found.append(one.text)
    return "\n".join(found)


def annexes(document: Any) -> dict[str, list[Table]]:
    """Tables of each annex, by 附件1."""
    found: dict[str, list[Table]] = {}
    called = ""
    for one in blocks(document):
        if isinstance(one, Table):
            if called:
                found[called].append(one)
        elif one.style and one.style.name == "附件字样":
            called = one.text
            found[called] = []
    return found


def lines(table: Table) -> list[list[str]]:
    """What each row shows; merged cells once."""
    found = []
    for row in table._tbl.tr_lst:
        cells = [cell for cell in row.tc_lst if cell.vMerge != "continue"]
        found.append([" ".join(p.text for p in cell.p_lst) for cell in cells])
    return found


# GB/T 9704-2012


@pytest.mark.parametrize("which", ["june", "july"])
def test_every_page_is_a4_with_the_margins_of_the_standard(which: str) -> None:
    sections = list(opened(which).sections)
    for section in (sections[0], sections[-1]):
        assert (section.page_width, section.page_height) == pytest.approx((Mm(210), Mm(297)), abs=Mm(0.1))
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert margins == pytest.approx((Mm(37), Mm(35), Mm(28), Mm(26)), abs=Mm(0.1))
        grid = section._sectPr.find(qn("w:docGrid"))
        assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")  # 22 lines of 225 mm
    for section in sections[1:-1]:  # the same page, turned with its head to the binding
        assert section.page_width > section.page_height
        assert section.page_width - section.left_margin - section.right_margin == pytest.approx(
            Mm(225), abs=Mm(0.1)
        )
        assert section.top_margin == pytest.approx(Mm(28), abs=Mm(0.1))


def test_fonts_are_named_for_chinese_letters_too_and_sizes_are_the_standards() -> None:
    styles = opened("june").styles
    wanted = {
        "发文机关标志": (SONG, 36),
        "发文字号": (FANG, 16),
        "公文标题": (SONG, 22),
        "主送机关": (FANG, 16),
        "公文正文": (FANG, 16),
        "一级标题": (HEI, 16),
        "二级标题": (KAI, 16),
        "署名": (FANG, 16),
        "成文日期": (FANG, 16),
        "版记": (FANG, 14),
    }
    for name, (font, size) in wanted.items():
        style = styles[name]
        assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == style.font.name == font
        assert style.font.size == Pt(size)
    assert styles["公文正文"].paragraph_format.line_spacing == Pt(28.9)
    assert styles["公文正文"].paragraph_format.first_line_indent == pytest.approx(Pt(31.5), abs=Pt(1))
    assert str(styles["发文机关标志"].font.color.rgb) == "FF0000"
    assert 'w:color="FF0000"' in styles["发文字号"].element.xml  # the red rule below the number


def test_a_long_heading_stays_on_one_line_by_narrower_letters() -> None:
    [heading] = [one for one in opened("june").paragraphs if one.style.name == "发文机关标志"]
    assert heading.text == "永嘉县人民政府办公室督查通报"
    xml = heading._p.xml
    # 14 letters of 36 points are 504 points wide, the type area 442.2: 87 %.
    assert 'w:w w:val="87"' in xml
    assert 'w:sz w:val="72"' in xml


def test_what_stands_around_the_text() -> None:
    document = opened("june")
    assert styled(document, "发文字号") == ["永政督〔2008〕1号"]
    assert styled(document, "公文标题") == ["关于2008年6月份节能降耗等六项重点工作\n进展情况的通报"]
    assert styled(document, "主送机关") == ["县政府领导："]
    assert styled(document, "公文正文")[0] == "现将2008年6月份节能降耗等六项重点工作进展情况通报如下。"
    assert styled(document, "附件说明", "附件续项") == [
        "附件：1. 第二季度节能降耗工作进度情况报告表",
        "2. 6月份主要污染物减排工作进度情况报告表",
        "3. 6月份安全生产工作进展情况报告表",
        "4. 6月份社会治安工作情况报告表",
        "5. 6月份重点工程建设工作进展情况报告表",
        "6. 6月份重大政府投资项目工作进展情况报告表",
        "7. 6月份重点旅游项目工作进展情况报告表",
    ]
    assert styled(document, "署名", "成文日期") == ["永嘉县人民政府办公室", "2008年7月7日"]
    assert styled(document, "附注") == ["（期初数、上年同期数、年度目标和各项数据均为示例数据）"]
    assert styled(document, "附件字样") == [f"附件{number}" for number in range(1, 8)]


def test_the_last_page_says_who_gets_copies_and_who_printed_it() -> None:
    section = opened("june").sections[-1]
    for footer in (section.footer, section.even_page_footer):
        [imprint] = footer.tables
        assert lines(imprint) == [
            ["抄送：县四套班子其他领导，各主管单位，有关乡镇、部门和工程建设指挥部。"],
            ["永嘉县人民政府办公室", "2008年7月7日印发"],
        ]


def test_pages_are_numbered_outside_odd_ones_right_even_ones_left() -> None:
    document = opened("june")
    assert document.settings.odd_and_even_pages_header_footer
    for section in (document.sections[0], document.sections[-1]):
        for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
            line = footer.paragraphs[-1]
            assert line.text.replace(" ", "") in ("—1—", "—PAGE1—", "——")
            assert " PAGE " in line._p.xml
            assert f'w:jc w:val="{side}"' in line._p.xml


@pytest.mark.parametrize("which", ["june", "july"])
def test_headings_are_numbered_without_gaps_and_none_is_empty(which: str) -> None:
    document = opened(which)
    firsts = styled(document, "一级标题")
    assert [title.partition("、")[0] for title in firsts] == list("一二三四五六")[: len(firsts)]
    parts = styled(document, "二级标题")
    assert [title.partition("）")[0] for title in parts] == [
        f"（{one}" for one in "一二三四五六七"[: len(parts)]
    ]
    assert not any(title.endswith("。") for title in (*firsts, *parts))
    found = list(blocks(document))
    for place, one in enumerate(found):
        if isinstance(one, Paragraph) and one.style and one.style.name in ("一级标题", "二级标题"):
            after = found[place + 1]
            deeper = one.style.name == "一级标题" and isinstance(after, Paragraph)
            name = after.style.name if isinstance(after, Paragraph) and after.style else ""
            assert name in ("公文正文", "公文末段") or (deeper and name == "二级标题")
    assert not [p for p in document.paragraphs if not p.text and p.style.name.startswith("公文")]


def test_sections_without_content_are_left_out_and_the_others_move_up() -> None:
    alone = edition("2008-06", "order", imprint=printed())
    document = Document(io.BytesIO(circular_word(alone).content))
    assert styled(document, "一级标题") == [
        "一、总体情况",
        "二、各项工作进展",
        "三、存在问题",
        "四、下月计划",
    ]
    assert styled(document, "附件说明", "附件续项") == ["附件：6月份社会治安工作情况报告表"]
    assert styled(document, "附件字样") == ["附件"]


def test_tables_repeat_their_headings_and_no_row_is_cut_by_the_end_of_a_page() -> None:
    for table in opened("june").tables:
        rows = table._tbl.tr_lst
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)


def test_a_table_too_wide_to_read_is_set_in_parts_that_all_name_their_rows() -> None:
    first, *others = annexes(opened("june"))["附件6"]
    for part in (first, *others[:-1]):
        shown = lines(part)
        names = [row[1] for row in shown if len(row) > 2 and row[0].isdigit()]
        assert names == [item.title for item in form_in("government_investment", "2008-06").grid.items]
    sizes = re.findall(r'w:sz w:val="(\d+)"', "".join(table._tbl.xml for table in (first, *others)))
    assert min(map(int, sizes)) >= 15  # half points


# Texts


@pytest.mark.parametrize("which", ["june", "july"])
def test_no_figure_is_a_machines(which: str) -> None:
    document = opened(which)
    said = body(document) + str([lines(table) for table in document.tables])
    assert not re.search(r"nan|None|inf|Decimal|[-−]0(\.0+)?(?![\d.])|\d[eE][+-]?\d|-\d+\.\d", said)


def test_what_people_wrote_stays_text() -> None:
    wrote = {"opening": f"{TYPED}\n第二段", "assessment": "\x00\x0b﷐甲"}
    hostile = edition("2008-06", "safety", imprint=printed(recipients=TYPED, copies=TYPED), paragraphs=wrote)
    document = Document(io.BytesIO(circular_word(hostile).content))
    assert styled(document, "主送机关") == [f"{TYPED}："]
    assert TYPED in styled(document, "公文正文")
    assert lines(document.sections[-1].footer.tables[0])[0] == [f"抄送：{TYPED}。"]


def test_a_draft_has_neither_number_nor_date() -> None:
    document = Document(io.BytesIO(circular_word(edition("2008-06", imprint=printed(0, None))).content))
    assert styled(document, "发文字号") == ["（草稿）"]
    assert styled(document, "署名", "成文日期") == ["永嘉县人民政府办公室"]


def test_a_correction_says_so_in_its_title_and_file_name() -> None:
    corrected = edition("2008-06", imprint=printed(2), correction=1)
    assert title_of(corrected).endswith("\n进展情况的通报（更正第1号）")
    assert circular_word(corrected).name == "督查通报（6月份）（更正第1号）.docx"


def test_dates_in_both_editions_of_the_standard() -> None:
    assert dated(date(2008, 7, 7), "arabic") == "2008年7月7日"
    assert dated(date(2008, 7, 7), "chinese") == "二〇〇八年七月七日"
    assert dated(date(2010, 10, 10), "chinese") == "二〇一〇年十月十日"
    assert dated(date(2011, 12, 21), "chinese") == "二〇一一年十二月二十一日"
    assert dated(date(2011, 11, 30), "chinese") == "二〇一一年十一月三十日"


def test_the_same_edition_gives_the_same_bytes() -> None:
    made = make(Output.CIRCULAR, june())
    assert made is not None
    assert made.name == "督查通报（6月份）.docx"
    assert made.content == file_of("june")


# Figures


def test_the_text_says_what_was_calculated_by_hand() -> None:
    said = body(opened("june"))
    # Accidents 2+3+0+4 = 9, since January 13+21+1+26 = 61, last year 72: −15.28 %. Losses 380+15.6+0+6.5 = 402.1,
    # since January 590.5, last year 250.5: +135.73 %.
    assert "事故起数9起，1至6月累计61起，较去年同期下降15.3%" in said
    assert "直接经济损失402.1万元，1至6月累计590.5万元，较去年同期上升135.7%" in said
    # Key projects since January: 5500+2420+4800+3310+3380+1760 = 21170 of 43800: 48.33 %. Planned by June 21100 of
    # them: 48.17 %.
    assert "本年累计完成投资21170万元，占年度计划的48.3%，超序时进度0.1个百分点" in said
    assert "应报各类报告36份，已报36份，其中按时34份、迟报2份" in said


def test_july_compares_with_june_judges_by_thresholds_and_prints_what_the_office_wrote() -> None:
    document = opened("july")
    said = body(document)
    # Losses 36 after 402.1: −91.05 %. Deaths 1 after 2.
    assert "死亡1人，较上月下降50.0%" in said
    assert "直接经济损失36万元，较上月下降91.0%" in said
    assert "重点工程（欠5个百分点为黄色，欠10个百分点为红色）：红色1项" in said
    assert styled(document, "公文正文")[1] == "7月份各单位工作总体平稳。"
    assert styled(document, "一级标题")[-1] == "六、下月计划和工作要求"
    assert "逾期不改的予以通报。" in said


@pytest.mark.parametrize("which", ["june", "july"])
def test_every_table_has_the_figures_of_its_workbook(which: str) -> None:
    """Read back from both files: the same words and figures in the same rows."""
    of = {"june": june, "july": july}[which]()
    tables = annexes(opened(which))
    for place, sheet in enumerate(of.sheets, 1):
        book = load_workbook(io.BytesIO(sheet_workbook(sheet, of.title).content)).worksheets[0]
        wanted = _counted(_cell(cell) for row in book.iter_rows(min_row=3) for cell in row)
        printed_ = _counted(text for table in tables[f"附件{place}"] for row in lines(table) for text in row)
        figures = {text for text in wanted if re.fullmatch(r"[+−]?[\d.]+", text)}
        assert figures
        assert figures <= printed_.keys()
        assert {text for text in printed_ if re.fullmatch(r"[+−]?[\d.]+", text)} <= figures
        if not sheet.form.grid.records:  # in one part each, so every figure as often as there
            parts = len(tables[f"附件{place}"])
            assert parts > 1 or {text: printed_[text] for text in figures} == {
                text: wanted[text] for text in figures
            }


def _cell(cell: Any) -> str:
    """A cell as the spreadsheet shows it."""
    if cell.value is None or isinstance(cell.value, str):
        return cell.value or ""
    pattern = cell.number_format
    places = len(pattern.split(";")[0].partition(".")[2])
    shown = f"{cell.value:.{places}f}".replace("-", "−")
    return f"+{shown}" if pattern.startswith("+") and cell.value > 0 else shown


def _counted(texts: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for text in texts:
        found[text] = found.get(text, 0) + 1
    return found


@pytest.mark.parametrize("which", ["june", "july"])
def test_every_headline_of_the_edition_stands_in_the_text(which: str) -> None:
    of = Circular({"june": june, "july": july}[which]())
    said = body(opened(which))
    for chapter in of.chapters:
        for one in chapter.indicators:
            amount = one.series.month.amount
            assert amount is not None
            shown = number_fixed(amount) if one.measure.ratio_of else number(amount)
            assert f"{shown}{one.measure.unit}" in said
        if chapter.pace is not None:
            assert f"本年累计完成投资{number(chapter.pace.footing.cumulative)}万元" in said


def test_five_hundred_units_make_a_circular_in_seconds() -> None:
    frozen = snapshot("2008-06", "safety", imprint=printed())
    [sheet] = frozen["sheets"]
    one = sheet["units"][0]
    sheet["units"] = [
        one | {"unit": f"u{n}", "called": f"乡镇{n}", "timeliness": "late", "help": "请县财政局安排资金"}
        for n in range(500)
    ]
    made = circular_word(read_edition(frozen, [], {sheet["form_id"]: form_in("safety", "2008-06")}))
    assert "应报各类报告500份" in body(Document(io.BytesIO(made.content)))
