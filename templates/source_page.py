"""Where every figure comes from: the unit, the post that typed it, when, and the signature that it stands under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from forms.definition import Facet, Form, Item, Measure
from forms.table import address
from reporting.circular import Circular
from reporting.digest import SheetDigest, UnitReport
from templates import workbook_styles as styles
from templates.record_layout import field_content
from templates.workbook import printed
from templates.workbook_grid import Column, draw_heads, draw_title
from templates.workbook_page import Page
from templates.workbook_styles import Content, words

TITLE = "数据来源"
HEADS = (
    "报表",
    "行",
    "指标",
    "数值",
    "计量单位",
    "所在单元格",
    "填报单位",
    "填报人",
    "填报时间",
    "审核签字",
    "签字时间",
)
WIDTHS = (12.0, 20.0, 20.0, 14.0, 10.0, 11.0, 18.0, 12.0, 19.0, 14.0, 19.0)
NAME = replace(styles.WORD, across="left")
LOOKS = (*(NAME,) * 3, styles.FIGURE, styles.WORD, styles.WORD, *(NAME,) * 5)
COMPUTED = "合计、累计、同比、占比、序时进度和偏差都由程序按下列数据计算，没有人填报；期初数、上年同期数、年度目标和项目计划取自历史数据和项目库。"
BROUGHT = words("项目库")
NOTHING = words("")


def source_page(of: Circular, tables: Mapping[str, Page]) -> Page:
    page = Page(TITLE)
    page.widths, page.header = WIDTHS, of.edition.title
    row = draw_title(page, f"{of.edition.title}{of.month}月份{TITLE}", COMPUTED)
    top = draw_heads(page, row, [Column(title) for title in HEADS])
    page.freeze, page.repeat = (top, 1), (row, row)
    for place, line in enumerate(_lines(of, tables), top):
        page.line(place, line, LOOKS)
    return page


def _lines(of: Circular, tables: Mapping[str, Page]) -> Iterator[list[Content]]:
    sheets = {sheet.form.key: sheet for sheet in of.sheets}
    for sheet in of.sheets:
        yield from _of_sheet(sheet, sheets, tables[sheet.form.key])


def _of_sheet(sheet: SheetDigest, sheets: Mapping[str, SheetDigest], page: Page) -> Iterator[list[Content]]:
    form = sheet.form
    told = words(form.short)
    units = {unit.unit: _signed(unit) for unit in sheet.units}
    called = {unit.unit: words(unit.called) for unit in sheet.units}
    titles = {key: words(measure.called) for key, measure in form.measures.items()}
    counts = {key: words(measure.unit) for key, measure in form.measures.items()}
    for item in form.grid.items:
        named = words(item.title)
        for measure in form.grid.measures:
            if item.total_of or measure.computed:
                continue
            at = address(item.key, measure.key)
            owner = form.owner_of.get((item.key, measure.key))
            yield [
                told,
                named,
                titles[measure.key],
                _content(sheet, item, measure),
                counts[measure.key],
                words(page.place(item.key, measure.key, Facet.MONTH) or ""),
                *_origin(sheet, sheets, form, at, owner, called),
                *(units.get(owner or "") or _elsewhere(sheets, form, at)),
            ]


def _content(sheet: SheetDigest, item: Item, measure: Measure) -> Content:
    series = sheet.table[item.key, measure.key]
    if sheet.form.grid.records:
        return field_content(series.month, measure)
    return printed(Facet.MONTH, series, measure)


def _signed(unit: UnitReport) -> tuple[Content, Content]:
    return words(unit.signed_by), words(unit.signed_at)


def _origin(
    sheet: SheetDigest,
    sheets: Mapping[str, SheetDigest],
    form: Form,
    at: str,
    owner: str | None,
    called: Mapping[str, Content],
) -> tuple[Content, Content, Content]:
    """Unit, post and time; of a field that another list asks, those of that list."""
    if owner is None and (other := sheets.get(form.borrows.get(at, ""))):
        item, _, measure = at.partition(".")
        names = {unit.unit: words(unit.called) for unit in other.units}
        lender = other.form.owner_of.get((item, measure))
        if lender is not None:
            return _origin(other, sheets, other.form, at, lender, names)
    if owner is None:
        return BROUGHT, NOTHING, NOTHING
    source = sheet.sources.get(at)
    unit = called.get(owner, NOTHING)
    return (unit, words(source.post), words(source.at)) if source else (unit, NOTHING, NOTHING)


def _elsewhere(sheets: Mapping[str, SheetDigest], form: Form, at: str) -> tuple[Content, Content]:
    other = sheets.get(form.borrows.get(at, ""))
    item, _, measure = at.partition(".")
    owner = other.form.owner_of.get((item, measure)) if other else None
    unit = next((one for one in other.units if one.unit == owner), None) if other else None
    return _signed(unit) if unit else (NOTHING, NOTHING)
