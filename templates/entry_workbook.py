"""The workbook that a unit fills in (Excel填报): typed cells open, computed ones locked, last month beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil

from openpyxl.cell.cell import Cell as Square
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill, Protection
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from forms.cells import UNANSWERED, Cell
from forms.definition import Facet, Measure
from forms.questions import Part
from forms.table import Bases, Table, compute
from templates import workbook_styles as styles
from templates.entry_cells import FORMATS, NO_FIGURE, NOTHING, WRONG, computed, guard, look_of, typed
from templates.entry_layout import LAST, Layout
from templates.headings import Line, headings, levels
from templates.read_workbook import CELL, MARK, META
from templates.report import Label, title_of
from templates.words import say
from templates.workbook import workbook_name
from templates.workbook_styles import Block, Content, Look, put, words

OPEN, LOCKED, BEFORE = "FFFFFFFF", "FFE3EAF4", "FFEDEDED"
NARROWEST = 88.0  # all columns together: a sentence needs room
LEAST_STUB = 20.0
WIDEST_PAGE = 260.0  # all columns on one page, as long as they can be read
LEAST_TEXT, WIDEST_TEXT = 14.0, 26.0
FIRST = 2  # the row and the column of keys are hidden before everything
HEADING_LINE = 17.0  # points
STORY_HEIGHT = 78.0  # points, four lines
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FAINT = styles.faint(styles.WORD)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that was not accepted: what was written in it, and why not."""

    text: str
    reason: str


@dataclass(frozen=True)
class Entry:
    """One unit's part as it stands, and the names that bring the file back to it."""

    part: Part
    answers: Mapping[str, Cell]
    bases: Bases
    label: Label
    unit_key: str
    unit: str
    task: int
    programme: str
    wrong: Mapping[str, Wrong] = field(default_factory=dict)

    @cached_property
    def layout(self) -> Layout:
        return Layout(self.part, self.label.last)

    @cached_property
    def table(self) -> Table:
        return compute(self.part.form, self.answers, self.bases)

    @property
    def name(self) -> str:
        """安全生产工作进展情况报告表（6月份 县港航管理处填报）.xlsx"""
        return workbook_name(self.part.form, f"{self.label.covers} {self.unit}填报")


def entry_workbook(entry: Entry) -> bytes:
    """The whole file; the same input gives the same bytes."""
    book = styles.new_book(entry.label.covers + entry.part.form.title)
    sheet = book.worksheets[0]
    sheet.title = re.sub(r"[\\/:*?\[\]'\n]", "_", entry.part.form.short)[:31]
    _Draft(sheet, entry).draw()
    _write_meta(book, entry, sheet)
    return styles.packed(book)


