"""The workbook of all works, opened again: its figures are those calculated by hand, its formulas find the same."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from functools import cache

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reporting.edition import Edition, read_edition
from templates.summary_workbook import summary_workbook
from tests.editions import edition, form_in, snapshot

SHEETS = [
    "汇总",
    "污染物减排",
    "安全生产",
    "社会治安",
    "重点工程",
    "重大政府投资项目",
    "重点旅游项目",
    "文字情况",
    "问题清单",
    "走势",
    "数据来源",
]


def opened(of: Edition) -> Workbook:
    return load_workbook(io.BytesIO(summary_workbook(of).content))


@cache
def july() -> Workbook:
    return opened(edition("2008-07", earlier=("2008-06",)))


def lines(sheet: Worksheet) -> list[list[object]]:
    """What stands in each row; merged cells count once."""
    return [[cell for cell in row if cell not in (None, "")] for row in sheet.iter_rows(values_only=True)]


def line(sheet: Worksheet, first: str) -> list[object]:
    return next(found for found in lines(sheet) if found and found[0] == first)


def summed(book: Workbook, formula: str) -> Decimal:
    """Our own formulas are sums of cells of one sheet."""
    found = re.fullmatch(r"=SUM\((.+)\)", formula)
    assert found is not None
    total = Decimal(0)
    for part in found[1].split(","):
        name, _, cells = part.rpartition("!")
        left, top, right, bottom = range_boundaries(cells)
        for row in book[name.strip("'")].iter_rows(top, bottom, left, right, values_only=True):
            total += sum((Decimal(str(cell)) for cell in row if isinstance(cell, int | float)), Decimal(0))
    return total


def test_the_sheets_are_the_summary_the_tables_the_words_the_problems_and_the_sources() -> None:
    assert july().sheetnames == SHEETS


def test_the_summary_holds_the_figures_calculated_by_hand() -> None:
    """July typed 10 accidents (1+5+0+4), June 9 (2+3+0+4); the sample history has 52 up to May and 82 the year before."""
    sheet = july()["汇总"]
    assert line(sheet, "安全生产·合计事故起数")[1:9] == ["起", 10, 9, 11.1, 71, 82, -13.4, "—"]
    assert line(sheet, "安全生产·合计直接经济损失")[2:6] == [36, 402.1, -91, 626.5]
    assert line(sheet, "污染物减排·COD减排量合计")[2:10] == [68, 69, -1.4, 489, 446.5, 9.5, 850, 57.5]
    assert line(sheet, "合计") == ["合计", "—", 26, 25, 24, 1, 1, 0, 6]


def test_every_formula_finds_the_stored_figure_beside_it() -> None:
    book, checked = july(), 0
    for row in book["汇总"].iter_rows():
        kept = [cell.value for cell in row]
        formulas = [(place, value) for place, value in enumerate(kept) if str(value).startswith("=SUM")]
        # 本期 and 累计 of a figure; 年度计划 and 本年累计 of a list of projects.
        stored = [kept[3], kept[6]] if "·" in str(kept[0]) else [kept[6], kept[7]]
        for place, formula in formulas:
            assert Decimal(str(stored[place - 11])) == summed(book, formula), kept[0]
            checked += 1
    assert checked == 2 * 10 + 2 * 3


def test_a_formula_is_one_that_a_person_can_read() -> None:
    found = [cell.value for row in july()["汇总"].iter_rows() for cell in row if cell.data_type == "f"]
    assert "=SUM('安全生产'!B5:B8)" in found
    assert "=SUM('污染物减排'!D6:F6)" in found


def test_nothing_else_is_a_formula_whatever_people_wrote() -> None:
    spoilt = snapshot("2008-06", "safety")
    unit = spoilt["sheets"][0]["units"][0]
    unit["help"] = '=HYPERLINK("http://example.org","请点")'
    unit["told"] = [["存在问题", "=1+1"], ["下月计划", "＋1"]]
    spoilt["sheets"][0]["sources"] = {"road.deaths": ["=联络员", "@now"]}
    number = spoilt["sheets"][0]["form_id"]
    book = opened(read_edition(spoilt, (), {number: form_in("safety", "2008-06")}))
    live = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert live
    assert all(str(cell.value).startswith("=SUM('安全生产'!") for cell in live)
    assert all(cell.parent.title == "汇总" for cell in live)


def test_every_typed_figure_names_its_unit_post_time_and_signature() -> None:
    signed = snapshot("2008-06", "safety")
    sheet = signed["sheets"][0]
    sheet["sources"] = {at: ["联络员", "2008年7月2日10:15"] for at in sheet["figures"]}
    for unit in sheet["units"]:
        unit["signed"] = ["李示例", "2008年7月2日16:40"]
    form = form_in("safety", "2008-06")
    book = opened(read_edition(signed, (), {sheet["form_id"]: form}))
    found = [row for row in lines(book["数据来源"]) if row and row[0] == "安全生产"]
    assert len(found) == len(form.typed_cells) == 20
    deaths = next(row for row in found if row[1:3] == ["道路交通", "死亡"])
    assert deaths[3:] == [
        1,
        "人",
        "E6",
        "县交警大队",
        "联络员",
        "2008年7月2日10:15",
        "李示例",
        "2008年7月2日16:40",
    ]
    assert book["安全生产"]["E6"].value == 1


def test_the_place_that_a_source_names_holds_its_figure() -> None:
    book, checked = july(), 0
    for row in book["数据来源"].iter_rows(min_row=4, values_only=True):
        if row[5]:
            assert book[str(row[0])][str(row[5])].value == row[3], row
            checked += 1
    assert checked > 150


def test_a_field_that_another_list_asks_has_the_source_of_that_list() -> None:
    rows = [row for row in july()["数据来源"].iter_rows(values_only=True) if row[0] == "重大政府投资项目"]
    dike = [row for row in rows if "堤" in str(row[1])]
    assert {row[6] for row in dike} == {"县水利局", "项目库"}


def test_problems_are_listed_with_who_is_asked() -> None:
    found = lines(july()["问题清单"])
    assert [1, "安全生产", "县交警大队", "41省道信号灯尚未安装，请县交通局尽快安排", "县交通局", "—"] in found
    assert [1, "未报", "岩头镇", "重点旅游项目"] in found
    assert [8, "污染物减排", "COD减排量合计", "占目标与序时（%）", 57.5, 58.3, -0.8, "百分点"] in found
    late = next(row for row in found if row[2:3] == ["县城第二水厂工程（示例）"])
    assert late[3:] == ["序时进度（%）", 10.6, 58.3, -47.7, "百分点"]


def test_every_sheet_is_ready_to_be_printed() -> None:
    for sheet in july():
        assert sheet.freeze_panes, sheet.title
        assert sheet.print_area, sheet.title
        assert sheet.print_title_rows, sheet.title
        assert sheet.page_setup.paperSize in ("9", 9, "8", 8), sheet.title
        assert all(sheet.column_dimensions[key].width > 3 for key in sheet.column_dimensions), sheet.title


def test_the_same_edition_gives_the_same_bytes() -> None:
    one, other = (summary_workbook(edition("2008-06")) for _ in range(2))
    assert one.content == other.content


def test_a_month_in_which_nobody_filed_is_a_workbook_too() -> None:
    empty = snapshot("2008-06", "safety")
    empty["sheets"][0] |= {"figures": {}, "lead_signed": False, "signatory": "", "signed_on": ""}
    for unit in empty["sheets"][0]["units"]:
        unit |= {"timeliness": "missing", "told": [], "help": ""}
    number = empty["sheets"][0]["form_id"]
    book = opened(read_edition(empty, (), {number: form_in("safety", "2008-06")}))
    assert line(book["汇总"], "合计") == ["合计", "—", 4, 0, 0, 0, 4, 0, 0]
    assert not any(cell.data_type == "f" for row in book["汇总"].iter_rows() for cell in row)


def test_two_tables_of_one_name_have_two_tabs() -> None:
    of = edition("2008-06", "safety", "order")
    form = of.sheets[1].form.model_copy(update={"short": of.sheets[0].form.short})
    numbers = {
        sheet["form_id"]: form_in("safety", "2008-06") for sheet in snapshot("2008-06", "safety")["sheets"]
    }
    numbers |= {sheet["form_id"]: form for sheet in snapshot("2008-06", "order")["sheets"]}
    book = opened(read_edition(snapshot("2008-06", "safety", "order"), (), numbers))
    assert book.sheetnames[1:3] == ["安全生产", "安全生产（2）"]


def test_a_cell_of_no_content_is_told_in_a_word() -> None:
    book = july()
    row = next(row for row in book["数据来源"].iter_rows(values_only=True) if row[3] == "不适用")
    assert row[:3] == ("污染物减排", "SO₂减排量", "减排量瓯北污水处理厂")
