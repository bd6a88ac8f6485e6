"""The official workbook, opened again and compared with 附件3 of the notice and with sums done by hand."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, Cell, figure
from forms.definition import Form
from forms.table import Bases, compute
from templates.workbook import Header, Told, official_workbook, workbook_name

ROOT = Path(__file__).parents[2]
SAFETY = ROOT / "programmes" / "yongjia" / "forms" / "safety.toml"
HEADER = Header("6月份", "县安监局", "张三", "2008年7月5日", "永嘉县“一月一报一督查”")
MEASURES = ("accidents", "deaths", "injured", "loss", "severe")
# Each line: 事故起数 死亡人数 受伤人数 直接经济损失 其中一次死亡3人以上事故
JUNE = {"industry": "3 1 2 15.6 0", "road": "21 5 24 8.35 1", "water": "0 0 0 0 0", "fire": "7 0 1 123.4 0"}
BEFORE = {
    "industry": "11 4 9 80.4 0",
    "road": "102 24 131 41 2",
    "water": "0 0 0 0 0",
    "fire": "40 1 2 310.25 0",
}
LAST_YEAR = {
    "industry": "16 5 11 96 0",
    "road": "110 25 160 66.7 1",
    "water": "1 1 0 12 0",
    "fire": "0 1 3 400 0",
}


def spread(lines: dict[str, str]) -> dict[str, Decimal]:
    return {
        f"{item}.{measure}": Decimal(number)
        for item, line in lines.items()
        for measure, number in zip(MEASURES, line.split(), strict=True)
    }


def safety(**changes: Any) -> Form:
    raw = tomllib.loads(SAFETY.read_text(encoding="utf-8"), parse_float=Decimal)
    raw["grid"] |= changes
    return Form.model_validate(raw)


def june() -> dict[str, Cell]:
    return {at: figure(number) for at, number in spread(JUNE).items()}


def made(
    form: Form | None = None,
    cells: dict[str, Cell] | None = None,
    told: tuple[Told, ...] = (),
    notes: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    header: Header = HEADER,
) -> bytes:
    form = form or safety()
    table = compute(form, june() if cells is None else cells, Bases(spread(BEFORE), spread(LAST_YEAR)))
    return official_workbook(form, table, header, told, notes, missing)


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def main_of(content: bytes) -> Worksheet:
    return opened(content).worksheets[0]


def row_of(sheet: Worksheet, row: int, first: int = 1) -> list[object]:
    return [sheet.cell(row, column).value for column in range(first, sheet.max_column + 1)]


def stories(*items: tuple[str, str]) -> Worksheet:
    return opened(made(told=(Told("县交警大队", items),)))["文字情况"]


def without(*items: str) -> dict[str, Cell]:
    return {at: cell for at, cell in june().items() if at.partition(".")[0] not in items}


def test_the_table_holds_the_figures_calculated_by_hand() -> None:
    sheet = main_of(made())
    flat = "持平"
    assert [row_of(sheet, row) for row in range(5, 10)] == [
        ["工矿企业", 3, 14, -12.5, 1, 5, flat, 2, 11, flat, 15.6, 96, flat, 0, 0, flat],
        ["道路交通", 21, 123, 11.8, 5, 29, 16, 24, 155, -3.1, 8.35, 49.35, -26, 1, 3, 200],
        ["水上交通", 0, 0, -100, 0, 0, -100, 0, 0, flat, 0, 0, -100, 0, 0, flat],
        ["火灾", 7, 47, "—", 0, 1, flat, 1, 3, flat, 123.4, 433.65, 8.4, 0, 0, flat],
        ["合计", 31, 184, 44.9, 6, 35, 9.4, 27, 169, -2.9, 147.35, 579, 0.7, 1, 3, 200],
    ]


def test_figures_are_numbers_aligned_right_and_counts_are_whole() -> None:
    sheet = main_of(made())
    assert (sheet["B5"].data_type, sheet["B5"].number_format, sheet["B5"].alignment.horizontal) == (
        "n",
        "0",
        "right",
    )
    assert isinstance(sheet["B5"].value, int)
    assert sheet["K5"].number_format == "0.00"
    assert sheet["D5"].number_format == "+0.0;-0.0;0.0"


def test_the_headings_and_their_merged_cells_are_those_of_annex_3() -> None:
    sheet = main_of(made())
    heading = {str(one) for one in sheet.merged_cells.ranges if 3 <= one.min_row <= 4}
    assert heading == {"A3:A4", "B3:D3", "E3:G3", "H3:J3", "K3:M3", "N3:P3"}
    assert sheet["A3"].value == "统计指标\n统计情况\n统计类别"
    titles = [sheet.cell(3, column).value for column in (2, 5, 8, 11, 14)]
    assert titles == ["事故起数", "死亡人数", "受伤人数", "直接经济损失(万元)", "其中一次死亡3人以上事故"]
    assert row_of(sheet, 4, first=2) == ["当月", "累计", "累计比去年同期±%"] * 5


def test_title_filling_unit_and_signatory_stand_above_the_table() -> None:
    sheet = main_of(made())
    merged = {str(one) for one in sheet.merged_cells.ranges}
    assert sheet["A1"].value == "6月份安全生产工作进展情况报告表"
    assert "A1:P1" in merged
    left, right = [value for value in row_of(sheet, 2) if value]
    assert left == "填报单位（盖章）：县安全生产监督管理局"
    assert right == "审核人（签字）：张三　　2008年7月5日"


def test_nobody_has_signed_yet_leaves_room_for_a_signature() -> None:
    sheet = main_of(made(header=Header("6月份", "县安监局", "", "", "督查")))
    assert [value for value in row_of(sheet, 2) if value][1] == "审核人（签字）："


def test_only_the_total_row_is_bold() -> None:
    sheet = main_of(made())
    assert all(cell.font.b for cell in sheet[9])
    assert not any(cell.font.b for row in sheet["A5:P8"] for cell in row)


def test_every_figure_and_row_heading_has_a_thin_border_on_all_sides() -> None:
    borders = [cell.border for row in main_of(made())["A5:P9"] for cell in row]
    sides = {side.style for one in borders for side in (one.left, one.right, one.top, one.bottom)}
    assert sides == {"thin"}


def test_a_unit_that_has_not_filed_is_grey_and_the_total_goes_without_it() -> None:
    note = "合计不含未报的火灾。"
    sheet = main_of(made(cells=without("fire"), notes=(note,), missing=("fire",)))
    assert row_of(sheet, 8) == ["火灾", *["未报"] * 15]
    assert (sheet["B8"].font.i, sheet["B8"].font.color.rgb) == (True, "FF7F7F7F")
    assert row_of(sheet, 9)[:4] == ["合计", 24, 137, "不可比"]
    assert sheet["A10"].value == "注：" + note
    assert "A10:P10" in {str(one) for one in sheet.merged_cells.ranges}


def test_when_nobody_has_filed_the_whole_table_says_so() -> None:
    sheet = main_of(made(cells={}))
    assert {cell.value for row in sheet["B5:P9"] for cell in row} == {"未报"}


def test_figures_of_a_row_named_as_missing_are_not_shown() -> None:
    assert row_of(main_of(made(missing=("fire",))), 8)[1:] == ["未报"] * 15


def test_a_missing_row_shared_by_several_units_keeps_the_figures_that_are_in_the_total() -> None:
    cells = june()
    del cells["fire.loss"]
    sheet = main_of(made(cells=cells, missing=("fire",)))
    assert row_of(sheet, 8)[1:3] == [7, 47]
    assert [sheet.cell(8, column).value for column in (11, 12, 13)] == ["未报"] * 3
    assert sheet["B9"].value == 31


def test_not_applicable_and_not_measured_are_words() -> None:
    cells = june() | {"water.deaths": NOT_APPLICABLE, "road.loss": NOT_MEASURED}
    sheet = main_of(made(cells=cells))
    assert row_of(sheet, 7)[4:7] == ["不适用", "—", "—"]
    assert row_of(sheet, 6)[10:13] == ["未统计", 41, "不可比"]
    assert row_of(sheet, 9)[10:13] == [139, 570.65, "不可比"]
    assert sheet["K9"].number_format == "0.00"


def test_a_total_of_the_unmeasured_is_unmeasured_not_unfiled() -> None:
    loss = {"industry.loss": NOT_MEASURED, "road.loss": NOT_MEASURED, "fire.loss": NOT_APPLICABLE}
    sheet = main_of(made(cells=june() | loss | {"water.loss": NOT_APPLICABLE}))
    assert row_of(sheet, 9)[10:13] == ["未统计", 121.4, "不可比"]


def test_facets_run_beside_the_rows_where_the_form_says_so() -> None:
    sheet = main_of(made(safety(facets_on="items")))
    merged = {str(one) for one in sheet.merged_cells.ranges if one.min_row >= 3}
    assert merged == {"A3:B3", "A4:A6", "A7:A9", "A10:A12", "A13:A15", "A16:A18"}
    assert row_of(sheet, 3)[2:] == [
        "事故起数",
        "死亡人数",
        "受伤人数",
        "直接经济损失(万元)",
        "其中一次死亡3人以上事故",
    ]
    assert row_of(sheet, 4) == ["工矿企业", "当月", 3, 1, 2, 15.6, 0]
    assert row_of(sheet, 17)[1:] == ["累计", 184, 35, 169, 579, 3]
    assert row_of(sheet, 18)[1:] == ["累计比去年同期±%", 44.9, 9.4, -2.9, 0.7, 200]
    assert sheet.freeze_panes == "C4"


@pytest.mark.parametrize(
    "typed", ["=1+1", "+8", "-1+2", "@SUM(A1)", "＝1+1", '=HYPERLINK("http://x","点我")']
)
def test_typed_text_never_becomes_a_formula(typed: str) -> None:
    cell = stories(("存在问题", typed))["C3"]
    assert (cell.value, cell.data_type, bool(cell.quotePrefix)) == (typed, "s", True)


def test_a_formula_behind_a_tab_or_an_unseen_mark_is_inert_too() -> None:
    sheet = stories(("甲", "\t=1+1"), ("乙", "\u200b=1+1"), ("丙", "\x00=1+1"))
    assert {(row[2].value, row[2].data_type, bool(row[2].quotePrefix)) for row in sheet["A3:C5"]} == {
        ("=1+1", "s", True)
    }


def test_an_error_code_and_a_digit_string_stay_text() -> None:
    sheet = stories(("甲", "#REF!"), ("乙", "007"))
    assert [(sheet[at].value, sheet[at].data_type) for at in ("C3", "C4")] == [("#REF!", "s"), ("007", "s")]


def test_names_and_notes_are_as_inert_as_narratives() -> None:
    header = Header("=6月", "县安监局", "=A1", "2008年7月5日", "&A&Z=")
    content = made(header=header, notes=("=A1\x0b",), told=(Told("=单位", (("=事项", "无"),)),))
    book = opened(content)
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    with ZipFile(io.BytesIO(content)) as archive:
        assert b"&amp;L&amp;&amp;A&amp;&amp;Z=" in archive.read("xl/worksheets/sheet1.xml")


def test_control_characters_are_taken_out() -> None:
    assert stories(("进展", "一\x00二\x1b三\ud800\ufffe\n四"))["C3"].value == "一二三\n四"


def test_a_text_too_long_for_a_cell_is_cut_visibly() -> None:
    assert stories(("进展", "报" * 32_767))["C3"].value == "报" * 32_767
    assert stories(("进展", "报" * 32_768))["C3"].value == "报" * 32_766 + "…"
    beyond = stories(("进展", "𠮷" * 20_000))["C3"].value
    assert beyond == "𠮷" * 16_383 + "…"


def test_narratives_stand_with_their_unit_and_wrap() -> None:
    told = (
        Told("县安监局", (("本月工作进展", "检查企业126家。"), ("下月工作计划", ""))),
        Told("县港航处", ()),
    )
    sheet = opened(made(told=told))["文字情况"]
    assert [row_of(sheet, row) for row in (2, 3, 4)] == [
        ["单位", "事项", "内容"],
        ["县安监局", "本月工作进展", "检查企业126家。"],
        ["县安监局", "下月工作计划", "无"],
    ]
    assert sheet.max_row == 4
    assert sheet["C3"].alignment.wrap_text


def test_without_narratives_the_second_sheet_says_none() -> None:
    assert opened(made())["文字情况"]["A3"].value == "无"


def test_no_row_is_taller_than_a_spreadsheet_allows() -> None:
    sheet = stories(("进展", "整改到位。" * 400), ("问题", "无"))
    heights = [sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)]
    assert all(height is not None and height < 409 for height in heights)
    assert sheet.cell(sheet.max_row, 3).value == "无"


def test_a_figure_that_a_spreadsheet_would_round_is_written_as_text() -> None:
    cells = june() | {"road.loss": figure(Decimal("12345678901234.56"))}
    sheet = main_of(made(cells=cells))
    assert (sheet["K6"].value, sheet["K6"].data_type) == ("12345678901234.56", "s")
    assert sheet["K6"].alignment.horizontal == "right"


def test_more_decimals_than_the_measure_has_are_shown_not_hidden() -> None:
    sheet = main_of(made(cells=june() | {"road.loss": figure(Decimal("8.3571"))}))
    assert (sheet["K6"].value, sheet["K6"].number_format) == (8.3571, "0.0000")


def test_the_page_is_one_landscape_a4_wide_with_headings_repeated() -> None:
    sheet = main_of(made(notes=("样例数据。",)))
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_area == "'安全生产'!$A$1:$P$10"
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.freeze_panes == "B5"


def test_the_main_table_fits_the_height_of_one_page() -> None:
    for form in (safety(), safety(facets_on="items")):
        sheet = main_of(made(form, notes=("合计不含未报单位。", "样例数据。")))
        heights = [sheet.row_dimensions[row].height or 99 for row in range(1, sheet.max_row + 1)]
        assert sum(heights) < 494  # points between the margins


def test_the_same_input_gives_the_same_bytes_and_no_date_of_saving() -> None:
    content = made()
    assert content == made()
    with ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"dcterms:" not in archive.read("docProps/core.xml")


def test_another_process_with_other_hashes_gives_the_same_bytes() -> None:
    script = (
        "import runpy, hashlib; made = runpy.run_path(__import__('sys').argv[1])['made']; "
        "print(hashlib.sha256(made()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script, __file__],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_there_are_no_macros_no_links_and_no_formulas_in_the_file() -> None:
    with ZipFile(io.BytesIO(made())) as archive:
        names = archive.namelist()
        sheets = b"".join(archive.read(name) for name in names if "worksheets/sheet" in name)
    assert not [name for name in names if "vba" in name.lower() or "external" in name.lower()]
    assert b"<f>" not in sheets
    assert b"hyperlink" not in sheets


def test_the_file_is_named_after_the_table_and_the_period() -> None:
    assert workbook_name(safety(), "6月份") == "安全生产工作进展情况报告表（6月份）.xlsx"
    assert workbook_name(safety(), "../6:月") == "安全生产工作进展情况报告表（.._6_月）.xlsx"
