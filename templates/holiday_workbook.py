"""The workbook of a year's holidays: a row for each feast, as the State Council's notice has them."""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.styles import PatternFill, Protection
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reporting.notice import BOOK_FEASTS, COLUMNS, NUMBER
from templates import workbook_styles as styles
from templates.entry_workbook import OPEN
from templates.read_workbook import CELL, HOLIDAYS, MARK, META
from templates.words import say
from templates.workbook_styles import Block, put, words

FIRST, TOP = 2, 5
WIDTHS = [3.0, 14.0, 16.0, 16.0, 16.0, 16.0]
HEADINGS = {"from": "放假首日", "to": "放假末日", "work1": "调休上班（一）", "work2": "调休上班（二）"}


def holiday_workbook(year: int, filled: Mapping[tuple[str, str], str], office: str) -> tuple[str, bytes]:
    """(name, file). ``filled`` is what is known of the year already, as 1月1日."""
    name = say("settings.holiday_book", year=year).unescape()
    file = styles.new_book(name)
    sheet = file.worksheets[0]
    sheet.title = str(year)
    _draw(sheet, year, filled)
    rows = [(NUMBER, say("settings.holiday_number").unescape()), *((feast, feast) for feast in BOOK_FEASTS)]
    for row, (key, title) in enumerate(rows, TOP):
        sheet.cell(row, 1).value = key
        put(sheet, Block(row, FIRST, row, FIRST), words(title), styles.STUB)
        styles.set_height(sheet, row, 38.0 if key == NUMBER else 24.0)
        for column, at in enumerate(COLUMNS, FIRST + 1):
            if key != NUMBER or at == COLUMNS[0]:
                _open(sheet, row, column, filled.get((key, at), ""))
    sheet.protection.sheet = True
    styles.set_page(sheet, office, Block(2, FIRST, TOP + len(rows) - 1, FIRST + len(COLUMNS)), (4, 4))
    _write_meta(file, year, dict(rows))
    return name, styles.packed(file)


def _draw(sheet: Worksheet, year: int, filled: Mapping[tuple[str, str], str]) -> None:
    right = FIRST + len(COLUMNS)
    sheet.cell(1, 1).value = MARK
    sheet.row_dimensions[1].hidden = True
    styles.set_widths(sheet, WIDTHS)
    sheet.column_dimensions["A"].hidden = True
    title = say("settings.holiday_title", year=year).unescape()
    guide = say("settings.holiday_guide", filled=bool(filled)).unescape()
    put(sheet, Block(2, FIRST, 2, right), words(title), styles.TITLE)
    put(sheet, Block(3, FIRST, 3, right), words(guide), styles.NOTE)
    styles.set_height(sheet, 2, styles.height_of(title, sum(WIDTHS), styles.TITLE) + 6)
    styles.set_height(sheet, 3, styles.height_of(guide, sum(WIDTHS), styles.NOTE))
    put(sheet, Block(4, FIRST, 4, FIRST), words(say("settings.holiday_feast").unescape()), styles.HEADING)
    for column, at in enumerate(COLUMNS, FIRST + 1):
        sheet.cell(1, column).value = at
        put(sheet, Block(4, column, 4, column), words(HEADINGS[at]), styles.HEADING)
    styles.set_height(sheet, 4, 24.0)


def _open(sheet: Worksheet, row: int, column: int, text: str) -> None:
    put(sheet, Block(row, column, row, column), words(text), styles.WORD)
    square = sheet.cell(row, column)
    square.fill = PatternFill("solid", fgColor=OPEN)
    square.protection = Protection(locked=False)
    square.number_format = "@"
    if not text:
        square.value = None


def _write_meta(file: Workbook, year: int, rows: Mapping[str, str]) -> None:
    """What the file is, for reading it back; nothing of it is trusted but which year it is for."""
    sheet = file.create_sheet(META)
    head = {"form": "holidays", "version": 1, "period": year, "unit": "-", "task": HOLIDAYS}
    for name, value in head.items():
        sheet.append([name, str(value)])
    for key, title in rows.items():
        for at in COLUMNS:
            sheet.append([styles.inert(text) for text in (CELL, "", f"{key}.{at}", title, HEADINGS[at])])
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True
