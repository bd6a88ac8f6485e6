"""The list of problems: what is behind, what somebody asks for, who has not filed. Nothing is judged here."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from forms.progress import Progress
from reporting.circular import LATE, UNFILED, Circular, Highlight, Kind
from reporting.comparing import Against
from templates import workbook_styles as styles
from templates.words import cell_title
from templates.workbook_grid import Column, draw_section, draw_title, figure_or_none
from templates.workbook_page import Page
from templates.workbook_styles import Block, Content, words

TITLE = "问题清单"
WIDTHS = (6.0, 16.0, 26.0, 15.0, 10.0, 10.0, 10.0, 10.0)
BEHIND = (
    Column("序号"),
    Column("报表", left=True),
    Column("项目或指标", left=True),
    Column("对照什么"),
    Column("本期"),
    Column("对照数"),
    Column("相差"),
    Column("单位"),
)
ASKED = (
    Column("序号"),
    Column("报表", left=True),
    Column("单位或项目", left=True),
    Column("问题和需协调事项", 3, left=True),
    Column("请求对象"),
    Column("联系领导"),
)
OWING = (Column("序号"), Column("情况"), Column("单位", left=True), Column("报表", 5, left=True))
RUN_UP = "占目标与序时（%）"
KINDS = {
    Kind.SCHEDULE: ("序时进度（%）", "百分点"),
    Kind.TARGET: ("年度目标", "百分点"),
    Kind.YEAR: ("上年同期累计", "%"),
}


def problem_page(of: Circular) -> Page:
    page = Page(TITLE)
    page.widths, page.header = WIDTHS, of.edition.title
    row = draw_title(page, f"{of.edition.title}{of.month}月份{TITLE}", "按数字和各单位填报列出，不作评判")
    page.freeze, page.repeat, page.upright = (row, 1), (1, 2), True
    sections = [
        ("进度和指标偏差", BEHIND, [_behind(one) for one in of.highlights]),
        ("存在问题和需协调解决事项", ASKED, list(_asked(of))),
        ("未报和迟报", OWING, list(_owing(of))),
    ]
    for numeral, (title, columns, lines) in zip("一二三", [one for one in sections if one[2]], strict=False):
        numbered = [[styles.figure(Decimal(place), 0), *line] for place, line in enumerate(lines, 1)]
        row = draw_section(page, row, f"{numeral}、{title}", columns, numbered)
    if row == page.freeze[0]:
        page.put(Block(row, 1, row, len(WIDTHS)), words("无"), styles.WORD)
    return page


def _behind(one: Highlight) -> list[Content]:
    against, of = KINDS[one.kind]
    if one.indicator and one.kind is Kind.TARGET and one.indicator.against and one.indicator.against.runs:
        against = RUN_UP
    title = cell_title(one.item, one.indicator.measure) if one.indicator else one.item.title
    return [words(one.form.short), words(title), words(against), *_held(one), words(of)]


def _held(one: Highlight) -> list[Content]:
    """What it is, what it is held against, and the difference."""
    if one.progress is not None:
        return _against_schedule(one.progress)
    assert one.indicator is not None
    series, places = one.indicator.series, one.indicator.measure.decimals
    if one.kind is Kind.YEAR:
        change = series.change.percent
        return [
            figure_or_none(series.cumulative, places),
            figure_or_none(series.base, places),
            figure_or_none(change, 1, signed=True),
        ]
    beside = one.indicator.against
    assert beside is not None
    if beside.runs:
        return _against_schedule(beside)
    return [
        figure_or_none(beside.amount, places),
        figure_or_none(beside.target, places),
        figure_or_none(beside.deviation, 1, signed=True),
    ]


def _against_schedule(one: Progress | Against) -> list[Content]:
    return [
        figure_or_none(one.percent, 1),
        figure_or_none(one.scheduled, 1),
        figure_or_none(one.deviation, 1, signed=True),
    ]


def _asked(of: Circular) -> Iterator[list[Content]]:
    """Requests, then projects that have a problem and ask for nothing."""
    for one in of.requests:
        yield _line(one.form.short, one.who, one.text, one.asked, one.leader)
    asking = {one.who for one in of.requests if one.project}
    told: set[tuple[str, str]] = set()
    for chapter in of.chapters:
        for item, text in chapter.troubles:
            if item.title not in asking and (item.title, text) not in told:
                told.add((item.title, text))
                yield _line(chapter.form.short, item.title, text, "", "")


def _line(*texts: str) -> list[Content]:
    return [words(text or "—") for text in texts]


def _owing(of: Circular) -> Iterator[list[Content]]:
    for word, kinds in (("未报", UNFILED), ("迟报", LATE)):
        for unit, forms in of.owing(*kinds).items():
            yield _line(word, unit, "、".join(forms))
