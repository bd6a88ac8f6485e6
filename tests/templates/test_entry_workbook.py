"""The workbook that a unit fills in: what is open, what is locked, what it says about itself."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as Square
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from forms.cells import Cell, narrative
from forms.definition import Form
from forms.questions import part_of
from forms.table import Bases
from templates.entry_cells import WRONG
from templates.entry_layout import Layout
from templates.entry_workbook import BEFORE, LOCKED, META, OPEN, Entry, Wrong, entry_workbook
from templates.headings import headings
from templates.report import Label
from tests.forms.examples import loaded, pollution, row, safety

FORM = safety()


def entry(
    form: Form = FORM,
    unit: str = "traffic_police",
    answers: Mapping[str, Cell] | None = None,
    bases: Bases | None = None,
    wrong: Mapping[str, Wrong] | None = None,
    only: frozenset[str] | None = None,
) -> Entry:
    label = Label(form.short, "2008-06")
    part = part_of(form, unit, only)
    return Entry(part, answers or {}, bases or Bases(), label, unit, "县交警大队", 7, "永嘉县", wrong or {})


def opened(of: Entry) -> Workbook:
    return load_workbook(io.BytesIO(entry_workbook(of)))


def places(sheet: Worksheet) -> dict[str, tuple[int, int]]:
    """Where each typed cell is, by its hidden keys."""
    across = {sheet.cell(1, c).value: c for c in range(2, sheet.max_column + 1) if sheet.cell(1, c).value}
    down = {sheet.cell(r, 1).value: r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value}
    return {
        f"{item}.{measure}": (r, c)
        for item, r in down.items()
        for measure, c in across.items()
        if not str(item).startswith("narrative")
    }


def colour(sheet: Worksheet, row_: int, column: int) -> str:
    return str(sheet.cell(row_, column).fill.fgColor.rgb)


def test_typed_cells_are_open_and_white_and_everything_else_is_locked() -> None:
    sheet = opened(entry()).worksheets[0]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    squares = [cell for line in sheet.iter_rows() for cell in line if isinstance(cell, Square)]
    unlocked = {cell.coordinate for cell in squares if not cell.protection.locked}
    typed = {sheet.cell(*at).coordinate for at in places(sheet).values()}
    stories = {
        f"C{r}" for r in range(1, sheet.max_row + 1) if str(sheet.cell(r, 1).value).startswith("narrative")
    }
    assert unlocked == typed | stories
    assert len(typed) == 5
    assert len(stories) == 4
    assert {str(sheet[at].fill.fgColor.rgb) for at in unlocked} == {OPEN}


def test_last_month_is_grey_and_computed_cells_are_coloured_values() -> None:
    answers = row(FORM, "road", "3 1 2 15.6 0")
    known = loaded(FORM)
    bases = Bases(known.before, known.last_year, row(FORM, "road", "4 0 不适用 20.5 0"))
    sheet = opened(entry(answers=answers, bases=bases)).worksheets[0]
    r, c = places(sheet)["road.loss"]
    assert [sheet.cell(r, c + step).value for step in range(4)] == [15.6, 20.5, 74, "−2.6%"]
    assert [colour(sheet, r, c + step) for step in range(4)] == [OPEN, BEFORE, LOCKED, LOCKED]
    assert sheet.cell(*places(sheet)["road.injured"]).offset(0, 1).value == "不适用"
    formulas = [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert formulas == []


def test_facets_under_the_rows_have_last_month_under_this_one() -> None:
    sheet = opened(entry(pollution(), "plant_unit", row(pollution(), "plant", "1.25 不适用"))).worksheets[0]
    r, c = places(sheet)["plant.cod"]
    assert [sheet.cell(r + step, 3).value for step in range(4)] == ["当月", "上月", "累计", "同比±%"]
    assert [sheet.cell(r, c + step).value for step in range(3)] == [1.25, "不适用", 1.25]
    assert sheet.cell(r, c + 2).protection.locked
    assert set(places(sheet)) == {"plant.cod", "plant.so2"}


def test_keys_and_meta_are_hidden_and_say_where_the_file_belongs() -> None:
    book = opened(entry())
    sheet, meta = book.worksheets[0], book[META]
    assert sheet.row_dimensions[1].hidden
    assert sheet.column_dimensions["A"].hidden
    assert meta.sheet_state == "hidden"
    assert meta.protection.sheet
    rows = [[cell.value for cell in line] for line in meta.iter_rows()]
    assert [line[:2] for line in rows[:5]] == [
        ["form", "safety"],
        ["version", "1"],
        ["period", "2008-06"],
        ["unit", "traffic_police"],
        ["task", "7"],
    ]
    assert [
        "cell",
        sheet.cell(*places(sheet)["road.deaths"]).coordinate,
        "road.deaths",
        "道路交通",
        "死亡人数",
    ] in rows
    assert len(rows) == 5 + 9


def test_each_figure_has_a_drop_down_a_hint_and_turns_red_when_it_does_not_fit() -> None:
    sheet = opened(entry()).worksheets[0]
    at = sheet.cell(*places(sheet)["road.loss"]).coordinate
    choice = next(one for one in sheet.data_validations.dataValidation if at in one.sqref)
    assert (choice.type, choice.formula1) == ("list", '"不适用,未统计"')
    assert "最多2位小数（万元）" in str(choice.prompt)
    rule = next(
        rules for cells, rules in sheet.conditional_formatting._cf_rules.items() if at in cells.sqref
    )[0]
    assert f"ROUND({at},2)={at}" in rule.formula[0]
    assert f"{at}>=0" in rule.formula[0]


def test_bad_cells_are_red_with_their_reason_and_what_was_written() -> None:
    wrong = {"road.deaths": Wrong("约3", "是约数。"), "narrative.progress": Wrong("=x", "太长。")}
    sheet = opened(entry(wrong=wrong)).worksheets[0]
    cell = sheet.cell(*places(sheet)["road.deaths"])
    assert (cell.value, cell.fill.fgColor.rgb) == ("约3", WRONG)
    assert cell.comment is not None
    assert cell.comment.text == "是约数。"
    assert not cell.protection.locked


def test_after_a_return_only_what_was_returned_is_open() -> None:
    answers = row(FORM, "road", "3 1 未填 15.6 0")
    sheet = opened(entry(answers=answers, only=frozenset({"road.injured"}))).worksheets[0]
    open_ = {at for at, place in places(sheet).items() if not sheet.cell(*place).protection.locked}
    assert open_ == {"road.injured"}
    assert "只改白色格" in str(sheet["B3"].value)


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1", "@x", "_x0041_"])
def test_text_stays_text(text: str) -> None:
    sheet = opened(entry(answers={"narrative.progress": narrative(text)})).worksheets[0]
    cells = [
        cell for line in sheet.iter_rows() for cell in line if cell.value and text[-3:] in str(cell.value)
    ]
    assert [cell.data_type for cell in cells] == ["s"]


def test_the_same_input_gives_the_same_bytes() -> None:
    assert entry_workbook(entry()) == entry_workbook(entry())


def test_the_file_name_is_ours() -> None:
    assert entry().name == "安全生产工作进展情况报告表（6月份 县交警大队填报）.xlsx"


def test_headings_of_several_levels_reach_down_and_never_overlap() -> None:
    raw = pollution().model_dump()
    raw["grid"]["facets_on"] = "measures"
    raw["grid"]["measures"][0]["under"] = ("废水",)
    form = Form.model_validate(raw)
    columns = Layout(part_of(form, "plant_unit"), "上月").columns
    found = list(headings(columns))
    squares = [
        (c, level) for h in found for c in range(h.first, h.last + 1) for level in range(h.top, h.bottom + 1)
    ]
    assert len(squares) == len(set(squares)) == len(columns) * 3
    assert [(h.title, h.top, h.bottom) for h in found if h.title in ("废水", "COD", "SO2")] == [
        ("废水", 0, 0),
        ("SO2", 0, 1),
        ("COD", 1, 1),
    ]
