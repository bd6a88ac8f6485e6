"""The workbook of 历史数据: a row for each cell of a table, a column for each earlier figure of it, all open."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from openpyxl.comments import Comment
from openpyxl.styles import PatternFill, Protection
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from forms.definition import Form
from reporting.history import Slot, may_hold
from templates import workbook_styles as styles
from templates.entry_cells import WRONG, amount_of
from templates.entry_workbook import LOCKED, OPEN, Wrong
from templates.history import figure_title, slot_title
from templates.read_workbook import CELL, HISTORY, MARK, META
from templates.words import say
from templates.workbook import workbook_name
from templates.workbook_styles import Block, Content, Look, put, words

FIRST = 2  # the row and the column of keys are hidden before everything
TOP = 5  # title, guide, headings
Key = tuple[str, Slot]


@dataclass(frozen=True)
class HistoryBook:
    """What is loaded of a table. ``closed`` was used by a published digest; ``wrong`` came back unaccepted."""

    form: Form
    year: int
    slots: Sequence[Slot]
    rows: Sequence[str]
    figures: Mapping[Key, Decimal]
    closed: Collection[Slot]
    office: str
    wrong: Mapping[Key, Wrong] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """安全生产工作进展情况报告表（2008年历史数据）.xlsx"""
        return workbook_name(self.form, say("history.name", year=self.year).unescape())


def history_workbook(book: HistoryBook) -> bytes:
    """The whole file; the same input gives the same bytes."""
    file = styles.new_book(book.name)
    sheet = file.worksheets[0]
    sheet.title = re.sub(r"[\\/:*?\[\]'\n]", "_", book.form.short)[:31]
    _draw_top(sheet, book)
    for row, at in enumerate(book.rows, TOP):
        _draw_row(sheet, book, row, at)
    _protect(sheet, book)
    _write_meta(file, book)
    return styles.packed(file)


def _draw_top(sheet: Worksheet, book: HistoryBook) -> None:
    right = FIRST + len(book.slots)
    sheet.cell(1, 1).value = MARK
    sheet.row_dimensions[1].hidden = True
    titles = [slot_title(book.form, slot) for slot in book.slots]
    stub = max(styles.width_of(figure_title(book.form, at)) for at in book.rows) + 3.0
    widths = [3.0, min(stub, 50.0), *(max(styles.width_of(title) + 3.0, 12.0) for title in titles)]
    styles.set_widths(sheet, widths)
    sheet.column_dimensions["A"].hidden = True
    title = say("history.title", form=book.form, year=book.year).unescape()
    guide = say("history.guide", closed=bool(book.closed)).unescape()
    put(sheet, Block(2, FIRST, 2, right), words(title), styles.TITLE)
    put(sheet, Block(3, FIRST, 3, right), words(guide), styles.NOTE)
    styles.set_height(sheet, 2, styles.height_of(title, sum(widths), styles.TITLE) + 6)
    styles.set_height(sheet, 3, styles.height_of(guide, sum(widths), styles.NOTE))
    put(sheet, Block(4, FIRST, 4, FIRST), words(book.form.grid.corner[-1]), styles.HEADING)
    for column, (slot, heading) in enumerate(zip(book.slots, titles, strict=True), FIRST + 1):
        sheet.cell(1, column).value = str(slot)
        put(sheet, Block(4, column, 4, column), words(heading), styles.HEADING)
    styles.set_height(sheet, 4, 34.0)


def _draw_row(sheet: Worksheet, book: HistoryBook, row: int, at: str) -> None:
    sheet.cell(row, 1).value = at
    put(sheet, Block(row, FIRST, row, FIRST), words(figure_title(book.form, at)), styles.STUB)
    styles.set_height(sheet, row, 24.0)
    for column, slot in enumerate(book.slots, FIRST + 1):
        content, look, colour = _content(book, at, slot)
        put(sheet, Block(row, column, row, column), content, look)
        square = sheet.cell(row, column)
        square.fill = PatternFill("solid", fgColor=colour)
        square.protection = Protection(locked=colour == LOCKED)
        if content.value == "":
            square.value = None
        if (found := book.wrong.get((at, slot))) is not None:
            square.comment = Comment(styles.inert(found.reason), styles.AUTHOR, height=90, width=260)


def _content(book: HistoryBook, at: str, slot: Slot) -> tuple[Content, Look, str]:
    if (found := book.wrong.get((at, slot))) is not None:
        return words(found.text), styles.WORD, WRONG
    colour = LOCKED if slot in book.closed or not may_hold(book.form, at, slot) else OPEN
    if (amount := book.figures.get((at, slot))) is None:
        return words(""), styles.FIGURE, colour
    return amount_of(amount, book.form.measures[at.partition(".")[2]]), styles.FIGURE, colour


def _protect(sheet: Worksheet, book: HistoryBook) -> None:
    area = Block(2, FIRST, TOP + len(book.rows) - 1, FIRST + len(book.slots))
    styles.set_page(sheet, book.office, area, (4, 4))
    sheet.freeze_panes = sheet.cell(TOP, FIRST + 1).coordinate
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _write_meta(file: Workbook, book: HistoryBook) -> None:
    """What brings the file back to its table; it is compared with the database, never trusted."""
    sheet = file.create_sheet(META)
    head = {
        "form": book.form.key,
        "version": book.form.version,
        "period": book.year,
        "unit": "-",
        "task": HISTORY,
    }
    for name, value in head.items():
        sheet.append([name, str(value)])
    for at in book.rows:
        for slot in book.slots:
            titles = (figure_title(book.form, at), slot_title(book.form, slot))
            sheet.append([styles.inert(text) for text in (CELL, "", f"{at}.{slot}", *titles)])
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True
