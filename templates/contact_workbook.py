"""Contact checks as a workbook: the figures by class and hour, and every check with how it ended."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from reporting.contact_figures import Figures, Group
from templates.words import say
from templates.workbook_styles import inert

GROUPS = (
    "分组",
    "检查次数",
    "应答",
    "未应答",
    "未送达",
    "作废",
    "应答率%",
    "应答用时中位数（秒）",
    "最慢（秒）",
)
CHECKS = ("送达时间", "单位", "类别", "应答人", "方式", "结果", "原因", "用时（秒）", "记录编号", "记录状态")
WIDTHS = (18, 24, 12, 14, 10, 10, 20, 12, 10, 12)
KINDS = {"hand": "人工", "draw": "抽查"}
_FILL = PatternFill("solid", fgColor="D9E1F2")
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)


@dataclass(frozen=True, slots=True)
class Line:
    """One check; ``seconds`` of an answered one, ``miss`` and ``state`` of one on record."""

    at: datetime
    unit: str
    unit_class: str
    person: str
    kind: str
    outcome: str
    cause: str
    seconds: int | None
    miss: int | None
    state: str


def contact_workbook(found: Figures, lines: Sequence[Line]) -> bytes:
    book = Workbook(write_only=True)
    _groups(book, "总计和类别", [found.whole, *found.by_class])
    _groups(book, "时段", found.by_hour)
    sheet = _sheet(book, "明细", CHECKS)
    for one in lines:
        outcome = say("contact.outcome", name=one.outcome).unescape()
        state = say("contact.miss_state", name=one.state).unescape()
        words = (one.unit, one.unit_class, one.person, KINDS[one.kind], outcome, one.cause)
        numbers = (one.seconds, one.miss)
        sheet.append(
            [
                f"{one.at:%Y-%m-%d %H:%M}",
                *(_text(sheet, word) for word in words),
                *numbers,
                _text(sheet, state),
            ]
        )
    sheet.auto_filter.ref = f"A1:J{len(lines) + 1}"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _groups(book: Workbook, title: str, groups: Sequence[Group]) -> None:
    sheet = _sheet(book, title, GROUPS)
    for one in groups:
        rate = float(one.rate) if one.rate is not None else None
        counts = (one.whole, one.answered, one.missed, one.not_delivered, one.void)
        name = f"{one.name}时" if one.name.isdecimal() else one.name or "总计"
        sheet.append([_text(sheet, name), *counts, rate, one.median, one.slowest])


def _sheet(book: Workbook, title: str, headings: Sequence[str]) -> Any:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGHIJ", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    cells = []
    for text in headings:
        cell: Cell = WriteOnlyCell(sheet, text)
        cell.font, cell.fill, cell.alignment = Font(bold=True), _FILL, _MIDDLE
        cells.append(cell)
    sheet.append(cells)
    return sheet


def _text(sheet: Any, text: str) -> Cell:
    """Text and never a formula, whatever it begins with."""
    cell: Cell = WriteOnlyCell(sheet, inert(text))
    cell.data_type = "s"
    return cell
