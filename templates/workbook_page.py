"""A sheet of a workbook as data: drawn in any order, then written row by row in one pass.

openpyxl's usual sheets keep every cell as an object with its own fonts and borders. A county needs a few thousand cells,
a province some millions: here a look is dressed once for the whole book, and a row is gone as soon as it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles.cell_style import StyleArray
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
        """A whole row from the first column on."""
        self.rows[row] = dict(enumerate(zip(contents, looks, strict=True), 1))

    def height(self, row: int, points: float) -> None:
        self.heights[row] = round(min(points, styles.TALLEST_ROW), 1)

    def place(self, item: str, measure: str, facet: str) -> str | None:
        """Where a figure of the table stands: C5; None where it is not printed. Facets run along one of the two axes."""
        row = self.lines.get((item, facet)) or self.lines.get((item, ""))
        column = self.columns.get((measure, facet)) or self.columns.get((measure, ""))
        return f"{get_column_letter(column)}{row}" if row and column else None

    @property
    def bottom(self) -> int:
        return max(self.rows, default=1)

    def write(self, book: Workbook) -> None:
        """As the next sheet of a write-only book."""
        sheet: Any = _Sheet(book, self.title)  # the stubs leave out most of what it has
        book._add_sheet(sheet)  # type: ignore[attr-defined]  # create_sheet knows only its own class
        styles.set_widths(sheet, self.widths)
        for row, points in self.heights.items():
            sheet.row_dimensions[row].height = points
        if self.freeze != (1, 1):
            sheet.freeze_panes = f"{get_column_letter(self.freeze[1])}{self.freeze[0]}"
        self._set_page(sheet)
        wardrobe: dict[tuple[Look, str, bool], StyleArray] = {}
        for row in range(1, self.bottom + 1):
            sheet.append(_dressed(sheet, self.rows.get(row, {}), wardrobe))
        for at in self.merged:
            # One by one each would be looked for among all the others.
            sheet.merged_cells.ranges.add(CellRange(None, at.left, at.top, at.right, at.bottom))

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


class _Sheet(WriteOnlyWorksheet):
    """Takes cells that are dressed already; the usual one finds out by a failure that they are no values."""

    def _values_to_row(self, values: Iterator[Cell], row_idx: int) -> Iterator[Cell]:
        for cell in values:
            cell.row = row_idx
            yield cell


def _dressed(
    sheet: WriteOnlyWorksheet,
    line: Mapping[int, tuple[Content, Look]],
    wardrobe: dict[tuple[Look, str, bool], StyleArray],
) -> Iterator[Cell]:
    for column in sorted(line):
        content, look = line[column]
        cell: Any = WriteOnlyCell(sheet)
        cell.column = column
        value, quoted = content.value, False
        if content.live:
            cell._value, cell.data_type = value, "f"
        elif isinstance(value, str):
            cell._value, quoted = _inert(value)
            cell.data_type = "s"
        else:
            cell._value = value
        key = (look, content.number_format, quoted)
        found = wardrobe.get(key)
        if found is None:
            wardrobe[key] = found = _style(sheet, *key)
        cell._style = found
        yield cell


@lru_cache(4096)
def _inert(text: str) -> tuple[str, bool]:
    """Text stays text: never a formula, not even after someone edits the cell."""
    safe = styles.inert(text)
    return safe, styles.looks_like_formula(safe)


def _style(sheet: WriteOnlyWorksheet, look: Look, number_format: str, quoted: bool) -> StyleArray:
    cell: Any = WriteOnlyCell(sheet)
    look.dress(cell)
    cell.number_format = number_format
    cell.quotePrefix = quoted
    found: StyleArray = cell._style
    return found