class _Draft:
    """One sheet being drawn. Rows and columns are counted as the sheet does, from 1."""

    def __init__(self, sheet: Worksheet, entry: Entry) -> None:
        self.sheet = sheet
        self.entry = entry
        self.layout = entry.layout
        self.rows = self.layout.rows
        self.columns = self.layout.columns if self.rows else []
        self.stubs = levels(self.rows) if self.rows else 1
        self.left = FIRST + self.stubs
        self.right = self.left + max(len(self.columns), 1) - 1
        self.top = FIRST + 2 + (levels(self.columns) if self.rows else 0)

    def draw(self) -> None:
        self._hide_keys()
        self.widths = widths = self._widths()
        self._draw_top(sum(widths[1:]))
        if self.rows:
            self._draw_headings()
            self._draw_figures()
        last = self._draw_stories(self.top + len(self.rows), sum(widths[self.left - 1 :]))
        self._protect(last)

    def _hide_keys(self) -> None:
        self._key(1, 1, MARK)
        self.sheet.row_dimensions[1].hidden = True
        self.sheet.column_dimensions["A"].hidden = True

    def _key(self, row: int, column: int, text: str) -> None:
        self.sheet.cell(row, column).value = text

    def _widths(self) -> list[float]:
        found = [max(self._width(line), 6.5 + styles.width_of(line.titles[-1]) / 2) for line in self.columns]
        stubs = [
            min(max(styles.width_of(line.titles[level]) for line in self.rows) + 3.0, 30.0)
            if self.rows
            else 30.0
            for level in range(self.stubs)
        ]
        found = styles.widened(found, sum(stubs)) if found else [NARROWEST]
        factor = max((NARROWEST - sum(stubs)) / sum(found), 1.0)
        stubs = [max(width, LEAST_STUB / self.stubs) for width in stubs]
        widths = [3.0, *stubs, *(round(width * factor, 1) for width in found)]
        styles.set_widths(self.sheet, widths)
        self.sheet.column_dimensions["A"].hidden = True
        return widths

    def _width(self, line: Line) -> float:
        shown = [self._content(row, line)[0].shown for row in self.rows]
        width = max(map(styles.width_of, shown), default=0) + 3.0
        if self.entry.part.form.measures[line.key].kind == "number":
            return width
        return min(max(width, LEAST_TEXT), WIDEST_TEXT)

    def _draw_top(self, width: float) -> None:
        entry = self.entry
        title = entry.label.covers + entry.part.form.title
        put(self.sheet, Block(FIRST, FIRST, FIRST, self.right), words(title), styles.TITLE)
        styles.set_height(self.sheet, FIRST, styles.height_of(title, width, styles.TITLE) + 6)
        text = say("importing.guide", unit=entry.unit, returned=entry.part.only is not None).unescape()
        put(self.sheet, Block(FIRST + 1, FIRST, FIRST + 1, self.right), words(text), styles.NOTE)
        styles.set_height(self.sheet, FIRST + 1, styles.height_of(text, width, styles.NOTE))

    def _draw_headings(self) -> None:
        under = FIRST + 2
        corner = "\n".join(self.entry.part.form.grid.corner)
        put(self.sheet, Block(under, FIRST, self.top - 1, self.left - 1), words(corner), styles.HEADING)
        for heading in headings(self.columns):
            block = Block(
                under + heading.top,
                self.left + heading.first,
                under + heading.bottom,
                self.left + heading.last,
            )
            put(self.sheet, block, words(heading.title), styles.HEADING)
        for heading in headings(self.rows):
            block = Block(
                self.top + heading.first, FIRST + heading.top, self.top + heading.last, FIRST + heading.bottom
            )
            put(self.sheet, block, words(heading.title), styles.STUB)
        corner_height = (corner.count("\n") + 1) * HEADING_LINE
        for row in range(under, self.top):
            styles.set_height(self.sheet, row, max(34.0, corner_height / (self.top - under)))

    def _draw_figures(self) -> None:
        for column, line in enumerate(self.columns, self.left):
            if line.kind in ("", str(Facet.MONTH)) and not self.entry.part.form.measures[line.key].computed:
                self._key(1, column, line.key)
        for row, line in enumerate(self.rows, self.top):
            if line.kind in ("", str(Facet.MONTH)):
                self._key(row, 1, line.key)
            for column, other in enumerate(self.columns, self.left):
                self._draw_figure(row, column, line, other)
            styles.set_height(self.sheet, row, self._height(line))

    def _height(self, row: Line) -> float:
        """Words take as many lines as they need."""
        heights = [30.0]
        for place, column in enumerate(self.columns):
            content, look, _ = self._content(row, column)
            if isinstance(content.value, str):
                heights.append(styles.height_of(content.shown, self.widths[self.stubs + 1 + place], look))
        return max(heights)

    def _draw_figure(self, row: int, column: int, line: Line, other: Line) -> None:
        content, look, colour = self._content(line, other)
        at = f"{line.key}.{other.key}"
        square = self._put(Block(row, column, row, column), content, look, colour)
        if (line.kind or other.kind) == Facet.MONTH and at in self.entry.part.figures:
            measure = self.entry.part.form.measures[other.key]
            if measure.kind != "number":
                square.number_format = FORMATS[measure.kind]
            elif content.number_format == "General":
                square.number_format = "0." + "0" * measure.decimals if measure.decimals else "0"
            self._open(square, at)
            if at in self.entry.part.open_addresses:
                guard(self.sheet, square, measure)

    def _content(self, row: Line, column: Line) -> tuple[Content, Look, str]:
        """What a square of the table holds, how it is dressed, and its colour."""
        entry, at = self.entry, f"{row.key}.{column.key}"
        measure = entry.part.form.measures[column.key]
        series = entry.table[row.key, column.key]
        kind = row.kind or column.kind
        if kind == LAST:
            before = entry.bases.last_month.get(at, UNANSWERED)
            return typed(before, measure, NO_FIGURE), _FAINT, BEFORE
        if kind == Facet.MONTH:
            return self._month(at, series.month, measure)
        content = computed(kind, series, measure)
        return content, look_of(content), LOCKED

    def _month(self, at: str, cell: Cell, measure: Measure) -> tuple[Content, Look, str]:
        part = self.entry.part
        if at in self.entry.wrong:
            return words(self.entry.wrong[at].text), styles.WORD, WRONG
        content = typed(cell, measure, "" if at in part.figures else NO_FIGURE)
        return content, look_of(content), OPEN if at in part.open_addresses else LOCKED

    def _put(self, block: Block, content: Content, look: Look, colour: str) -> Square:
        put(self.sheet, block, content, look)
        for row in self.sheet.iter_rows(block.top, block.bottom, block.left, block.right):
            for one in row:
                one.fill = PatternFill("solid", fgColor=colour)
        square = self.sheet.cell(block.top, block.left)
        assert isinstance(square, Square)
        if isinstance(square.value, str):
            square.value = _ESCAPED.sub("_x005F_", square.value)
            square.data_type = "s"
        if content.value == "":
            square.value = None
        return square

    def _open(self, square: Square, at: str) -> None:
        """Unlock what may be typed; say what is wrong with it."""
        square.protection = Protection(locked=at not in self.entry.part.open_addresses)
        if at in self.entry.wrong:
            square.comment = Comment(
                styles.inert(self.entry.wrong[at].reason), styles.AUTHOR, height=90, width=260
            )

    def _draw_stories(self, row: int, width: float) -> int:
        for at in self.entry.part.narratives:
            told = self.entry.answers.get(at, UNANSWERED)
            text = (told.text or NOTHING) if told.answered else ""
            colour = OPEN if at in self.entry.part.open_addresses else LOCKED
            if at in self.entry.wrong:
                text, colour = self.entry.wrong[at].text, WRONG
            self._key(row, 1, at)
            put(
                self.sheet,
                Block(row, FIRST, row, self.left - 1),
                words(title_of(self.entry.part, at)),
                styles.STUB,
            )
            block = Block(row, self.left, row, self.right)
            look = replace(styles.STORY, down="center")
            self._open(self._put(block, words(text), look, colour), at)
            styles.set_height(self.sheet, row, max(styles.height_of(text, width, look), STORY_HEIGHT))
            row += 1
        return row - 1

    def _protect(self, last: int) -> None:
        area = Block(FIRST, FIRST, max(last, FIRST), self.right)
        styles.set_page(self.sheet, self.entry.programme, area, (FIRST + 2, max(self.top - 1, FIRST + 2)))
        self.sheet.page_setup.fitToWidth = ceil(sum(self.widths) / WIDEST_PAGE)
        self.sheet.freeze_panes = self.sheet.cell(self.top, self.left).coordinate
        self.sheet.protection.sheet = True
        self.sheet.protection.formatColumns = self.sheet.protection.formatRows = False


