"""The circular's text, paragraph by paragraph, before it is laid out: what Word prints and what tests read.

A section without content has no heading, and those that follow move up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from forms.definition import Facet
from forms.progress import Footing
from forms.table import percent_of
from reporting.circular import (
    LATE,
    NEXT_PLAN,
    PROGRESS,
    UNFILED,
    Chapter,
    Circular,
    Highlight,
    Kind,
)
from reporting.comparing import Indicator
from reporting.digest import all_projects
from reporting.edition import Paragraph
from reporting.judging import Colour, Verdict
from reporting.period import parse_period
from reporting.states import IN_TIME, Timeliness
from templates.circular_words import (
    chapter_projects,
    highlight_line,
    highlight_name,
    indicator_clause,
    last_called,
    request_line,
    some,
    titles,
    unit_of,
    verdict_name,
)
from templates.words import (
    amount_words,
    change,
    covered,
    month_of,
    number,
    number_fixed,
    quantity,
    say,
    stopped,
)

NUMERALS = "一二三四五六七八九十"
OVERALL, WORKS, PROBLEMS, REQUESTS = "总体情况", "各项工作进展", "存在问题", "需协调解决事项"
LAGGING, PLANS, DEMANDS = "滞后与通报", "下月计划", "工作要求"
POINTED_OUT = 3
FAR = Decimal(10)
TROUBLES = 12


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` 1: 一、 2: （一）."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of the body."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table within the body; the first column holds names. ``title`` names what it counts in."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Line | Grid


def opening_line(of: Circular) -> str:
    """What stands before 一: what the circular is about."""
    at = parse_period(of.edition.period)
    subject = of.edition.imprint.subject or "重点工作"
    return say(
        "circular.opening", year=at.year, month=month_of(of.edition.period), subject=subject
    ).unescape()


def circular_body(of: Circular) -> list[Block]:
    """Everything between 主送 and 署名."""
    sections: list[tuple[str, list[Block]]] = [
        (OVERALL, _overall(of)),
        (WORKS, _works(of)),
        (PROBLEMS, _numbered(_problems(of))),
        (REQUESTS, _numbered([request_line(one) for one in of.requests])),
        (LAGGING, _lagging(of)),
        (_plans_title(of), _plans(of)),
    ]
    found: list[Block] = []
    for number_, (title, blocks) in enumerate([one for one in sections if one[1]]):
        found += [Heading(1, f"{NUMERALS[number_]}、{title}"), *blocks]
    return found


def _numbered(lines: Sequence[str]) -> list[Block]:
    if len(lines) == 1:
        return [Line(lines[0])]
    return [Line(f"{place}. {line}") for place, line in enumerate(lines, 1)]


def _written(of: Circular, paragraph: Paragraph) -> list[Block]:
    """What the office wrote, a paragraph for each of its lines."""
    text = of.edition.paragraphs.get(paragraph, "")
    return [Line(line.strip()) for line in text.splitlines() if line.strip()]


# 一


def _overall(of: Circular) -> list[Block]:
    blocks = _written(of, Paragraph.OPENING)
    if of.expected or of.count(Timeliness.EXEMPT):
        blocks.append(Line(filing_line(of)))
    if of.pace is not None and of.pace.footing.cumulative:
        unit = next(unit_of(sheet.form) for sheet in of.sheets if sheet.standings)
        blocks.append(Line(say("circular.all_projects", pace=of.pace, unit=unit).unescape()))
    return blocks + _written(of, Paragraph.ASSESSMENT)


def filing_line(of: Circular) -> str:
    return say(
        "circular.filing",
        month=month_of(of.edition.period),
        expected=of.expected,
        filed=of.filed,
        on_time=of.count(*IN_TIME),
        nil=of.count(Timeliness.NIL),
        late=of.count(*LATE),
        missing=of.expected - of.filed,
        exempt=of.count(Timeliness.EXEMPT),
    ).unescape()


# 二


def _works(of: Circular) -> list[Block]:
    found: list[Block] = []
    told = [chapter for chapter in of.chapters if chapter.said]
    for place, chapter in enumerate(told):
        found += [Heading(2, f"（{_numeral(place)}）{chapter.form.short}"), *_chapter(of, chapter)]
    return found


def _numeral(place: int) -> str:
    tens, ones = divmod(place + 1, 10)
    return (
        ("" if tens < 2 else NUMERALS[tens - 1])
        + ("十" if tens else "")
        + (NUMERALS[ones - 1] if ones else "")
    )


def _chapter(of: Circular, chapter: Chapter) -> Iterator[Block]:
    if text := chapter.told(PROGRESS):
        yield Line(f"{stopped(text)}。")
    if chapter.pace is not None:
        yield Line(chapter_projects(chapter, chapter.pace, f"{of.month}月"))
        yield _category_grid(chapter)
    if chapter.indicators:
        yield Line(_indicators(chapter))
        yield _indicator_grid(chapter)
    told = {one.key for one in chapter.indicators}
    named = [one for one in chapter.highlights if one.indicator is None or one.indicator.key not in told]
    if named:
        lines = [highlight_line(one) for one in named[:POINTED_OUT]]
        more = len(named) - len(lines)
        yield Line(say("circular.pointed_out", lines=lines, more=more, annex=chapter.number).unescape())


def _indicators(chapter: Chapter) -> str:
    found = chapter.indicators
    clauses = [indicator_clause(title, one) for title, one in zip(titles(found), found, strict=True)]
    return say(
        "circular.indicators",
        covered=covered(chapter.form.every, chapter.sheet.period),
        clauses=clauses,
        incomplete=chapter.sheet.adds and bool(chapter.sheet.missing_items),
        annex=chapter.number,
    ).unescape()


def _indicator_grid(chapter: Chapter) -> Grid:
    form, found = chapter.form, chapter.indicators
    now, last = covered(form.every, chapter.sheet.period), last_called(form)
    columns: list[tuple[str, list[str]]] = [
        ("指标", titles(found)),
        (now, [quantity(one.series.month, one.measure) for one in found]),
    ]
    if any(one.last is not None for one in found):
        columns.append((last, [_with_unit(one.last, one) for one in found]))
    if form.shows(Facet.CUMULATIVE):
        columns.append(("累计", [_with_unit(one.series.cumulative, one) for one in found]))
    if form.shows(Facet.YEAR_ON_YEAR):
        columns.append(("较去年同期", [change(one.on_year) if one.on_year else "—" for one in found]))
    if any(one.against for one in found):
        columns.append(
            ("年度目标", [_with_unit(one.against.target if one.against else None, one) for one in found])
        )
    return Grid(
        f"{form.short}主要指标",
        tuple(title for title, _ in columns),
        tuple(zip(*(cells for _, cells in columns), strict=True)),
    )


def _with_unit(amount: Decimal | None, one: Indicator) -> str:
    return amount_words(amount, one.measure)


def _category_grid(chapter: Chapter) -> Grid:
    assert chapter.pace is not None
    unit = unit_of(chapter.form)
    rows = [_category(one) for one in chapter.categories]
    whole = chapter.pace.footing
    rows.append(("合计", *_category(whole)[1:]))
    headings = (
        "类别",
        "项目数",
        "已开工",
        "达序时",
        f"年度计划（{unit}）",
        f"本年累计（{unit}）",
        "占年度计划",
    )
    return Grid(f"{chapter.form.short}分类情况", headings, tuple(rows))


def _category(one: Footing) -> tuple[str, ...]:
    percent = "—" if one.percent is None else f"{number_fixed(one.percent)}%"
    counts = (one.count, one.begun, one.on_schedule)
    return (one.title, *map(str, counts), number(one.plan), number(one.cumulative), percent)


# 三


def _problems(of: Circular) -> list[str]:
    by_kind = {kind: [one for one in of.highlights if one.kind is kind] for kind in Kind}
    lines = []
    if behind := by_kind[Kind.SCHEDULE]:
        lines.append(_behind(of, behind))
    if off := by_kind[Kind.TARGET]:
        lines.append(say("circular.off_target", names=_named(off)).unescape())
    if worse := by_kind[Kind.YEAR]:
        lines.append(say("circular.worse", names=_named(worse)).unescape())
    if troubles := _troubles(of):
        shown = troubles[:TROUBLES]
        lines.append(say("circular.troubles", lines=shown, more=len(troubles) - len(shown)).unescape())
    return lines


def _named(found: list[Highlight]) -> str:
    return some([f"{one.form.short}{highlight_name(one)}" for one in found])


def _behind(of: Circular, behind: list[Highlight]) -> str:
    """Counted over all lists, each project once: what the office drops is not named, but it is counted."""
    projects = all_projects(of.sheets)
    late = [one for one in projects if one.on_schedule is False]
    known = all(one.on_schedule is not None for one in projects)
    return say(
        "circular.behind",
        count=len(late),
        whole=len(projects),
        percent=percent_of(Decimal(len(late)), Decimal(len(projects))) if known else None,
        far=sum((one.deviation or 0) <= -FAR for one in late),
        names=some([one.item.title for one in behind], unit="个项目"),
    ).unescape()


def _troubles(of: Circular) -> list[str]:
    found = {item.title: text for chapter in reversed(of.chapters) for item, text in chapter.troubles}
    order = [item.title for chapter in of.chapters for item, _ in chapter.troubles]
    return [f"{title}，{stopped(found[title])}" for title in dict.fromkeys(order)]


# 五


def _lagging(of: Circular) -> list[Block]:
    lines: list[str] = []
    if late := of.owing(*LATE):
        lines.append(say("circular.late", owing=late).unescape())
    if missing := of.owing(*UNFILED):
        lines.append(say("circular.unfiled", owing=missing).unescape())
    if of.unsigned:
        pairs = [(sheet.form.header_unit, sheet.form.short) for sheet in of.unsigned]
        lines.append(say("circular.unsigned", pairs=pairs).unescape())
    return _numbered([*lines, *_judged(of), *of.edition.criticism])


def _judged(of: Circular) -> list[str]:
    """One sentence for each work that thresholds are set for and something is behind in."""
    by_form: dict[str, list[Verdict]] = {}
    for one in of.verdicts:
        by_form.setdefault(one.form.key, []).append(one)
    return [_judgement(of, by_form[sheet.form.key]) for sheet in of.sheets if sheet.form.key in by_form]


def _judgement(of: Circular, found: list[Verdict]) -> str:
    form = found[0].form
    limits = of.edition.thresholds[form.key]
    yellow = [one for one in found if one.colour is Colour.YELLOW]
    return say(
        "circular.judged",
        work=form.short,
        yellow=limits["yellow"],
        red=limits["red"],
        reds=_verdicts([one for one in found if one.colour is Colour.RED]),
        yellows=_verdicts([one for one in yellow if not one.made_up]),
        made_up=_verdicts([one for one in yellow if one.made_up]),
    ).unescape()


def _verdicts(found: list[Verdict]) -> tuple[int, str]:
    return len(found), some([verdict_name(one) for one in found])


# 六


def _plans_title(of: Circular) -> str:
    planned, demanded = _planned(of), of.edition.paragraphs.get(Paragraph.REQUESTS)
    if planned and demanded:
        return f"{PLANS}和{DEMANDS}"
    return PLANS if planned else DEMANDS


def _planned(of: Circular) -> list[str]:
    return [
        say("circular.planned", work=chapter.form.short, text=text).unescape()
        for chapter in of.chapters
        if (text := chapter.told(NEXT_PLAN))
    ]


def _plans(of: Circular) -> list[Block]:
    return _numbered(_planned(of)) + _written(of, Paragraph.REQUESTS)


__all__ = ["Block", "Grid", "Heading", "Line", "circular_body", "filing_line", "opening_line"]
