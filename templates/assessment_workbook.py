"""年度考核: a line for each unit, and under it every line that it is counted from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from reporting.states import FILED, IN_TIME, Timeliness
from templates.words import say
from templates.workbook_styles import inert

Value = str | int | Decimal | None
UNITS = ("单位", "应报", "按时", "迟报（含补报）", "未报", "按时率", "表扬", "批评", "扣分")
LEDGER = ("编号", "单位", "类别", "分值", "事由", "依据", "状态", "提出", "决定", "备注")
FILINGS = ("报告期", "报告表", "单位", "报送", "依据")
WIDTHS = {
    "汇总": (24, 8, 8, 14, 8, 10, 8, 8, 8),
    "台账": (6, 16, 7, 7, 34, 20, 9, 15, 15, 14),
    "报送": (14, 18, 24, 16, 34),
}
LINE = 15.0  # points
WIDE = 0x2E7F
_FILL = PatternFill("solid", fgColor="D9E1F2")
_THIN = Side(style="thin", color="808080")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)


@dataclass(frozen=True, slots=True)
class Filed:
    """One unit's part of one table in one period; ``document`` is the digest that says so."""

    period: str
    work: str
    unit: str
    timeliness: Timeliness
    document: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the ledger, whatever became of it; only what is confirmed counts."""

    number: int
    unit: str
    kind: str
    points: Decimal | None
    reason: str
    document: str
    state: str
    proposed: str
    decided: str
    note: str


def assessment_workbook(title: str, filed: Sequence[Filed], lines: Sequence[Line]) -> bytes:
    book = Workbook(write_only=True)
    book.properties.title = title
    _sheet(book, "汇总", UNITS, [_unit(unit, filed, lines) for unit in _units(filed, lines)])
    _sheet(book, "台账", LEDGER, [_line(one) for one in lines])
    _sheet(book, "报送", FILINGS, [_filing(one) for one in filed])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _units(filed: Sequence[Filed], lines: Sequence[Line]) -> list[str]:
    return sorted({one.unit for one in filed} | {one.unit for one in lines})


def _unit(unit: str, filed: Sequence[Filed], lines: Sequence[Line]) -> list[Value]:
    """应报 leaves out what was 免报 and what was not due when it was published."""
    owed = [
        one.timeliness
        for one in filed
        if one.unit == unit and one.timeliness not in (Timeliness.EXEMPT, Timeliness.PENDING)
    ]
    in_time = sum(one in IN_TIME for one in owed)
    late = sum(one in FILED for one in owed) - in_time
    counted = [one for one in lines if one.unit == unit and one.state == "confirmed"]
    rate = f"{Decimal(in_time) * 100 / len(owed):.1f}%" if owed else ""
    deducted = sum((one.points or Decimal(0) for one in counted), Decimal(0))
    kinds = [one.kind for one in counted]
    missing = len(owed) - in_time - late
    return [
        unit,
        len(owed),
        in_time,
        late,
        missing,
        rate,
        kinds.count("praise"),
        kinds.count("criticism"),
        deducted,
    ]


def _line(one: Line) -> list[Value]:
    kind = say("assessing.kind", name=one.kind).unescape()
    state = say("assessing.state", name=one.state).unescape()
    said = (one.reason, one.document, state, one.proposed, one.decided, one.note)
    return [one.number, one.unit, kind, one.points, *said]


def _filing(one: Filed) -> list[Value]:
    timely = say("assessing.timely", name=str(one.timeliness)).unescape()
    return [one.period, one.work, one.unit, timely, one.document]


def _sheet(book: Workbook, title: str, headings: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for place, width in enumerate(WIDTHS[title]):
        sheet.column_dimensions["ABCDEFGHIJ"[place]].width = width
    sheet.page_setup.paperSize, sheet.page_setup.orientation = 9, "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.oddHeader.center.text = f"{book.properties.title}　{title}".replace("&", "&&")
    sheet.append([_heading(sheet, text) for text in headings])
    for place, row in enumerate(rows, 2):
        sheet.row_dimensions[place].height = LINE * max(map(_lines, row, WIDTHS[title]))
        sheet.append([_cell(sheet, value) for value in row])


def _lines(value: Value, width: float) -> int:
    """How many lines a text takes in a column; a Chinese character is as wide as two digits."""
    wide = sum(2 if ord(letter) > WIDE else 1 for letter in str(value or ""))
    return max(ceil(wide / (width - 1)), 1)


def _heading(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell: Cell = WriteOnlyCell(sheet, text)
    cell.font, cell.fill, cell.border = Font(bold=True), _FILL, _BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Value) -> Cell:
    """Text and never a formula, whatever it begins with."""
    words = isinstance(value, str)
    shown = inert(value) if isinstance(value, str) else None if value is None else float(value)
    cell: Cell = WriteOnlyCell(sheet, shown)
    if words:
        cell.data_type = "s"
    cell.border = _BORDER
    cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left" if words else "right")
    return cell
