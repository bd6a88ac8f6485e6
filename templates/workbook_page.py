"""A sheet of a workbook as data: drawn in any order, then written row by row in one pass.

openpyxl's usual sheets keep every cell as an object with its own fonts and borders. A county needs a few thousand cells,
a province some millions: here a look is dressed once for the whole book, and a row is gone as soon as it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from templates import workbook_styles as styles
from templates.workbook_styles import Block, Content, Look

_NOTHING = Content("", "")


class Page:
    """``freeze`` is the first row and column that scroll; ``repeat`` are the rows that come on each printed page.

    ``lines`` and ``columns`` tell where an item and a measure are printed, by key and facet.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.rows: dict[int, dict[int, tuple[Content, Look]]] = {}
        self.long: dict[int, tuple[Sequence[Content], Sequence[Look]]] = {}
        self.merged: list[Block] = []
        self.heights: dict[int, float] = {}
        self.widths: Sequence[float] = ()
        self.freeze = (1, 1)
        self.header = ""
        self.repeat = (1, 1)
        self.large = False
        self.upright = False
        self.break_after: int | None = None
        self.lines: dict[tuple[str, str], int] = {}
        self.columns: dict[tuple[str, str], int] = {}
        self.scale = 100

    def put(self, at: Block, content: Content, look: Look) -> None:
        """Merged where the block is more than one cell."""
        if not at.single:
            self.merged.append(at)
            for row in range(at.top, at.bottom + 1):
                self.rows.setdefault(row, {}).update(
                    dict.fromkeys(range(at.left, at.right + 1), (_NOTHING, look))
                )
        self.rows.setdefault(at.top, {})[at.left] = (content, look)

    def line(self, row: int, contents: Sequence[Content], looks: Sequence[Look]) -> None:
        """A whole row from the first column on: what a long list is made of."""
        self.long[row] = (contents, looks)

    def cells_of(self, row: int) -> Iterator[tuple[int, Content, Look]]:
        """Column, content and look of everything in a row, from the left."""
        if row in self.long:
            yield from zip(count(1), *self.long[row], strict=False)
        line = self.rows.get(row, {})
        for column in sorted(line):
            yield column, *line[column]

    def height(self, row: int, points: float) -> None:
        self.heights[row] = round(min(points, styles.TALLEST_ROW), 1)

    def place(self, item: str, measure: str, facet: str) -> str | None:
        """Where a figure of the table stands: C5; None where it is not printed. Facets run along one of the two axes."""
        row = self.lines.get((item, facet)) or self.lines.get((item, ""))
        column = self.columns.get((measure, facet)) or self.columns.get((measure, ""))
        return f"{get_column_letter(column)}{row}" if row and column else None

    @property
    def bottom(self) -> int:
        return max(max(self.rows, default=1), max(self.long, default=1))

    def write(self, book: Workbook) -> None:
        """As the next sheet of a write-only book."""
        sheet: Any = book.create_sheet(self.title)  # the stubs leave out most of what it has
        styles.set_widths(sheet, self.widths)
        if self.freeze != (1, 1):
            sheet.freeze_panes = f"{get_column_letter(self.freeze[1])}{self.freeze[0]}"
        self._set_page(sheet)
        for at in self.merged:
            # One by one each would be looked for among all the others.
            sheet.merged_cells.ranges.add(CellRange(None, at.left, at.top, at.right, at.bottom))
        sheet.close()
        _fill(Path(sheet._writer.out), self._lines(_Wardrobe(sheet)))

    def _lines(self, wardrobe: _Wardrobe) -> Iterator[str]:
        for row in sorted(self.rows.keys() | self.long.keys()):
            height = self.heights.get(row)
            tall = "" if height is None else f' ht="{height}" customHeight="1"'
            yield f'<row r="{row}"{tall}>{_cells(self.cells_of(row), row, wardrobe)}</row>'

    def _set_page(self, sheet: Any) -> None:
        area = Block(1, 1, self.bottom, len(self.widths))
        styles.set_page(sheet, self.header, area, self.repeat)
        if self.large:
            sheet.page_setup.paperSize = int(Worksheet.PAPERSIZE_A3)
        if self.upright:
            sheet.page_setup.orientation = "portrait"
        if self.break_after is not None:
            sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=False)
            sheet.page_setup.scale = self.scale
            sheet.col_breaks.append(Break(id=self.break_after))
            sheet.print_title_cols = "A:B"


def bound(title: str, pages: Sequence[Page]) -> bytes:
    """A file of these sheets; the same pages give the same bytes."""
    book = styles.new_book(title, streamed=True)
    for page in pages:
        page.write(book)
    return styles.packed(book)


def _fill(path: Path, lines: Iterator[str]) -> None:
    """Put the rows into a sheet that openpyxl wrote without any: making an object of each cell takes it most of its time."""
    head, empty, tail = path.read_bytes().partition(b"<sheetData></sheetData>")
    assert empty
    with path.open("wb") as target:
        target.write(head + b"<sheetData>")
        target.writelines(line.encode() for line in lines)
        target.write(b"</sheetData>" + tail)


class _Wardrobe:
    """The number of the style that a look and a number format have in this book, each dressed once."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self._sheet = sheet
        # By identity: the page holds every look until it is written, and hashing one takes longer than finding it.
        self._known: dict[tuple[int, str, bool], int] = {}

    def number(self, look: Look, number_format: str, quoted: bool) -> int:
        key = (id(look), number_format, quoted)
        found = self._known.get(key)
        if found is None:
            cell: Any = WriteOnlyCell(self._sheet)
            look.dress(cell)
            cell.number_format = number_format
            cell.quotePrefix = quoted
            self._known[key] = found = int(cell.style_id)
        return found


def _cells(line: Iterator[tuple[int, Content, Look]], row: int, wardrobe: _Wardrobe) -> str:
    found = []
    for column, content, look in line:
        value = content.value
        if isinstance(value, str) and not content.live:
            text, quoted = _text(value)
            style = wardrobe.number(look, content.number_format, quoted)
            kind = ' t="inlineStr"' if text else ""
        else:
            style = wardrobe.number(look, content.number_format, False)
            text = f"<f>{escape(str(value)[1:])}</f>" if content.live else f"<v>{value}</v>"
            kind = ""
        found.append(f'<c r="{_letters(column)}{row}" s="{style}"{kind}>{text}</c>')
    return "".join(found)


@lru_cache(8192)
def _text(text: str) -> tuple[str, bool]:
    """Text stays text: never a formula, not even after someone edits the cell."""
    safe = styles.inert(text)
    if not safe:
        return "", False
    kept = ' xml:space="preserve"' if safe != safe.strip() else ""
    return f"<is><t{kept}>{escape(safe)}</t></is>", styles.looks_like_formula(safe)


@cache
def _letters(column: int) -> str:
    return get_column_letter(column)
