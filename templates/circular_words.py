"""Single sentences of the circular, as plain text: a figure with its comparisons, what is pointed out, what is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from forms.definition import Form, Item, Measure
from reporting.circular import Chapter, Highlight, Pace, Request
from reporting.comparing import Indicator
from reporting.judging import Verdict
from reporting.period import MONTHS_OF, parse_period
from templates.words import cell_title, say

ENOUGH = 8  # names in one sentence


def title_of(form: Form, item: Item, measure: Measure) -> str:
    """道路交通死亡; in a table of one row the column alone says it."""
    return measure.called if len(form.grid.items) == 1 else cell_title(item, measure)


def titles(found: Sequence[Indicator]) -> list[str]:
    """The row is left out where all of them stand in the same one."""
    if len({one.item.key for one in found}) == 1 and found[0].item.total_of:
        return [one.measure.called for one in found]
    return [title_of(one.form, one.item, one.measure) for one in found]


def highlight_line(one: Highlight) -> str:
    """Also what the office is shown when it puts highlights in order."""
    of = one.indicator
    title = title_of(one.form, one.item, of.measure) if of else ""
    return say(
        "circular.highlight", kind=str(one.kind), title=title, item=one.item, progress=one.progress, one=of
    ).unescape()


def highlight_name(one: Highlight) -> str:
    """What it is about, without its figures."""
    return title_of(one.form, one.item, one.indicator.measure) if one.indicator else one.item.title


def indicator_clause(title: str, one: Indicator) -> str:
    return say(
        "circular.indicator", title=title, one=one, last=last_called(one.form), since=since(one.period)
    ).unescape()


def last_called(form: Form) -> str:
    return "上月" if MONTHS_OF[form.every] == 1 else "上季度"


def since(period: str) -> str:
    """1至6月; "" in January, when 累计 is the month."""
    month = parse_period(period).month
    return f"1至{month}月" if month > 1 else ""


def unit_of(form: Form) -> str:
    """What a list's money counts in."""
    return form.measures[form.grid.records.plan].unit if form.grid.records else ""


def chapter_projects(chapter: Chapter, pace: Pace, month: str) -> str:
    records = chapter.form.grid.records
    return (
        say(
            "circular.list_of_projects",
            month=month,
            each=chapter.form.short if chapter.form.short.endswith("项目") else f"{chapter.form.short}项目",
            pace=pace,
            unit=unit_of(chapter.form),
            annex=chapter.number,
        ).unescape()
        if records
        else ""
    )


def verdict_name(one: Verdict) -> str:
    title = title_of(one.form, one.item, one.measure) if one.measure else one.item.title
    breached = one.against is not None and one.against.breached
    return say("circular.verdict", title=title, deviation=one.deviation, breached=breached).unescape()


def request_line(one: Request) -> str:
    return say("circular.request", one=one, work=one.form.short).unescape()


def some(names: Sequence[str], most: int = ENOUGH, unit: str = "项") -> str:
    """A、B、C等12项: never a list that nobody reads to its end."""
    shown = "、".join(names[:most])
    return shown if len(names) <= most else f"{shown}等{len(names)}{unit}"
