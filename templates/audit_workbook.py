"""The record as a workbook: one row an event, oldest first."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from templates.workbook_styles import inert

HEADINGS = ("序号", "时间", "人员", "事项", "对象", "变动", "附注", "消息编号")
WIDTHS = (8, 20, 14, 14, 34, 40, 40, 14)
_FILL = PatternFill("solid", fgColor="D9E1F2")


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    at: datetime
    person: str
    verb: str
    about: str
    change: str
    detail: str
    update: int | None


def audit_workbook(rows: Sequence[Row], head: str) -> bytes:
    """``head`` is the chain's newest hash, so that the file can be held against the database later."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("审计记录")
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGH", WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.auto_filter.ref = f"A1:H{len(rows) + 1}"
    sheet.append([_heading(sheet, text) for text in HEADINGS])
    for row in rows:
        texts = (row.person, row.verb, row.about, row.change, row.detail)
        moment = f"{row.at:%Y-%m-%d %H:%M:%S}"
        sheet.append([row.number, moment, *(_text(sheet, text) for text in texts), _number(row.update)])
    _note(book, head)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _note(book: Workbook, head: str) -> None:
    sheet = book.create_sheet("校验")
    sheet.column_dimensions["A"].width = 16
    sheet.column_dimensions["B"].width = 70
    sheet.append(["链尾校验值", head])
    sheet.append(["核对方法", f"yibao audit verify --noted {head}"])


def _heading(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell: Cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    cell.fill = _FILL
    cell.alignment = Alignment(horizontal="center")
    return cell


def _text(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    """Text and never a formula, whatever it begins with."""
    cell: Cell = WriteOnlyCell(sheet, inert(text))
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _number(update: int | None) -> str:
    """As text: an update's number is a name, not an amount."""
    return "" if update is None else str(update)
