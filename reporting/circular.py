"""What the circular (督查通报) says, before it is put into words: one content for text, Word, Excel and pictures. Pure.

Everything has a stable key, so that the office can drop a highlight or put it first; everything names the form, row and
column that it is about, so that any number can be followed to the cells that it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from forms.definition import Facet, Form, Item
from forms.progress import YEAR, Footing, Progress, footing, footings
from forms.table import percent_of
from reporting.asked import asked_of
from reporting.comparing import Indicator, indicator
from reporting.digest import SheetDigest, all_projects
from reporting.edition import Edition
from reporting.judging import Colour, Verdict, judge
from reporting.period import parse_period
from reporting.states import FILED, Timeliness

# The narrative items that the circular prints, by key: what was done, and what comes next.
PROGRESS, NEXT_PLAN = "progress", "next_plan"
# A field of a record with its problems, and the one with the leader who looks after it.
PROBLEMS, LEADER = "problems", "leader"
LATE = (Timeliness.LATE, Timeliness.AFTER_LOCK)
UNFILED = (Timeliness.MISSING, Timeliness.PENDING)


class Kind(StrEnum):
    """Why something is pointed out."""

    SCHEDULE = "schedule"  # a project behind 时序进度
    TARGET = "target"  # a figure behind its target, or ahead of what its ceiling allows
    YEAR = "year"  # a figure that is worse than last year


@dataclass(frozen=True, slots=True)
class Highlight:
    """One thing that leaders should see; ``weight`` puts the worst of a kind first."""

    kind: Kind
    form: Form
    item: Item
    weight: Decimal
    progress: Progress | None = None
    indicator: Indicator | None = None

    @property
    def key(self) -> str:
        """A project has one key in all of its lists."""
        if self.indicator is None:
            return f"{self.kind}.{self.item.key}"
        return f"{self.kind}.{self.indicator.key}"


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for: a unit for one of its tables, or a project. ``asked`` is who is to do it, by name.

    ``leader`` is the county leader who looks after the project. Both may be "".
    """

    form: Form
    who: str
    text: str
    asked: str
    leader: str = ""
    project: bool = False

    @property
    def named(self) -> bool:
        return bool(self.asked or self.leader)


@dataclass(frozen=True, slots=True)
class Pace:
    """All projects of a list, or of the county, against their plans; None where a project is not known."""

    footing: Footing
    scheduled: Decimal | None

    @property
    def deviation(self) -> Decimal | None:
        percent = self.footing.percent
        return None if percent is None or self.scheduled is None else percent - self.scheduled


@dataclass(frozen=True)
class Chapter:
    """One work (重点工作): a sheet with what stands around it. ``number`` is that of its annex, from 1."""

    number: int
    sheet: SheetDigest
    before: SheetDigest | None
    highlights: tuple[Highlight, ...]

    @property
    def form(self) -> Form:
        return self.sheet.form

    @cached_property
    def indicators(self) -> list[Indicator]:
        """What leaders read first, as far as anybody has reported it."""
        if self.sheet.standings:
            return []
        found = [
            indicator(self.sheet, item, measure, self.before) for item, measure, _ in self.sheet.headline
        ]
        return [one for one in found if one.said]

    @cached_property
    def pace(self) -> Pace | None:
        return pace([self.sheet]) if self.sheet.standings else None

    @property
    def categories(self) -> list[Footing]:
        """Projects by category, none where there is only one."""
        return footings(self.form, self.sheet.standings, "")[:-1] if self.sheet.standings else []

    @property
    def said(self) -> bool:
        """Whether there is anything to tell of this work."""
        known = any(one.done is not None for one in self.sheet.standings.values())
        return bool(self.indicators or known or self.told(PROGRESS))

    def told(self, key: str) -> str:
        """What the lead unit told under one of its narrative items, "" for nothing."""
        item = self.form.narratives.get(key)
        lead = next((unit for unit in self.sheet.units if unit.unit == self.form.lead), None)
        if item is None or lead is None:
            return ""
        text = next((text for title, text in lead.told if title == item.title), "")
        return "" if text in ("无", "未统计", "不适用", "未填") else text

    @property
    def troubles(self) -> list[tuple[Item, str]]:
        """Projects and the problems that they have."""
        if PROBLEMS not in self.form.measures or not self.sheet.standings:
            return []
        found = [(item, self.sheet.table[item.key, PROBLEMS].month.text) for item in self.form.grid.items]
        return [(item, text) for item, text in found if text]


