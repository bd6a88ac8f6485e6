"""附件1, 2 and 4 beside the notice: merged headings, rows, and that each fits a page."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from forms.cells import Cell, figure
from forms.definition import Form
from forms.table import Bases, compute
from templates.workbook import Header, official_workbook
from templates.workbook_styles import PAGE_UNITS
from tests.forms.examples import county_form

HEADER = Header("6月份", "县单位", "张示例", "2008年7月5日", "永嘉县“一月一报一督查”")


def drawn(name: str, cells: dict[str, Cell] | None = None, bases: Bases | None = None) -> Worksheet:
    form = county_form(name)
    given = filled(form) if cells is None else cells
    content = official_workbook(form, compute(form, given, bases or Bases()), HEADER, [], ["示例数据。"])
    return load_workbook(io.BytesIO(content)).worksheets[0]


def filled(form: Form) -> dict[str, Cell]:
    """The greatest figures that anybody would type."""
    return {f"{item}.{measure}": figure(Decimal("123.5")) for item, measure in form.typed_cells}


def merged(sheet: Worksheet, first: int, last: int) -> set[str]:
    return {str(one) for one in sheet.merged_cells.ranges if one.min_row >= first and one.max_row <= last}


def test_annex_1_has_22_columns_under_9_names_and_two_rows_without_a_name_of_their_own() -> None:
    sheet = drawn("energy", bases=Bases(targets={"done.gdp_energy": Decimal("4.2")}))
    pairs = {"F3:G3", "H3:I3", "J3:K3", "L3:M3", "N3:O3", "P3:Q3", "R3:S3", "T3:U3", "V3:W3"}
    assert merged(sheet, 3, 4) == {"A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4"} | pairs
    assert [sheet.cell(3, column).value for column in range(6, 24, 2)] == [
        *("上塘镇", "瓯北镇", "桥头镇", "桥下镇", "乌牛镇", "沙头镇"),
        *("七屿纸业有限公司", "科一合革有限公司", "开诚机械有限公司"),
    ]
    assert [sheet.cell(4, column).value for column in range(6, 24)] == ["万元产值能耗", "万元产值电耗"] * 9
    assert [sheet.cell(row, 1).value for row in (5, 6)] == ["年度目标任务", "本期数"]
    assert [sheet.cell(5, column).value for column in (2, 3)] == [4.2, "—"]
    assert sheet.freeze_panes == "B5"


def test_annex_1_without_any_figure_still_shows_its_targets() -> None:
    sheet = drawn("energy", {}, Bases(targets={"done.gdp_energy": Decimal("4.2")}))
    assert sheet["B5"].value == 4.2
    assert {cell.value for cell in sheet[6][1:]} == {"未报"}


def test_annex_2_has_12_columns_three_of_them_without_a_heading_and_8_rows() -> None:
    sheet = drawn("emissions")
    assert merged(sheet, 3, 4) == {"A3:B4", "C3:F3", "G3:K3", "L3:L4", "M3:M4", "N3:N4"}
    assert merged(sheet, 5, 12) == {"A5:A8", "A9:A12"}
    assert [sheet["A5"].value, sheet["A9"].value] == ["COD减排量", "SO₂减排量"]
    facets = ["今年目标任务", "本月（吨）", "累计（吨）", "比去年同期±%"]
    assert [sheet.cell(row, 2).value for row in range(5, 13)] == facets * 2
    assert [sheet["L3"].value, sheet["M3"].value, sheet["N3"].value] == [
        "河屿造纸基地",
        "浙江科一公司",
        "其它",
    ]


def test_annex_4_puts_what_is_among_the_criminal_cases_beside_one_heading() -> None:
    sheet = drawn("order")
    assert merged(sheet, 3, 4) == {"A3:B4", "C3:E3", "F3:H3", "I3:K3", "L3:M3"}
    assert merged(sheet, 5, 13) == {"A5:B5", "A6:A10", "A11:B11", "A12:B12", "A13:B13"}
    assert [sheet["A5"].value, sheet["A6"].value, sheet["B6"].value] == [
        "刑事案件",
        "其中",
        "八类严重暴力案件",
    ]
    assert [sheet["L4"].value, sheet["M4"].value] == ["当月", "累计"]
    assert [bool(sheet.cell(row, 3).font.b) for row in range(5, 14)] == [True, *[False] * 8]


@pytest.mark.parametrize("name", ["energy", "emissions", "order"])
def test_each_fits_one_page_and_is_read_without_a_glass(name: str) -> None:
    sheet = drawn(name)
    heights = [sheet.row_dimensions[row].height or 99 for row in range(1, sheet.max_row + 1)]
    assert sum(heights) < 494  # points between the margins
    widths = [column.width for column in sheet.column_dimensions.values()]
    assert sum(widths) < PAGE_UNITS * 1.6  # printed at more than 60 %
