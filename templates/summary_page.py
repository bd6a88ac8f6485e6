"""The first sheet of the workbook of all works: who has filed, what leaders read first, how projects stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from openpyxl.utils import coordinate_to_tuple, get_column_letter

from forms.cells import State
from forms.definition import Facet, Form, Item, Measure
from forms.progress import Footing
from reporting.circular import LATE, Circular, Pace
from reporting.comparing import Indicator
from reporting.digest import SheetDigest
from reporting.period import parse_period
from reporting.states import IN_TIME, Timeliness
from templates import workbook_styles as styles
from templates.words import CHANGE_WORDS, STATE_WORDS, cell_title
from templates.workbook_grid import NONE, Column, draw_section, draw_title, figure_or_none, widened
from templates.workbook_page import Page
from templates.workbook_styles import Block, Content, words

TITLE = "汇总"
LIVE = "\n（公式）"
NOTE = "“公式”各栏由各表的数字自动计算，用以核对左边封存的数字；在手机上预览时可能不显示。"
WIDTHS = (14.0, 14.0, *(8.4,) * 11)
FILING = (
    Column("报表", 2, left=True),
    Column("主管单位", 4, left=True),
    Column("应报"),
    Column("已报"),
    Column("按时"),
    Column("迟报"),
    Column("未报"),
    Column("免报"),
    Column("汇总签报"),
)
INDICATORS = (
    Column("指标", 2, left=True),
    Column("单位"),
    Column("本期"),
    Column("上期"),
    Column("较上期±%\n（比率为点）"),
    Column("累计"),
    Column("上年\n同期累计"),
    Column("同比±%"),
    Column("年度目标"),
    Column("占目标%"),
    Column("本期" + LIVE),
    Column("累计" + LIVE),
)
PROJECTS = (
    Column("报表和类别", 3, left=True),
    Column("项目数"),
    Column("已开工"),
    Column("达进度数"),
    Column("年度计划"),
    Column("本年累计"),
    Column("占计划%"),
    Column("序时进度%"),
    Column("偏差\n百分点"),
    Column("年度计划" + LIVE),
    Column("本年累计" + LIVE),
)


def summary_page(of: Circular, tables: Mapping[str, Page]) -> Page:
    """``tables`` are the pages of the works by form key: what the formulas point to."""
    page = Page(TITLE)
    page.header, page.upright, page.repeat = of.edition.title, True, (1, 2)
    indicators = [
        _indicator(one, tables[chapter.form.key]) for chapter in of.chapters for one in chapter.indicators
    ]
    filing, projects = _filing(of), _projects(of, tables)
    parts = [
        ("报送情况", FILING, filing),
        ("主要指标", INDICATORS, indicators),
        (f"项目进展（{_money(of.sheets)}）", PROJECTS, projects),
    ]
    page.widths = widened(WIDTHS, [(columns, lines) for _, columns, lines in parts])
    row = draw_title(page, _title(of), _below(of))
    page.freeze = (row, 1)
    for numeral, (title, columns, lines) in zip("一二三", [one for one in parts if one[2]], strict=False):
        row = draw_section(page, row, f"{numeral}、{title}", columns, lines, total=lines is filing)
    for note in (NOTE, *of.edition.notes):
        page.put(Block(row, 1, row, len(WIDTHS)), words(f"注：{note}"), styles.NOTE)
        page.height(row, styles.height_of(note, sum(WIDTHS), styles.NOTE))
        row += 1
    return page


def _title(of: Circular) -> str:
    at = parse_period(of.edition.period)
    return f"{of.edition.title}{at.year}年{at.month}月份汇总表"


def _below(of: Circular) -> str:
    printed, number = of.edition.imprint, of.edition.correction
    day = printed.issued_on
    found = [
        printed.number or "草稿",
        f"{day.year}年{day.month}月{day.day}日" if day else "",
        f"更正第{number}号" if number else "",
    ]
    return "　　".join(part for part in found if part)


# Who has filed


def _filing(of: Circular) -> list[list[Content]]:
    lines = [
        [
            words(sheet.form.short),
            words(sheet.form.header_unit),
            *map(_count, _counts([sheet])),
            words("已签" if sheet.lead_signed else "未签"),
        ]
        for sheet in of.sheets
    ]
    signed = sum(sheet.lead_signed for sheet in of.sheets)
    total = [words("合计"), NONE, *map(_count, _counts(of.sheets)), _count(signed)]
    return [*lines, total]


def _counts(sheets: Sequence[SheetDigest]) -> list[int]:
    def of(*kinds: Timeliness) -> int:
        return sum(sheet.count(*kinds) for sheet in sheets)

    expected, filed = sum(sheet.expected for sheet in sheets), sum(sheet.filed for sheet in sheets)
    return [expected, filed, of(*IN_TIME), of(*LATE), expected - filed, of(Timeliness.EXEMPT)]


def _count(count: int) -> Content:
    return styles.figure(Decimal(count), 0)


# What leaders read first


def _indicator(one: Indicator, page: Page) -> list[Content]:
    series, places = one.series, one.measure.decimals
    state = series.month.state
    month = (
        STATE_WORDS[state if series.month.answered else State.NOT_MEASURED]
        if series.month.amount is None
        else ""
    )
    runs = one.form.shows(Facet.CUMULATIVE)
    compared = one.on_year
    return [
        words(f"{one.form.short}·{cell_title(one.item, one.measure)}"),
        words(one.measure.unit),
        words(month) if month else figure_or_none(series.month.amount, places),
        figure_or_none(one.last, places),
        _on_month(one),
        figure_or_none(series.cumulative if runs else None, places),
        figure_or_none(series.base if one.form.shows(Facet.YEAR_ON_YEAR) else None, places),
        NONE
        if compared is None
        else styles.figure(compared.percent, 1, signed=True)
        if compared.percent is not None
        else words(CHANGE_WORDS[compared.kind]),
        figure_or_none(series.target, places),
        figure_or_none(one.against.percent if one.against else None, 1),
        _sum(page, one.item, one.measure, Facet.MONTH, places),
        _sum(page, one.item, one.measure, Facet.CUMULATIVE, places) if runs else NONE,
    ]


def _on_month(one: Indicator) -> Content:
    """Of a rate the difference in percentage points."""
    if one.on_month is None:
        return NONE
    if one.of_rate:
        return figure_or_none(one.more, 1, signed=True)
    if one.on_month.percent is None:
        return words(CHANGE_WORDS[one.on_month.kind])
    return figure_or_none(one.on_month.percent, 1, signed=True)


def _sum(page: Page, item: Item, measure: Measure, facet: Facet, decimals: int) -> Content:
    """A live sum of the cells that a total is made of; of anything else the cell itself."""
    if measure.ratio_of:
        return NONE
    parts = [
        page.place(one, other, facet)
        for one in item.total_of or (item.key,)
        for other in measure.total_of or (measure.key,)
    ]
    return _live([part for part in parts if part], page, decimals)


def _live(parts: Sequence[str], page: Page, decimals: int) -> Content:
    """Neighbours as one range: a formula that a person can read."""
    if not parts:
        return NONE
    name = "'" + page.title.replace("'", "''") + "'!"
    pattern = "0." + "0" * decimals if decimals else "General"
    ranges = [name + (first if first == last else f"{first}:{last}") for first, last in _runs(parts)]
    return Content(f"=SUM({','.join(ranges)})", "", pattern, live=True)


def _runs(parts: Sequence[str]) -> list[tuple[str, str]]:
    """First and last cells of what stands in one column or one row without a gap."""
    runs: list[list[tuple[int, int]]] = []
    for row, column in map(coordinate_to_tuple, parts):
        run = runs[-1] if runs else []
        step = (row - run[-1][0], column - run[-1][1]) if run else (0, 0)
        usual = (run[1][0] - run[0][0], run[1][1] - run[0][1]) if len(run) > 1 else step
        if run and step == usual and step in ((1, 0), (0, 1)):
            run.append((row, column))
        else:
            runs.append([(row, column)])
    return [(_cell(*run[0]), _cell(*run[-1])) for run in runs]


def _cell(row: int, column: int) -> str:
    return f"{get_column_letter(column)}{row}"


# How projects stand


def _projects(of: Circular, tables: Mapping[str, Page]) -> list[list[Content]]:
    lines: list[list[Content]] = []
    for chapter in of.chapters:
        if chapter.pace is None:
            continue
        page, form = tables[chapter.form.key], chapter.form
        lines.append(_project_line(form.short, chapter.pace, _plan(page, form), _done(page, form)))
        lines += [_project_line(f"其中：{one.title}", Pace(one, None)) for one in chapter.categories]
    if of.pace is not None:
        lines.append(_project_line(f"{of.edition.county}（不重复计）", of.pace))
    return lines


def _project_line(title: str, one: Pace, plan: Content = NONE, done: Content = NONE) -> list[Content]:
    of: Footing = one.footing
    return [
        words(title),
        _count(of.count),
        _count(of.begun),
        _count(of.on_schedule),
        styles.figure(of.plan, 0),
        styles.figure(of.cumulative, 0),
        figure_or_none(of.percent, 1),
        figure_or_none(one.scheduled, 1),
        figure_or_none(one.deviation, 1, signed=True),
        plan,
        done,
    ]


def _plan(page: Page, form: Form) -> Content:
    assert form.grid.records is not None
    return _column(page, form, form.grid.records.plan)


def _done(page: Page, form: Form) -> Content:
    assert form.grid.records is not None
    return _column(page, form, f"cumulative.{form.grid.records.done}")


def _column(page: Page, form: Form, key: str) -> Content:
    parts = [page.place(item.key, key, "") for item in form.grid.items]
    return _live([part for part in parts if part], page, 0)


def _money(sheets: Sequence[SheetDigest]) -> str:
    units = [
        sheet.form.measures[sheet.form.grid.records.plan].unit for sheet in sheets if sheet.form.grid.records
    ]
    return f"金额单位：{units[0]}" if units else ""
