"""How the official workbook looks, and the only ways in which a cell of it is written."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from math import ceil
from typing import Any
from unicodedata import east_asian_width
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.styles.styleable import StyleableObject
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from forms.numbers import format_number
from forms.text import clean, utf16_length
from templates.undated import undated

AUTHOR = "一报"
PAGE_NUMBERS = "第 &P 页  共 &N 页"
LONGEST_TEXT = 32_767
LONGEST_PAGE_HEADER = 80
EXACT_DIGITS = 15
BODY_SIZE = 11.0
PAGE_UNITS = 128.0  # between the margins of a landscape A4 page, in half-width characters of the body
MOST_STRETCH = 1.6
TALLEST_ROW = 400.0  # points; Excel cannot go beyond 409
MARGIN = 0.47  # inches, 12 mm
# A spreadsheet in Chinese also takes the full-width marks as the start of a formula.
_FORMULA_MARKS = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")
_SAVED_AT = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.DOTALL)

_THIN = Side(style="thin", color="FF000000")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_NO_BOX = Border()
_GREY = "FF7F7F7F"


@dataclass(frozen=True, slots=True)
class Look:
    """One way to dress a cell; ``size`` is in points."""

    face: str = "宋体"
    size: float = 10.5
    bold: bool = False
    faint: bool = False
    across: str = "center"
    down: str = "center"
    boxed: bool = True

    def dress(self, cell: StyleableObject) -> None:
        colour = _GREY if self.faint else None
        cell.font = Font(name=self.face, size=self.size, bold=self.bold, italic=self.faint, color=colour)
        cell.alignment = Alignment(horizontal=self.across, vertical=self.down, wrap_text=True)
        cell.border = _BOX if self.boxed else _NO_BOX


TITLE = Look(size=20, bold=True, boxed=False)
HEADER = Look(face="仿宋", size=12, across="left", boxed=False)
HEADING = Look(bold=True)
STUB = Look(size=BODY_SIZE)
FIGURE = Look(size=BODY_SIZE, across="right")
WORD = Look(size=BODY_SIZE)
NOTE = Look(face="仿宋", size=10.5, across="left", boxed=False)
NAME = Look(size=BODY_SIZE, down="top")
STORY = Look(face="仿宋", size=BODY_SIZE, across="left", down="top")


def bold(look: Look) -> Look:
    return replace(look, bold=True)


def faint(look: Look) -> Look:
    return replace(look, faint=True)


@dataclass(frozen=True, slots=True)
class Block:
    """Cells from the top left to the bottom right, both counted from 1; merged when more than one."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def single(self) -> bool:
        return self.top == self.bottom and self.left == self.right


@dataclass(frozen=True, slots=True)
class Content:
    """What a cell holds, and the number format that shows it as ``shown``; ``live`` is a formula of ours."""

    value: int | Decimal | str
    shown: str
    number_format: str = "General"
    live: bool = False


def words(text: str) -> Content:
    return Content(text, text)


@lru_cache(1 << 14)
def figure(amount: Decimal, decimals: int, *, signed: bool = False) -> Content:
    """A number with at least so many decimals, or text where a spreadsheet would round it silently."""
    places = max(decimals, _decimals_of(amount))
    shown = format_number(amount, places)
    if len(format_number(abs(amount)).replace(".", "").strip("0")) > EXACT_DIGITS:
        return Content(shown, shown)
    pattern = "0." + "0" * places if places else "0"
    value = int(amount) if amount == amount.to_integral_value() else amount
    return Content(value, shown, f"+{pattern};-{pattern};{pattern}" if signed else pattern)


def _decimals_of(amount: Decimal) -> int:
    return len(format_number(amount).partition(".")[2].rstrip("0"))


def put(sheet: Worksheet, at: Block, content: Content, look: Look) -> None:
    """Write, dress and, where the block is more than one cell, merge."""
    if not at.single:
        sheet.merge_cells(None, at.top, at.left, at.bottom, at.right)
    for row in sheet.iter_rows(at.top, at.bottom, at.left, at.right):
        for cell in row:
            look.dress(cell)
    first = sheet.cell(at.top, at.left)
    assert isinstance(first, Cell)
    first.number_format = content.number_format
    if isinstance(content.value, str):
        _write_text(first, content.value)
    else:
        first.value = content.value