def _write_meta(book: Workbook, entry: Entry, main: Worksheet) -> None:
    """What brings the file back to its report. Nothing here is trusted: it is compared with the database."""
    sheet = book.create_sheet(META)
    form = entry.part.form
    head = {
        "form": form.key,
        "version": str(form.version),
        "period": entry.label.period,
        "unit": entry.unit_key,
        "task": str(entry.task),
    }
    for name, text in head.items():
        sheet.append([name, text])
    for row in _cell_rows(entry, main):
        sheet.append(row)
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True


def _cell_rows(entry: Entry, main: Worksheet) -> list[list[str]]:
    """One row for each typed cell: where it stood, its address, the headings of its row and its column."""
    form = entry.part.form
    across = {str(main.cell(1, column).value): column for column in range(2, main.max_column + 1)}
    down = {str(main.cell(row, 1).value): row for row in range(2, main.max_row + 1)}
    found = []
    for at in entry.part.figures:
        item, _, measure = at.partition(".")
        place = main.cell(down[item], across[measure]).coordinate
        found.append([CELL, place, at, form.items[item].title, form.measures[measure].title])
    for at in entry.part.narratives:
        found.append([CELL, main.cell(down[at], 2).coordinate, at, title_of(entry.part, at), ""])
    return [[styles.inert(text) for text in row] for row in found]