@dataclass(frozen=True)
class Circular:
    """An edition, with everything derived that any of its outputs says."""

    edition: Edition

    @property
    def sheets(self) -> tuple[SheetDigest, ...]:
        return self.edition.sheets

    @property
    def month(self) -> int:
        return parse_period(self.edition.period).month

    # Who has filed

    def count(self, *kinds: Timeliness) -> int:
        return sum(sheet.count(*kinds) for sheet in self.sheets)

    @property
    def expected(self) -> int:
        return sum(sheet.expected for sheet in self.sheets)

    @property
    def filed(self) -> int:
        return self.count(*FILED)

    def owing(self, *kinds: Timeliness) -> dict[str, list[str]]:
        """The tables that each unit owes, or was late with, by its name."""
        found: dict[str, list[str]] = {}
        for sheet in self.sheets:
            for called in sheet.called(*kinds):
                found.setdefault(called, []).append(sheet.form.short)
        return found

    @property
    def unsigned(self) -> list[SheetDigest]:
        """Sheets that their lead unit has not signed."""
        return [sheet for sheet in self.sheets if not sheet.lead_signed]

    # What the works say

    @cached_property
    def chapters(self) -> list[Chapter]:
        named = self.highlights
        return [
            Chapter(
                number,
                sheet,
                self.edition.before_of(sheet),
                tuple(one for one in named if one.form.key == sheet.form.key),
            )
            for number, sheet in enumerate(self.sheets, 1)
        ]

    @cached_property
    def pace(self) -> Pace | None:
        """All projects, each once; None where fewer than two lists have any."""
        lists = [sheet for sheet in self.sheets if sheet.standings]
        return pace(lists) if len(lists) > 1 else None

    @property
    def changes(self) -> list[Indicator]:
        """Headline figures that moved since the period before, what moved most first."""
        moved = [one for chapter in self.chapters for one in chapter.indicators if one.more]
        by = {one.key: (one.on_month.percent if one.on_month else None) or Decimal(0) for one in moved}
        return sorted(moved, key=lambda one: -abs(by[one.key]))

    @cached_property
    def highlights(self) -> list[Highlight]:
        """As the office has put them: without those that it dropped, those that it named first in front."""
        kept = [one for one in all_highlights(self.edition) if one.key not in self.edition.dropped]
        place = {key: number for number, key in enumerate(self.edition.first)}
        return sorted(kept, key=lambda one: place.get(one.key, len(place)))

    @cached_property
    def requests(self) -> list[Request]:
        """What is asked for, what names somebody first; a project of two lists asks once."""
        found: dict[tuple[str, str], Request] = {}
        for sheet in self.sheets:
            for one in (*_of_projects(sheet), *_of_units(sheet)):
                found.setdefault((one.who if one.project else f"{sheet.form.key} {one.who}", one.text), one)
        return sorted(found.values(), key=lambda one: not one.named)

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """What the thresholds judge to be behind, the worst first; nothing where none are set."""
        found: dict[str, Verdict] = {}
        for sheet in self.sheets:
            limits = self.edition.thresholds.get(sheet.form.key)
            for one in judge(sheet, self.edition.before_of(sheet), limits) if limits else ():
                found.setdefault(one.item.key if one.progress else one.key, one)
        order = {Colour.RED: 0, Colour.YELLOW: 1}
        return sorted(found.values(), key=lambda one: (order[one.colour], one.made_up, one.deviation or 0))


# Deviations


def all_highlights(edition: Edition) -> list[Highlight]:
    """Everything that could be pointed out, the worst first: behind schedule or target, then worse than last year."""
    found: dict[str, Highlight] = {}
    for sheet in edition.sheets:
        for one in (*_behind(sheet), *_off_target(sheet), *_worse(sheet)):
            found.setdefault(one.key, one)
    return sorted(found.values(), key=lambda one: (one.kind is Kind.YEAR, -one.weight))


def _behind(sheet: SheetDigest) -> Iterable[Highlight]:
    for item, one in sheet.late_projects:
        yield Highlight(Kind.SCHEDULE, sheet.form, item, -(one.deviation or Decimal(0)), progress=one)


def _off_target(sheet: SheetDigest) -> Iterable[Highlight]:
    """Figures behind their target; where totals are read first, what they are made of is left to the table."""
    headline = {(item.key, measure.key) for item, measure, _ in sheet.headline}
    for item in sheet.form.grid.items:
        for measure in sheet.form.grid.measures:
            if measure.ratio_of or sheet.table[item.key, measure.key].target is None:
                continue
            if sheet.form.shows(Facet.CUMULATIVE) and (item.key, measure.key) not in headline:
                continue
            one = indicator(sheet, item, measure, None)
            beside = one.against
            if beside is None or not (beside.breached or (beside.deviation or 0) < 0):
                continue
            yield Highlight(Kind.TARGET, sheet.form, item, -(beside.deviation or Decimal(0)), indicator=one)


def _worse(sheet: SheetDigest) -> Iterable[Highlight]:
    for one in sheet.worse:
        weight = abs(one.series.change.percent or Decimal(0))
        shown = indicator(sheet, one.item, one.measure, None)
        yield Highlight(Kind.YEAR, sheet.form, one.item, weight, indicator=shown)


# Requests


def _of_projects(sheet: SheetDigest) -> Iterable[Request]:
    for item, text in sheet.helped_projects:
        leader = sheet.table.series.get((item.key, LEADER))
        named = (leader.month.text if leader else None) or ""
        yield Request(sheet.form, item.title, text, asked_of(text), named, project=True)


def _of_units(sheet: SheetDigest) -> Iterable[Request]:
    for unit in sheet.problems:
        yield Request(sheet.form, unit.called, unit.help_text, asked_of(unit.help_text))


# Projects


def pace(sheets: Sequence[SheetDigest]) -> Pace:
    """Every project of these lists once."""
    return Pace(footing("", all_projects(sheets)), _scheduled(sheets))


def _scheduled(sheets: Sequence[SheetDigest]) -> Decimal | None:
    """What should be done by now, in percent of all plans together, from the exact figures."""
    due, whole = Decimal(0), Decimal(0)
    once = {item.key: (sheet, item) for sheet in reversed(sheets) for item in sheet.form.grid.items}
    for sheet, item in once.values():
        plan = sheet.standings[item.key].plan
        if plan is None:
            return None
        month = parse_period(sheet.period).month
        months = item.record.months if item.record else ()
        due += sum((Decimal(one) for one in months[:month]), Decimal(0)) * YEAR if months else plan * month
        whole += plan * YEAR
    return percent_of(due, whole)