def _write_text(cell: Cell, text: str) -> None:
    """Text stays text: never a formula, not even after someone edits the cell."""
    safe = inert(text)
    cell.value = safe
    cell.data_type = "s"
    cell.quotePrefix = looks_like_formula(safe)


def looks_like_formula(text: str) -> bool:
    return text.startswith(_FORMULA_MARKS)


def inert(text: str) -> str:
    """Without control characters, and visibly cut where a cell can hold no more."""
    kept = clean(text)
    if utf16_length(kept) <= LONGEST_TEXT:
        return kept
    return kept.encode("utf-16-le")[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def width_of(text: str) -> int:
    """The widest line, in half-width characters."""
    return max((_width(line) for line in text.split("\n")), default=0)


@lru_cache(1 << 14)
def _width(line: str) -> int:
    return len(line) if line.isascii() else sum(2 if east_asian_width(mark) in "WFA" else 1 for mark in line)


def lines_in(text: str, width: float, size: float) -> int:
    """How many lines a text takes in a column of this width; one character a line is kept as reserve."""
    room = max((width - 1) * BODY_SIZE / size - 1, 2)
    return sum(max(1, ceil(_width(line) / room)) for line in text.split("\n"))


def height_of(text: str, width: float, look: Look) -> float:
    """The height in points that shows the whole text."""
    return _height(text, width, look.size)


@lru_cache(1 << 14)
def _height(text: str, width: float, size: float) -> float:
    return lines_in(text, width, size) * size * 1.4 + 6


def widened(widths: Sequence[float], beside: float) -> list[float]:
    """Narrow tables are stretched to fill the page ``beside`` their row headings, within what looks well."""
    factor = min(max((PAGE_UNITS - beside) / sum(widths), 1.0), MOST_STRETCH)
    return [round(width * factor, 1) for width in widths]


def set_widths(sheet: Worksheet, widths: Iterable[float]) -> None:
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def set_height(sheet: Worksheet, row: int, points: float) -> None:
    sheet.row_dimensions[row].height = round(min(points, TALLEST_ROW), 1)


def set_page(sheet: Worksheet, page_header: str, area: Block, repeat: tuple[int, int]) -> None:
    """A4 landscape, as wide as the page and as long as needed; the rows ``repeat`` come on each page."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.paperSize = int(Worksheet.PAPERSIZE_A4)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = MARGIN
    margins.top = margins.bottom = 0.7
    margins.header = margins.footer = 0.35
    corners = (area.left, area.top), (area.right, area.bottom)
    sheet.print_area = ":".join(f"{get_column_letter(column)}{row}" for column, row in corners)
    sheet.print_title_rows = f"{repeat[0]}:{repeat[1]}"
    sheet.sheet_view.showGridLines = False
    _set_page_lines(sheet, inert(page_header)[:LONGEST_PAGE_HEADER].replace("&", "&&"))


def _set_page_lines(sheet: Worksheet, header: str) -> None:
    top, bottom = sheet.oddHeader, sheet.oddFooter
    assert top is not None
    assert bottom is not None
    top.left.text, bottom.center.text = header, PAGE_NUMBERS


def new_book(title: str, *, streamed: bool = False) -> Workbook:
    """An empty book whose unit of width is the body's own half-width character, whatever fonts there are."""
    book = Workbook(write_only=streamed)
    book.properties.creator, book.properties.title = AUTHOR, inert(title)
    normal = book._named_styles["Normal"]  # type: ignore[attr-defined]  # the stubs leave it out
    normal.font = Font(name="宋体", size=BODY_SIZE)
    return book


def packed(book: Workbook) -> bytes:
    """The file, the same bytes for the same content: no moment of saving is left in it."""
    saved = io.BytesIO()
    ExcelWriter(book, _Undated(saved, "w", ZIP_DEFLATED)).save()
    return saved.getvalue()


class _Undated(ZipFile):
    """What openpyxl writes, as it writes it, but for the time of day."""

    def writestr(self, name: Any, data: Any, *_: Any) -> None:
        content = data.encode() if isinstance(data, str) else data
        super().writestr(undated(name), _SAVED_AT.sub(b"", content))

    def write(self, filename: Any, arcname: Any = None, *_: Any) -> None:
        with open(filename, "rb") as source, self.open(undated(arcname), "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, 1 << 20)
