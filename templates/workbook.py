"""The official workbook of one sheet (附件 1–7 of the notice), drawn from the form's definition alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from forms.cells import Cell, State
from forms.definition import Facet, Form, Measure
from forms.table import Change, Series, Table
from templates import workbook_styles as styles
from templates.headings import Heading, Line, headings, levels
from templates.official_layout import printed_columns, printed_rows
from templates.official_page import (
    Header,
    Told,
    draw_notes,
    draw_top,
    sheet_name,
    story_page,
    workbook_name,
)
from templates.words import CHANGE_WORDS, STATE_WORDS
from templates.workbook_page import Page, bound
from templates.workbook_styles import Block, Content, Look, width_of, words

__all__ = ["Header", "Told", "official_workbook", "workbook_name"]

UNFILED = words("未报")
NO_FIGURE = words("—")
FIRST_HEADING = 3  # below the title and the line 填报单位 / 审核人
LOWEST_ITEM, HIGHEST_ITEM = 20.0, 40.0  # points
ITEMS_ON_A_PAGE = 330.0  # points
WIDEST_STUB = 26
MOST_HEADING_LINES = 5
ROOMY, TIGHT = 3.0, 1.6  # beside a figure; the second where the page is too narrow


@dataclass(frozen=True)
class Plan:
    """Where everything of a form stands on its sheet. The facets run under the columns or the rows."""

    form: Form

    @cached_property
    def rows(self) -> list[Line]:
        return printed_rows(self.form)

    @cached_property
    def columns(self) -> list[Line]:
        return printed_columns(self.form)

    @cached_property
    def top(self) -> int:
        """The first row of figures."""
        return FIRST_HEADING + levels(self.columns)

    @cached_property
    def left(self) -> int:
        """The first column of figures."""
        return 1 + levels(self.rows)

    @property
    def bottom(self) -> int:
        return self.top + len(self.rows) - 1

    @property
    def right(self) -> int:
        return self.left + len(self.columns) - 1

    def across(self, row: int) -> Block:
        """A whole row of the sheet."""
        return Block(row, 1, row, self.right)

    def is_total(self, row: int) -> bool:
        return bool(self.form.items[self.rows[row].key].total_of)

    @property
    def corner(self) -> Block:
        return Block(FIRST_HEADING, 1, self.top - 1, self.left - 1)

    def over_columns(self, heading: Heading) -> Block:
        return Block(
            FIRST_HEADING + heading.top,
            self.left + heading.first,
            FIRST_HEADING + heading.bottom,
            self.left + heading.last,
        )

    def beside_rows(self, heading: Heading) -> Block:
        return Block(self.top + heading.first, 1 + heading.top, self.top + heading.last, 1 + heading.bottom)


@dataclass(frozen=True, slots=True)
class Printed:
    """A cell of the table, ready to be written."""

    content: Content
    look: Look


def official_workbook(
    form: Form,
    table: Table,
    header: Header,
    told: Sequence[Told],
    notes: Sequence[str],
    missing_items: Collection[str] = (),
) -> bytes:
    """The whole file; the same input gives the same bytes.

    A row of ``missing_items`` is 未报 throughout, or only where it is unanswered if several units share it.
    """
    title = header.period_title + form.title
    pages = [
        table_page(form, table, header, notes, missing_items),
        story_page(title, header.programme, told),
    ]
    return bound(title, pages)


def table_page(
    form: Form, table: Table, header: Header, notes: Sequence[str], missing_items: Collection[str] = ()
) -> Page:
    page, plan = Page(sheet_name(form.short)), Plan(form)
    figures = _print(plan, table, _unfiled_rows(form, table, missing_items))
    widths = _widths(plan, figures)
    page.widths = widths
    draw_top(page, plan.form, header, widths)
    _draw_headings(page, plan, widths)
    _draw_figures(page, plan, figures)
    draw_notes(page, [plan.form.note, *notes], plan.bottom, widths)
    page.freeze = (plan.top, plan.left)
    page.lines = {(line.key, line.kind): row for row, line in enumerate(plan.rows, plan.top)}
    page.columns = {(line.key, line.kind): column for column, line in enumerate(plan.columns, plan.left)}
    page.header, page.repeat = header.programme, (FIRST_HEADING, plan.top - 1)
    return page


# What each cell says


def _unfiled_rows(form: Form, table: Table, missing_items: Collection[str]) -> set[str]:
    """The missing rows without those that are partly answered: their figures are in 合计 and must be seen."""
    return {item for item in missing_items if item in form.items and not _partly_answered(form, table, item)}


def _partly_answered(form: Form, table: Table, item: str) -> bool:
    return len({table[item, measure].month.answered for measure in form.measures}) > 1


def _print(plan: Plan, table: Table, unfiled: Collection[str]) -> list[list[Printed]]:
    return [
        [_printed(plan, table, row, column, unfiled, plan.is_total(place)) for column in plan.columns]
        for place, row in enumerate(plan.rows)
    ]


def _printed(
    plan: Plan, table: Table, row: Line, column: Line, unfiled: Collection[str], total: bool
) -> Printed:
    kind = row.kind or column.kind
    unfiled_here = kind != Facet.TARGET and row.key in unfiled
    content = (
        UNFILED if unfiled_here else printed(kind, table[row.key, column.key], plan.form.measures[column.key])
    )
    return Printed(content, _look(content, total))


def printed(kind: str, series: Series, measure: Measure) -> Content:
    """What one facet of a cell says; UNFILED where nobody has reported."""
    if kind != Facet.TARGET and _is_unfiled(series):
        return UNFILED
    return _CONTENTS[Facet(kind)](series, measure)


def is_word(content: Content) -> bool:
    return content.shown in _WORDS


def _is_unfiled(series: Series) -> bool:
    return not series.month.answered and series.cumulative is None


def _look(content: Content, total: bool) -> Look:
    if content is UNFILED:
        return styles.faint(styles.WORD)
    look = styles.WORD if is_word(content) else styles.FIGURE
    return styles.bold(look) if total else look


def _month(series: Series, measure: Measure) -> Content:
    return _typed(series.month, measure)


def _typed(cell: Cell, measure: Measure) -> Content:
    """A sum that is 未填 although it has a 累计 consists of 未统计 and 未填: someone did report."""
    if cell.amount is not None:
        return styles.figure(cell.amount, measure.decimals)
    return words(STATE_WORDS[cell.state if cell.answered else State.NOT_MEASURED])


def _cumulative(series: Series, measure: Measure) -> Content:
    if series.cumulative is None:
        return NO_FIGURE
    return styles.figure(series.cumulative, measure.decimals)


def _target(series: Series, measure: Measure) -> Content:
    return NO_FIGURE if series.target is None else styles.figure(series.target, measure.decimals)


def _year_on_year(series: Series, _measure: Measure) -> Content:
    """Signed percentage; a row that is 不适用 compares nothing, which is no fault of its figures."""
    return NO_FIGURE if series.month.state is State.NOT_APPLICABLE else _changed(series.change)


def _changed(change: Change) -> Content:
    if change.percent is None:
        return words(CHANGE_WORDS[change.kind])
    return styles.figure(change.percent, 1, signed=True)


_CONTENTS = {
    Facet.TARGET: _target,
    Facet.MONTH: _month,
    Facet.CUMULATIVE: _cumulative,
    Facet.YEAR_ON_YEAR: _year_on_year,
}
_WORDS = {NO_FIGURE.shown, *STATE_WORDS.values(), *CHANGE_WORDS.values()}


# How wide it is


def _widths(plan: Plan, figures: Sequence[Sequence[Printed]]) -> list[float]:
    """Columns take their figures in one line and their headings in two, or more where the page is too narrow."""
    stubs = [_stub_width(plan, level) for level in range(plan.left - 1)]
    for lines in range(2, MOST_HEADING_LINES + 1):
        found = _column_widths(plan, figures, lines, ROOMY if lines == 2 else TIGHT)
        if sum(stubs) + sum(found) <= styles.PAGE_UNITS:
            break
    return stubs + styles.widened(found, sum(stubs))


def _column_widths(
    plan: Plan, figures: Sequence[Sequence[Printed]], lines: int, beside: float
) -> list[float]:
    found: list[float] = [
        max(width_of(cell.content.shown) + beside for cell in column) for column in zip(*figures, strict=True)
    ]
    for heading in headings(plan.columns):
        span = heading.last - heading.first + 1
        least = (_in_lines(heading.title, lines) + 2.5) / span
        for column in range(heading.first, heading.last + 1):
            found[column] = max(found[column], least)
    return found


def _stub_width(plan: Plan, level: int) -> float:
    titles = [heading.title for heading in headings(plan.rows) if heading.top == heading.bottom == level]
    corner = max(map(width_of, plan.form.grid.corner)) / (plan.left - 1)
    return min(max(corner, *map(width_of, titles), 8), WIDEST_STUB) + 3.0


def _in_lines(title: str, lines: int) -> int:
    """The part of a heading that stands in one of so many lines, of whole Chinese characters."""
    return max(ceil(width_of(title) / (2 * lines)) * 2, 4)


# Drawing


def _draw_headings(page: Page, plan: Plan, widths: Sequence[float]) -> None:
    corner = "\n".join(plan.form.grid.corner)
    page.put(plan.corner, words(corner), styles.HEADING)
    heights = dict.fromkeys(range(FIRST_HEADING, plan.top), 26.0)
    for heading in sorted(headings(plan.columns), key=lambda one: one.bottom - one.top):
        block = plan.over_columns(heading)
        page.put(block, words(heading.title), styles.HEADING)
        room = sum(widths[block.left - 1 : block.right])
        rows = range(block.top, block.bottom + 1)
        lacking = styles.height_of(heading.title, room, styles.HEADING) - sum(heights[row] for row in rows)
        for row in rows:
            heights[row] += max(lacking, 0) / len(rows)
    lacking = styles.height_of(corner, sum(widths[: plan.left - 1]), styles.HEADING) - sum(heights.values())
    for row, height in heights.items():
        page.height(row, height + max(lacking, 0) / len(heights))
    _draw_stubs(page, plan, widths)


def _draw_stubs(page: Page, plan: Plan, widths: Sequence[float]) -> None:
    usual = min(max(ITEMS_ON_A_PAGE / len(plan.rows), LOWEST_ITEM), HIGHEST_ITEM)
    for row in range(plan.top, plan.bottom + 1):
        page.height(row, usual)
    for heading in headings(plan.rows):
        look = styles.bold(styles.STUB) if plan.is_total(heading.first) else styles.STUB
        block = plan.beside_rows(heading)
        page.put(block, words(heading.title), look)
        room = sum(widths[block.left - 1 : block.right])
        share = styles.height_of(heading.title, room, look) / (block.bottom - block.top + 1)
        for row in range(block.top, block.bottom + 1):
            page.height(row, max(share, page.heights.get(row, 0)))


def _draw_figures(page: Page, plan: Plan, figures: Sequence[Sequence[Printed]]) -> None:
    for row, line in enumerate(figures, plan.top):
        for column, cell in enumerate(line, plan.left):
            page.put(Block(row, column, row, column), cell.content, cell.look)
