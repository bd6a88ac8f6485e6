"""The roster (名册) as a workbook: filled in as things stand, with drop-downs, and read back under limits."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from reporting.programme import Role
from templates.read_workbook import ROSTER, ROSTER_HEADINGS
from templates.words import say
from templates.workbook_styles import inert

NAME = "名册.xlsx"
LISTS = "选项"
WIDTHS = (26, 14, 14, 18, 14)
SPARE = 40  # empty rows below, with the drop-downs already in them
TITLE_ROWS = 2
_HEAD, _GREY, _RED = (PatternFill("solid", fgColor=one) for one in ("D9E1F2", "EDEDED", "F8CBAD"))
_THIN = Side(style="thin", color="999999")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """``joined`` is for information: 已加入, 待加入 or empty."""

    unit: str
    role: str
    name: str = ""
    phone: str = ""
    joined: str = ""


def role_names() -> dict[str, Role]:
    """Roles as a roster writes them."""
    return {str(say("joining.role", name=str(role))): role for role in Role}


def roster_workbook(
    title: str, units: Sequence[str], rows: Sequence[RosterRow], wrong: dict[str, str] | None = None
) -> bytes:
    """``wrong`` are notes by cell: the cells are red and say why."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = ROSTER
    _head(sheet, title)
    for at, row in enumerate(rows, TITLE_ROWS + 2):
        _row(sheet, at, (row.unit, row.role, row.name, row.phone, row.joined))
    last = TITLE_ROWS + 1 + len(rows) + SPARE
    for at in range(TITLE_ROWS + 2 + len(rows), last + 1):
        _row(sheet, at, ("", "", "", "", ""))
    _lists(book, units)
    _drop_down(sheet, f"A{TITLE_ROWS + 2}:A{last}", f"={LISTS}!$A$1:$A${len(units)}")
    _drop_down(sheet, f"B{TITLE_ROWS + 2}:B{last}", f"={LISTS}!$B$1:$B${len(role_names())}")
    for cell, why in (wrong or {}).items():
        sheet[cell].fill = _RED
        sheet[cell].comment = Comment(why, ROSTER)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Worksheet, title: str) -> None:
    for letter, width in zip("ABCDE", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.merge_cells("A1:E1")
    sheet["A1"] = f"{title}名册"
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.merge_cells("A2:E2")
    sheet["A2"] = (
        "填白色各格；单位和岗位请从下拉选择。删去姓名即免去该人，换姓名即更换。填好发回即可，确认前不作任何改动。"
    )
    sheet["A2"].alignment = Alignment(wrap_text=True, vertical="center")
    sheet.row_dimensions[2].height = 34
    for letter, text in zip("ABCDE", (*ROSTER_HEADINGS, "是否加入"), strict=True):
        cell = sheet[f"{letter}{TITLE_ROWS + 1}"]
        cell.value, cell.fill, cell.font, cell.border = text, _HEAD, Font(bold=True), _BOX
        cell.alignment = Alignment(horizontal="center")
    sheet.freeze_panes = f"A{TITLE_ROWS + 2}"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.print_title_rows = f"{TITLE_ROWS + 1}:{TITLE_ROWS + 1}"


def _row(sheet: Worksheet, at: int, texts: Sequence[str]) -> None:
    for letter, text in zip("ABCDE", texts, strict=True):
        cell = sheet[f"{letter}{at}"]
        cell.border = _BOX
        cell.number_format = "@"  # a telephone number is a name: its zero and its digits stay
        if letter == "E":
            cell.fill = _GREY
        if text:
            cell.value = inert(text)
            cell.data_type = "s"


def _lists(book: Workbook, units: Sequence[str]) -> None:
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    for at, unit in enumerate(units, 1):
        lists[f"A{at}"] = unit
    for at, role in enumerate(role_names(), 1):
        lists[f"B{at}"] = role


def _drop_down(sheet: Worksheet, cells: str, formula: str) -> None:
    """A choice may be left empty; something else is refused by the sheet already."""
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    rule.errorTitle, rule.error = ROSTER, "请从下拉列表中选择"
    sheet.add_data_validation(rule)
    rule.add(cells)
