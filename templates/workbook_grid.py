"""Tables of several kinds below one another on one page: each has its own headings over the columns of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from templates import workbook_styles as styles
from templates.workbook_page import Page
from templates.workbook_styles import Block, Content, Look, width_of, words

TEXT = replace(styles.STORY, down="center")
SECTION = replace(styles.HEADER, face="黑体", size=12)
LEAST_ROW = 22.0  # points
NONE = words("—")


@dataclass(frozen=True, slots=True)
class Column:
    """``span`` is how many columns of the page it takes. Names and sentences stand at the left."""

    title: str
    span: int = 1
    left: bool = False


def draw_title(page: Page, title: str, below: str) -> int:
    """Returns the next free row."""
    last, room = len(page.widths), sum(page.widths)
    page.put(Block(1, 1, 1, last), words(title), styles.TITLE)
    page.height(1, styles.height_of(title, room, styles.TITLE) + 6)
    page.put(Block(2, 1, 2, last), words(below), styles.HEADER)
    page.height(2, styles.height_of(below, room, styles.HEADER) + 2)
    return 3


def draw_section(
    page: Page,
    top: int,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Content]],
    *,
    total: bool = False,
) -> int:
    """A heading, the columns' headings and the rows, of which the last may be a ``total``; returns the next free row."""
    page.put(Block(top, 1, top, len(page.widths)), words(title), SECTION)
    page.height(top, 30.0)
    top = draw_heads(page, top + 1, columns)
    rooms = [_room(page, block) for block in _blocks(top, columns)]
    for row, contents in enumerate(rows, top):
        bold = total and row == top + len(rows) - 1
        _draw_row(page, columns, rooms, _blocks(row, columns), contents, bold=bold)
    return top + len(rows)


def draw_heads(page: Page, row: int, columns: Sequence[Column]) -> int:
    blocks = _blocks(row, columns)
    for block, column in zip(blocks, columns, strict=True):
        page.put(block, words(column.title), styles.HEADING)
    tallest = max(
        styles.height_of(column.title, _room(page, block), styles.HEADING)
        for block, column in zip(blocks, columns, strict=True)
    )
    page.height(row, max(tallest, 26.0))
    return row + 1


def _draw_row(
    page: Page,
    columns: Sequence[Column],
    rooms: Sequence[float],
    blocks: Sequence[Block],
    contents: Sequence[Content],
    *,
    bold: bool,
) -> None:
    height = LEAST_ROW
    for column, room, block, content in zip(columns, rooms, blocks, contents, strict=True):
        look = look_of(content, left=column.left)
        page.put(block, content, styles.bold(look) if bold else look)
        if isinstance(content.value, str):
            height = max(height, styles.height_of(content.shown, room, look))
    page.height(blocks[0].top, height)


def figure_or_none(amount: Decimal | None, decimals: int, *, signed: bool = False) -> Content:
    return NONE if amount is None else styles.figure(amount, decimals, signed=signed)


def look_of(content: Content, *, left: bool) -> Look:
    if content.live or not isinstance(content.value, str):
        return styles.FIGURE
    return TEXT if left else styles.WORD


def widened(
    widths: Sequence[float], tables: Sequence[tuple[Sequence[Column], Sequence[Sequence[Content]]]]
) -> list[float]:
    """Wide enough for every figure that stands in a column of its own: one that does not fit is shown as ####."""
    found = list(widths)
    for columns, rows in tables:
        for column, block, contents in zip(
            columns, _blocks(1, columns), zip(*rows, strict=True), strict=False
        ):
            figures = [width_of(one.shown) for one in contents if not isinstance(one.value, str)]
            if column.span == 1:
                found[block.left - 1] = max(found[block.left - 1], max(figures, default=0) + 2.0)
    return found


def _blocks(row: int, columns: Sequence[Column]) -> list[Block]:
    left, found = 1, []
    for column in columns:
        found.append(Block(row, left, row, left + column.span - 1))
        left += column.span
    return found


def _room(page: Page, block: Block) -> float:
    return sum(page.widths[block.left - 1 : block.right])
