"""The official workbook of a list of records: a row each, headings over them, and the figures of the footer below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from math import ceil

from forms.records import Column
from templates import workbook_styles as styles
from templates.headings import headings, levels
from templates.official_page import (
    Header,
    Told,
    draw_notes,
    draw_top,
    sheet_name,
    story_page,
)
from templates.record_layout import FOOTER, UNFILED, Listing
from templates.workbook_page import Page, bound
from templates.workbook_styles import Block, Content, width_of, words

TOP = 3  # below the title and the line 填报单位 / 审核人
NARROWEST, NARROW_TEXT, WIDE_TEXT = 5.0, 11.0, 19.0
LEAST_ROW = 30.0  # points
A3 = 158.0  # what surely fits between the margins of a landscape page, in half-width characters of the body
PAGE = 320.0  # as wide as such a page can be shrunk and read
STORY = replace(styles.STORY, down="center", size=styles.BODY_SIZE)


def record_workbook(listing: Listing, header: Header, told: Sequence[Told], notes: Sequence[str]) -> bytes:
    """The whole file; the same input gives the same bytes."""
    title = header.period_title + listing.form.title
    pages = [record_page(listing, header, notes), story_page(title, header.programme, told)]
    return bound(title, pages)


def record_page(listing: Listing, header: Header, notes: Sequence[str]) -> Page:
    form = listing.form
    page = Page(sheet_name(form.short))
    *rows, total = _aligned([*listing.rows(), listing.total()])
    widths = _widths(listing, [*rows, total])
    page.widths = widths
    first = widths[: _first_page(listing, widths)]
    draw_top(page, form, header, first)
    top = _draw_headings(page, listing, widths)
    bottom = _draw_records(page, rows, total, top, widths)
    before = 2 if len(first) < len(widths) else 0  # what is repeated on the second page is not the footer's
    bottom = _draw_footer(page, listing, bottom + 2, before, len(first))
    draw_notes(page, [form.note, *notes], bottom, first)
    page.freeze, page.repeat, page.header, page.large = (top, 3), (TOP, top - 1), header.programme, True
    page.lines = {(item.key, ""): row for row, item in enumerate(listing.items, top)}
    page.columns = {(_key(column), ""): place for place, column in enumerate(listing.records.columns, 1)}
    if len(first) < len(widths):
        _break_page(page, widths, len(first))
    return page


def _key(column: Column) -> str:
    """done for a field, cumulative.done for what is shown of it."""
    return column.field or ".".join([str(column.shown), *column.of[:1]])


def _aligned(rows: Sequence[Sequence[Content]]) -> list[list[Content]]:
    """The figures of a column all with as many decimals as the longest of them needs."""
    columns = []
    for column in zip(*rows, strict=True):
        shown = [one.shown.partition(".")[2] for one in column if not isinstance(one.value, str)]
        places = max(map(len, shown), default=0)
        columns.append([_with_places(one, places) for one in column])
    return [list(row) for row in zip(*columns, strict=True)]


def _with_places(content: Content, places: int) -> Content:
    if isinstance(content.value, str) or content.number_format.startswith("+"):
        return content
    return styles.figure(Decimal(content.value), places)


def _first_page(listing: Listing, widths: Sequence[float]) -> int:
    """How many columns stand on the first page: all of them, or up to the heading next to the middle."""
    if sum(widths) <= PAGE:
        return len(widths)
    outer = [line.titles[0] for line in listing.columns]
    ends = [at for at in range(3, len(outer)) if outer[at] != outer[at - 1]]
    middle = (sum(widths) + sum(widths[:2])) / 2
    return min(ends, key=lambda end: abs(sum(widths[:end]) - middle), default=len(widths))


def _widths(listing: Listing, rows: Sequence[Sequence[Content]]) -> list[float]:
    """Figures in one line; words wrap, the longer the wider; headings in a few lines."""
    found: list[float] = []
    for place, line in enumerate(listing.columns):
        column = [row[place] for row in rows]
        figures = [width_of(one.shown) for one in column if not isinstance(one.value, str)]
        texts = [width_of(one.shown) for one in column if isinstance(one.value, str)]
        longest = max(texts, default=0)
        words_need = longest + 2.0 if longest <= NARROW_TEXT else NARROW_TEXT + 2.0
        if longest > 3 * NARROW_TEXT:
            words_need = WIDE_TEXT
        heading = max(ceil(width_of(line.titles[-1]) / 6) * 2, 4) + 2.5
        found.append(max(max(figures, default=0) + 2.0, words_need, heading, NARROWEST))
    return styles.widened(found, 0)


def _draw_headings(page: Page, listing: Listing, widths: Sequence[float]) -> int:
    """Returns the first row of records."""
    lines = listing.columns
    deep = levels(lines)
    heights = [24.0] * deep
    for one in headings(lines):
        block = Block(TOP + one.top, 1 + one.first, TOP + one.bottom, 1 + one.last)
        page.put(block, words(one.title), styles.HEADING)
        room = sum(widths[one.first : one.last + 1])
        needed = styles.height_of(one.title, room, styles.HEADING) / (one.bottom - one.top + 1)
        for level in range(one.top, one.bottom + 1):
            heights[level] = max(heights[level], needed)
    for level, height in enumerate(heights):
        page.height(TOP + level, height)
    return TOP + deep


def _draw_records(
    page: Page,
    rows: Sequence[Sequence[Content]],
    total: Sequence[Content],
    top: int,
    widths: Sequence[float],
) -> int:
    """Every record and 合计; returns the last row."""
    for row, contents in enumerate(rows, top):
        _draw_row(page, row, contents, widths)
    last = top + len(rows) - 1
    if len(rows) > 1:
        last += 1
        _draw_row(page, last, total, widths, bold=True)
    return last


def _draw_row(
    page: Page, row: int, contents: Sequence[Content], widths: Sequence[float], *, bold: bool = False
) -> None:
    height = LEAST_ROW
    for column, content in enumerate(contents, 1):
        look = styles.FIGURE
        if isinstance(content.value, str):
            look = STORY if width_of(content.shown) > NARROW_TEXT else styles.WORD
        if content is UNFILED:
            look = styles.faint(styles.WORD)
        page.put(Block(row, column, row, column), content, styles.bold(look) if bold else look)
        height = max(height, styles.height_of(content.shown, widths[column - 1], look))
    page.height(row, height)


def _draw_footer(page: Page, listing: Listing, row: int, before: int, last: int) -> int:
    """项目数, 开工率, 计划完成率 by category and together, from the column behind ``before`` to ``last``."""
    width = last - before
    ends = [before + max(width * (place + 1) // len(FOOTER), place + 1) for place in range(len(FOOTER))]
    starts = [before + 1, *(end + 1 for end in ends[:-1])]
    for start, end, title in zip(starts, ends, FOOTER, strict=True):
        page.put(Block(row, start, row, end), words(title), styles.HEADING)
    page.height(row, 24.0)
    found = listing.footer()
    for place, contents in enumerate(found, 1):
        for start, end, content in zip(starts, ends, contents, strict=True):
            look = styles.WORD if isinstance(content.value, str) else styles.FIGURE
            page.put(
                Block(row + place, start, row + place, end),
                content,
                styles.bold(look) if place == len(found) else look,
            )
        page.height(row + place, 22.0)
    return row + len(found)


def _break_page(page: Page, widths: Sequence[float], first: int) -> None:
    """A list too wide for one page takes two, and the second has the project's name again."""
    widest = max(sum(widths[:first]), sum(widths[:2]) + sum(widths[first:]))
    page.scale = min(int(100 * A3 / widest), 100)
    page.break_after = first
