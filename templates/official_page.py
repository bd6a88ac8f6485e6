"""What every official workbook has besides its table: title, 填报单位 and 审核人, notes, and what was told in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from forms.definition import Form
from forms.text import clean
from templates import workbook_styles as styles
from templates.workbook_page import Page
from templates.workbook_styles import Block, words

NOTHING_TOLD = "无"
STORIES = "文字情况"
STORY_HEADINGS = ("单位", "事项", "内容")
STORY_WIDTHS = (18.0, 30.0, 80.0)
LOWEST_STORY = 26.0  # points
_NOT_IN_FILE_NAMES = str.maketrans(dict.fromkeys('\\/:*?"<>|\n', "_"))
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("\\/:*?[]'\n", "_"))


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above the table. ``signatory`` and ``signed_on`` (2008年7月5日) are "" until signed."""

    period_title: str
    filled_by: str
    signatory: str
    signed_on: str
    programme: str


@dataclass(frozen=True, slots=True)
class Told:
    """One unit's narrative items, as (title, text)."""

    unit: str
    items: tuple[tuple[str, str], ...]


def workbook_name(form: Form, period_title: str) -> str:
    """安全生产工作进展情况报告表（6月份）.xlsx"""
    return clean(f"{form.title}（{period_title}）").translate(_NOT_IN_FILE_NAMES) + ".xlsx"


def sheet_name(title: str) -> str:
    """A title as a spreadsheet allows it on a tab."""
    return clean(title).translate(_NOT_IN_SHEET_NAMES)[:31]


def draw_top(page: Page, form: Form, header: Header, widths: Sequence[float]) -> None:
    title = header.period_title + form.title
    page.put(Block(1, 1, 1, len(widths)), words(title), styles.TITLE)
    page.height(1, styles.height_of(title, sum(widths), styles.TITLE) + 6)
    middle = _middle(widths)
    left = f"填报单位（盖章）：{form.header_unit or header.filled_by}"
    right = f"审核人（签字）：{header.signatory}　　{header.signed_on}"
    page.put(Block(2, 1, 2, middle), words(left), styles.HEADER)
    page.put(Block(2, middle + 1, 2, len(widths)), words(right), styles.HEADER)
    tallest = max(
        styles.height_of(left, sum(widths[:middle]), styles.HEADER),
        styles.height_of(right, sum(widths[middle:]), styles.HEADER),
    )
    page.height(2, tallest + 4)


def _middle(widths: Sequence[float]) -> int:
    """The last column of the left part of the line 填报单位 / 审核人: about six tenths of the width."""
    reached = accumulate(widths[:-1])
    return max(sum(width <= 0.62 * sum(widths) for width in reached), 1)


def draw_notes(page: Page, notes: Sequence[str], row: int, widths: Sequence[float]) -> int:
    """One merged row each below ``row``; gives back the last row of the sheet."""
    for note in dict.fromkeys(notes):
        if clean(note):
            row += 1
            text = f"注：{clean(note)}"
            page.put(Block(row, 1, row, len(widths)), words(text), styles.NOTE)
            page.height(row, styles.height_of(text, sum(widths), styles.NOTE))
    return row


def story_page(title: str, programme: str, told: Sequence[Told]) -> Page:
    page, title = Page(STORIES), f"{title}（{STORIES}）"
    page.widths = STORY_WIDTHS
    page.put(Block(1, 1, 1, 3), words(title), styles.TITLE)
    page.height(1, styles.height_of(title, sum(STORY_WIDTHS), styles.TITLE) + 6)
    for column, heading in enumerate(STORY_HEADINGS, 1):
        page.put(Block(2, column, 2, column), words(heading), styles.HEADING)
    page.height(2, 26)
    _draw_units(page, [one for one in told if one.items])
    page.freeze, page.repeat, page.header = (3, 1), (2, 2), programme
    return page


def _draw_units(page: Page, told: Sequence[Told]) -> None:
    last = 2
    for one in told:
        for title, text in one.items:
            last = _draw_story(page, last + 1, one.unit, title, text)
    if not told:
        last += 1
        page.put(Block(last, 1, last, 3), words(NOTHING_TOLD), styles.WORD)


def _draw_story(page: Page, row: int, unit: str, title: str, text: str) -> int:
    """A long text takes several merged rows, because no row can be taller than a page; gives the last."""
    shown = styles.inert(text) or NOTHING_TOLD
    height = max(
        styles.height_of(shown, STORY_WIDTHS[2], styles.STORY),
        styles.height_of(title, STORY_WIDTHS[1], styles.NAME),
        styles.height_of(unit, STORY_WIDTHS[0], styles.NAME),
        LOWEST_STORY,
    )
    last = row + ceil(height / styles.TALLEST_ROW) - 1
    page.put(Block(row, 1, last, 1), words(unit), styles.NAME)
    page.put(Block(row, 2, last, 2), words(title), styles.NAME)
    page.put(Block(row, 3, last, 3), words(shown), styles.STORY)
    for part in range(row, last + 1):
        page.height(part, height / (last - row + 1))
    return last
