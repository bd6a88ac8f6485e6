"""The workbook of all works: a summary, each table in its official layout, the problems, trends, and where every figure is from."""

from __future__ import annotations

from collections import Counter

from reporting.circular import Circular
from reporting.edition import Edition
from templates.edition_tables import sheet_page
from templates.message import Attachment
from templates.official_page import Told, sheet_name, story_page
from templates.problem_page import problem_page
from templates.source_page import source_page
from templates.summary_page import summary_page
from templates.trend_page import trend_pages
from templates.words import month_of
from templates.workbook_page import Page, bound


def summary_workbook(edition: Edition) -> Attachment:
    corrected = f"（更正第{edition.correction}号）" if edition.correction else ""
    name = f"督查通报汇总表（{month_of(edition.period)}）{corrected}.xlsx"
    return Attachment(name, bound(_title(edition), pages_of(edition)))


def _title(edition: Edition) -> str:
    return f"{edition.title}{month_of(edition.period)}汇总表"


def pages_of(edition: Edition) -> list[Page]:
    of = Circular(edition)
    tables = {sheet.form.key: sheet_page(sheet, edition.title, edition.notes) for sheet in edition.sheets}
    _name_apart(list(tables.values()))
    return [
        summary_page(of, tables),
        *tables.values(),
        story_page(_title(edition), edition.title, _told(edition)),
        problem_page(of),
        *trend_pages(edition),
        source_page(of, tables),
    ]


def _told(edition: Edition) -> list[Told]:
    return [
        Told(f"{unit.called}\n（{sheet.form.short}）", unit.told)
        for sheet in edition.sheets
        for unit in sheet.units
        if unit.told
    ]


def _name_apart(pages: list[Page]) -> None:
    """Two tabs of one name cannot be in one book."""
    taken = Counter({"汇总": 1, "文字情况": 1, "问题清单": 1, "走势": 1, "数据来源": 1})
    for page in pages:
        taken[page.title] += 1
        if taken[page.title] > 1:
            page.title = sheet_name(f"{page.title[:26]}（{taken[page.title]}）")
