"""The table in a pasted block: the cells that its titles and headings name, or its shape where that has one reading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from forms.blocks import Row, is_figure, name_of, short
from forms.definition import Facet
from forms.problems import Refused
from forms.questions import Kind, Part, Question
from forms.table import address
from forms.titles import Line, Side, columns_side, rows_side

_COVERS = re.compile(r"[0-9]{1,2}月份|第[一二三四]季度")
Texts = tuple[str, ...]


def may_be_lines(part: Part, question: Question) -> bool:
    """True when several lines may be the answer: something told in words, or a record's fields."""
    return question.kind in (Kind.NARRATIVE, Kind.REASON) or part.form.grid.records is not None


@dataclass(frozen=True, slots=True)
class TableCells:
    """Texts by address: the unit's own typed cells, computed ones, and other units' (``others`` are their titles)."""

    own: Mapping[str, str]
    totals: Mapping[str, str]
    beside: Mapping[str, str]
    others: Texts = ()


@dataclass
class PastedTable:
    """One table being read: captions, then headings, then rows. Without tabs a blank cell cannot be seen."""

    part: Part
    question: Question
    tabbed: bool
    given: list[Row]
    covers: str

    def read(self) -> TableCells | None:
        """None when this is no table. Raises Refused, naming what is unclear in one that is."""
        if not self.body or not (self.stubs or self.heads or self._is_bare):
            return None
        self._refuse_ragged()
        if not self.tabbed and (self.width < 2 or not self._is_mostly_figures):
            return None
        self._refuse_captions()
        rows, columns = self._row_lines(), self._column_lines()
        return self._sorted(self._found(rows, columns))

    # How it is cut

    @cached_property
    def row_side(self) -> Side:
        return rows_side(self.part.form)

    @cached_property
    def column_side(self) -> Side:
        return columns_side(self.part.form)

    @cached_property
    def _cut(self) -> tuple[int, int]:
        """(where headings begin, where rows begin)."""
        end = len(self.given)
        top = next((at for at in range(end) if not self._is_caption(self.given[at])), end)
        return top, next((at for at in range(top, end) if not self._is_heading(self.given[at])), end)

    def _is_caption(self, row: Row) -> bool:
        """Words above the table that are no heading of it."""
        cells = self._with_title(row)
        return not self._is_heading(row) and not any(
            is_figure(one) or self.row_side.knows(one) for one in cells
        )

    def _is_heading(self, row: Row) -> bool:
        """Known headings and at most as many unknown ones, beside what stands over the titles; no figure."""
        known = sum(map(self.column_side.knows, row.filled))
        return known > 0 and 2 * known >= len(row.filled) - 1 and not any(map(is_figure, row.filled))

    def _with_title(self, row: Row) -> Texts:
        """道路交通：3 is a title and a figure."""
        if self.tabbed or not row.cells:
            return row.cells
        title, _, figure = row.cells[0].replace("：", ":", 1).partition(":")
        return (title, figure, *row.cells[1:]) if figure and self.row_side.knows(title) else row.cells

    @cached_property
    def captions(self) -> list[Row]:
        return [row for row in self.given[: self._cut[0]] if row.filled]

    @cached_property
    def heads(self) -> list[Row]:
        return self.given[self._cut[0] : self._cut[1]]

    @cached_property
    def _below(self) -> list[Texts]:
        return [self._with_title(row) for row in self.given[self._cut[1] :]]

    @cached_property
    def width(self) -> int:
        return max(map(len, (*self._below, *(row.cells for row in self.heads))), default=0)

    @cached_property
    def stubs(self) -> tuple[int, ...]:
        """Columns that hold the titles of rows."""
        knows = self.row_side.knows
        return tuple(
            at for at in range(self.width) if any(len(row) > at and knows(row[at]) for row in self._below)
        )

    @cached_property
    def body(self) -> list[Texts]:
        """Rows of equal width. A blank row counts only where rows are told by their number."""
        rows = [_padded(row, self.width) for row in self._below if any(row) or not self.stubs]
        while rows and not any(rows[-1]):
            rows.pop()
        return rows

    @cached_property
    def values(self) -> list[int]:
        """Columns of figures. A blank one counts only where columns are told by their number."""
        places = [at for at in range(self.width) if at not in self.stubs]
        return [at for at in places if not self.heads or any(row[at] for row in self.body)]

    @cached_property
    def paths(self) -> list[list[str]]:
        """The headings over each column, outermost first; a merged one reaches right as far as it is divided below."""
        levels = [row.cells for row in self.heads]
        if not self.tabbed and levels:
            missing = len(self._below[0]) - len(levels[0])
            if len(levels) > 1:
                raise Refused("paste.merged")
            if missing not in (0, len(self.stubs)):
                raise Refused("paste.ragged", title=short(self.heads[0].line))
            levels = [(*[""] * missing, *levels[0])]
        found = _paths([_padded(level, self.width) for level in levels], self.width)
        if any(self.column_side.knows(text) for at in self.stubs for text in found[at]):
            raise Refused("paste.ragged", title=short(self.heads[0].line))  # one column off
        return found

    # Whether it is one

    def _refuse_ragged(self) -> None:
        if not self.tabbed and len({len(row) for row in self._below if row or not self.stubs}) > 1:
            odd = min(self._below, key=len)
            raise Refused("paste.ragged", title=short(" ".join(odd)))

    @property
    def _is_mostly_figures(self) -> bool:
        texts = [row[at] for row in self.body for at in self.values if row[at]]
        return bool(texts) and 2 * sum(map(is_figure, texts)) > len(texts)

    @property
    def _is_bare(self) -> bool:
        """Figures without any title: only what cannot be an ordinary answer to the question."""
        filled = [cell for row in self.body for cell in row if cell]
        expected = 1 if self.question.kind is Kind.CELL else len(self.part.of_item(self.question.target))
        if self.captions or not all(map(is_figure, filled)) or len(filled) == expected:
            return False
        if self.width < 2 or (len(self.body) < 2 and not self.tabbed):
            return False
        fits = self.row_side.reading(len(self.body), self._items) and self.column_side.reading(
            self.width, self._measures
        )
        if not fits and len(self.body) > 1 and not may_be_lines(self.part, self.question):
            raise Refused("paste.shape", rows=len(self.body), columns=self.width)
        return bool(fits)

    def _refuse_captions(self) -> None:
        """Last month's table, or headings that nobody knows."""
        for row in self.captions:
            for got in _COVERS.findall(name_of(row.line)):
                if self.covers and got.lstrip("0") != self.covers:
                    raise Refused("paste.period", got=got, now=self.covers)
            if not self.heads and len(row.filled) > 1:
                raise Refused("paste.heading", title=short(row.line))

    # What its rows and columns are

    @cached_property
    def _items(self) -> set[str]:
        return set(self.part.items)

    @cached_property
    def _measures(self) -> set[str]:
        return {at.partition(".")[2] for at in self.part.figures}

    def _row_lines(self) -> list[Line | None]:
        """One for each row; None for one that says nothing."""
        if self.stubs:
            titles = _carried([[row[at] for at in self.stubs] for row in self.body])
            return [self._row_line(path, row) for path, row in zip(titles, self.body, strict=True)]
        if strange := self._untold_title():
            raise Refused("paste.row", title=short(strange))
        found = self.row_side.reading(len(self.body), self._items)
        if found is None:
            raise Refused("paste.rows", count=len(self.body))
        return list(found)

    def _untold_title(self) -> str:
        """A title of a row, when none of them is known: the headings say in which column titles stand."""
        nothing = [
            at for at in self.values if self.heads and not any(map(self.column_side.knows, self.paths[at]))
        ]
        texts = (row[at] for at in nothing for row in self.body)
        return next((text for text in texts if text and not is_figure(text)), "")

    def _row_line(self, path: list[str], row: Texts) -> Line | None:
        line = self.row_side.line(path)
        if line is not None and (line.key or line.skipped):
            return line
        if not any(row[at] for at in self.values):
            return None
        raise Refused(
            "paste.row",
            title=short(next((text for text in reversed(path) if text), "") or row[self.values[0]]),
        )

    def _column_lines(self) -> dict[int, Line]:
        """By place. Headings decide; without any, the number of columns must fit one reading."""
        if self.heads:
            return {at: self._column_line(at) for at in self.values}
        found = self.column_side.reading(len(self.values), self._measures)
        if found is None:
            raise Refused("paste.columns", count=len(self.values))
        return dict(zip(self.values, found, strict=True))

    def _column_line(self, at: int) -> Line:
        path = [text for text in self.paths[at] if text]
        if not path:
            raise Refused("paste.unheaded", title=short(next(row[at] for row in self.body if row[at])))
        line = self.column_side.line(path)
        if line is None or not (line.key or line.skipped):
            raise Refused("paste.column", title=short(" ".join(path)))
        return line

    # What stands in its cells

    def _found(self, rows: list[Line | None], columns: Mapping[int, Line]) -> dict[str, str]:
        """Texts of this period's cells by address; what is computed from others is not taken."""
        found: dict[str, str] = {}
        for row, cells in zip(rows, self.body, strict=True):
            for place, column in columns.items():
                text = cells[place]
                if row is None or row.skipped or column.skipped or not text:
                    continue
                if {row.facet, column.facet} - {None, Facet.MONTH}:
                    continue
                at = address(row.key, column.key)
                if at in found:
                    raise Refused("paste.twice", title=self._title(at))
                found[at] = text
        return found

    def _sorted(self, found: Mapping[str, str]) -> TableCells:
        typed = {address(*pair) for pair in self.part.form.typed_cells}
        own = {at: found[at] for at in self.part.figures if at in found}
        totals = {at: text for at, text in found.items() if self._is_computed(at)}
        beside = {at: text for at, text in found.items() if at in typed and at not in own}
        others = tuple(dict.fromkeys(map(self._title, beside)))
        if not own:
            raise Refused("paste.not_yours" if others else "paste.nothing", title="、".join(others)[:40])
        return TableCells(own, totals, beside, others)

    def _is_computed(self, at: str) -> bool:
        item, _, measure = at.partition(".")
        return self.part.form.items[item].computed or self.part.form.measures[measure].computed

    def _title(self, at: str) -> str:
        """The row; the column where the row is the unit's own."""
        item, _, measure = at.partition(".")
        form = self.part.form
        return form.measures[measure].called if item in self._items else form.items[item].title


def _padded(cells: Sequence[str], width: int) -> Texts:
    return (*cells, *[""] * (width - len(cells)))


def _paths(levels: list[Texts], width: int) -> list[list[str]]:
    found: list[list[str]] = [[] for _ in range(width)]
    for depth, level in enumerate(levels):
        last = ""
        for at, text in enumerate(level):
            last = text or last
            divided = any(below[at] for below in levels[depth + 1 :])
            found[at].append(text or (last if divided else ""))
    return found


def _carried(titles: list[list[str]]) -> list[list[str]]:
    """Row titles with merged ones carried down, as far as they are divided to their right."""
    found: list[list[str]] = []
    last = [""] * len(titles[0])
    for row in titles:
        last = [text or (last[at] if any(row[at + 1 :]) else "") for at, text in enumerate(row)]
        found.append(last)
    return found
