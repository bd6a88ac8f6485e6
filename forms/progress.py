"""How a project stands: 累计, 占年度计划, 序时进度, 偏差; and the figures under a list of projects. Pure.

Percentages have one decimal, half up. 偏差 is the difference of the two printed percentages, so that a reader who
subtracts finds the same. 达进度 is yes or no for each project: half projects cannot occur.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from forms.cells import EXACT, UNANSWERED, Cell, State, exact_sum
from forms.definition import Form, Item
from forms.records import RecordList
from forms.table import Bases, address, percent_of

YEAR = 12
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Progress:
    """One project in one period; None where a figure that it needs is not known.

    ``done`` is this month's, ``cumulative`` this year's, ``since_start`` everything so far, in the unit of the field
    ``done``; the other figures are percent or percentage points. ``begun`` is None while nobody has said.
    """

    done: Decimal | None
    month_plan: Decimal | None
    cumulative: Decimal | None
    plan: Decimal | None
    percent: Decimal | None
    scheduled: Decimal | None
    deviation: Decimal | None
    since_start: Decimal | None
    total: Decimal | None
    total_percent: Decimal | None
    begun: bool | None

    @property
    def on_schedule(self) -> bool | None:
        """是否达序时."""
        return None if self.deviation is None else self.deviation >= 0


def standings(form: Form, cells: Mapping[str, Cell], bases: Bases) -> dict[str, Progress]:
    """How every project of an instantiated list stands, by its key; empty for a plain grid.

    ``cells`` are what was typed and borrowed; what the records brought is added here.
    """
    if form.grid.records is None:
        return {}
    known = {**form.given, **cells}
    return {item.key: progress_of(form, item, known, bases) for item in form.grid.items}


def progress_of(form: Form, item: Item, cells: Mapping[str, Cell], bases: Bases) -> Progress:
    """One project's standing at the end of ``bases.month``, from all its cells by address."""
    assert form.grid.records is not None
    listed, facts = form.grid.records, item.record

    def amount(key: str) -> Decimal | None:
        return cells.get(address(item.key, key), UNANSWERED).amount

    months = [Decimal(text) for text in facts.months] if facts else []
    plan, done = amount(listed.plan), amount(listed.done)
    cumulative = cumulative_of(item.key, listed.done, cells, bases)
    percent, scheduled = percent_of(cumulative, plan), _scheduled(months, plan, bases.month)
    before = amount(listed.before)
    so_far = None if cumulative is None or before is None else EXACT.add(before, cumulative)
    return Progress(
        done=done,
        month_plan=months[bases.month - 1] if months else None,
        cumulative=cumulative,
        plan=plan,
        percent=percent,
        scheduled=scheduled,
        deviation=None if percent is None or scheduled is None else EXACT.subtract(percent, scheduled),
        since_start=so_far,
        total=amount(listed.total),
        total_percent=percent_of(so_far, amount(listed.total)),
        begun=_begun(listed, cells.get(address(item.key, listed.begun), UNANSWERED)),
    )


def cumulative_of(item: str, measure: str, cells: Mapping[str, Cell], bases: Bases) -> Decimal | None:
    """This year's sum of a field; None while a month of it is not known: too small a sum would look like a delay."""
    at = address(item, measure)
    cell = cells.get(at, UNANSWERED)
    if at in bases.gaps or not cell.answered or cell.state is State.NOT_MEASURED:
        return None
    return exact_sum([bases.before.get(at, Decimal(0)), cell.amount or Decimal(0)])


def over(actual: Decimal | None, allowed: Decimal | None) -> Decimal | None:
    """By how many percent one figure exceeds another; negative when it stays below (超概%)."""
    share = percent_of(actual, allowed)
    return None if share is None else EXACT.subtract(share, HUNDRED)


def _scheduled(months: Sequence[Decimal], plan: Decimal | None, month: int) -> Decimal | None:
    """From the monthly plan where there is one, else an equal part for each month."""
    if not months:
        return percent_of(Decimal(month), Decimal(YEAR))
    return percent_of(exact_sum(months[:month]), plan)


def _begun(listed: RecordList, cell: Cell) -> bool | None:
    return None if cell.text is None else cell.text in listed.begun_words


@dataclass(frozen=True, slots=True)
class Footing:
    """The figures under a list, for one category or for all of it.

    ``unsaid`` projects have not said whether they have begun, of ``unknown`` ones it is not known whether they keep
    to the schedule. A rate is given only where every project is known.
    """

    title: str
    count: int
    begun: int
    unsaid: int
    on_schedule: int
    unknown: int
    plan: Decimal
    cumulative: Decimal

    @property
    def begun_rate(self) -> Decimal | None:
        """开工率."""
        return None if self.unsaid else percent_of(Decimal(self.begun), Decimal(self.count))

    @property
    def completion_rate(self) -> Decimal | None:
        """计划完成率: 达进度数 of 项目数."""
        return None if self.unknown else percent_of(Decimal(self.on_schedule), Decimal(self.count))

    @property
    def percent(self) -> Decimal | None:
        """累计完成 of 年度计划."""
        return None if self.unknown else percent_of(self.cumulative, self.plan)


def footing(title: str, found: Iterable[Progress]) -> Footing:
    """Count and sum some projects."""
    all_of = list(found)
    return Footing(
        title,
        count=len(all_of),
        begun=sum(one.begun is True for one in all_of),
        unsaid=sum(one.begun is None for one in all_of),
        on_schedule=sum(one.on_schedule is True for one in all_of),
        unknown=sum(one.on_schedule is None for one in all_of),
        plan=exact_sum(one.plan for one in all_of if one.plan is not None),
        cumulative=exact_sum(one.cumulative for one in all_of if one.cumulative is not None),
    )


def footings(form: Form, found: Mapping[str, Progress], total: str) -> list[Footing]:
    """One for each category in the order of the records, then ``total`` of all; no categories, only the total."""
    groups: dict[str, list[Progress]] = {}
    for item in form.grid.items:
        if item.record is not None:
            groups.setdefault(item.record.group, []).append(found[item.key])
    parts = [footing(title, members) for title, members in groups.items() if title] if len(groups) > 1 else []
    return [*parts, footing(total, found.values())]
