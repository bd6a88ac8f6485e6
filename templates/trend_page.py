"""The twelve months of what leaders read first, as figures: the picture of the trend in a table."""

from __future__ import annotations

from decimal import Decimal

from reporting.edition import Edition
from templates import workbook_styles as styles
from templates.trend_picture import lines_of, window
from templates.words import month_of
from templates.workbook_grid import Column, draw_section, draw_title
from templates.workbook_page import Page
from templates.workbook_styles import Content, words

TITLE = "走势"
NAME, MONTH = 40.0, 9.5


def trend_pages(edition: Edition) -> list[Page]:
    """None in the first month."""
    lines = lines_of(edition)
    if not lines:
        return []
    months = window(edition.period, lines)
    page = Page(TITLE)
    page.header, page.widths = edition.title, (NAME, *(MONTH,) * len(months))
    row = draw_title(
        page, f"{edition.title}{month_of(edition.period)}{TITLE}", "各月当月数，只有已发布的月份"
    )
    page.freeze, page.repeat = (row, 2), (1, 2)
    heads = [Column("指标", left=True), *(Column(f"{at.year}年\n{at.month}月") for at in months)]
    rows = [[words(line.name), *(_figure(line.values.get(at)) for at in months)] for line in lines]
    draw_section(page, row, "主要指标和项目", heads, rows)
    return [page]


def _figure(shown: str | None) -> Content:
    return words("—") if shown is None else styles.figure(Decimal(shown.replace("−", "-")), 0)
