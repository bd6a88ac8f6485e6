"""历史数据: which earlier figures a table stands on, and which of them a published digest has used already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from forms.definition import Facet, Form
from forms.table import address
from reporting.period import Period, covered_by, parse_period, periods

Kind = Literal["month", "cumulative", "target"]
KINDS: tuple[Kind, ...] = ("month", "cumulative", "target")


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A figure that each cell may have: 当月 of a period, 累计 up to and including it, or its year's target."""

    kind: Kind
    period: Period

    def __str__(self) -> str:
        return f"{self.kind}:{self.period}"


@dataclass(frozen=True, slots=True)
class Change:
    """A loaded figure that becomes another; ``was`` is None where there was none."""

    address: str
    slot: Slot
    was: Decimal | None
    now: Decimal


def parse_slot(text: str) -> Slot:
    """Read back what ``str(slot)`` wrote; ValueError otherwise."""
    kind, _, period = text.partition(":")
    return Slot(KINDS[KINDS.index(kind)], parse_period(period))


def slots(form: Form, first: Period, year: int) -> tuple[Slot, ...]:
    """What may be loaded for a year's reports: targets, opening balance, the period before, last year's.

    What is reported here, from the ``first`` period on, is never loaded.
    """
    targets = [Slot("target", Period(year, 1))] if form.shows(Facet.TARGET) else []
    before = _covered(form, year) if year == first.year else []
    opening = [period for period in before if period < first][-1:]
    cumulative = [Slot("cumulative", period) for period in opening if form.shows(Facet.CUMULATIVE)]
    last_year = [period for period in _covered(form, year - 1) if period < first]
    return (*targets, *cumulative, *(Slot("month", period) for period in (*opening, *last_year)))


def _covered(form: Form, year: int) -> list[Period]:
    every = periods(Period(year, 1), Period(year, 12))
    return [period for period in every if covered_by(form.every, period)]


def rows(form: Form, slots: Collection[Slot]) -> tuple[str, ...]:
    """Addresses that have one of these, in printed order: typed cells, and totals where there are targets."""
    every = (address(item.key, measure.key) for item in form.grid.items for measure in form.grid.measures)
    return tuple(at for at in every if any(may_hold(form, at, slot) for slot in slots))


def may_hold(form: Form, at: str, slot: Slot) -> bool:
    """A computed total may have a target of its own, and no history."""
    return slot.kind == "target" or tuple(at.split(".")) in form.typed_cells


def used_by(slot: Slot, published: Collection[str]) -> Period | None:
    """The first published period that stands on this figure: then it can no longer be changed silently."""
    return next((one for one in sorted(map(parse_period, published)) if _stands_on(one, slot)), None)


def _stands_on(report: Period, slot: Slot) -> bool:
    """This year's 累计 on everything before it in the year, 同比 on the same months of the year before."""
    if report.year == slot.period.year:
        return slot.kind == "target" or report >= slot.period
    following = report.year == slot.period.year + 1
    return slot.kind != "target" and following and report.month >= slot.period.month


def as_json(changes: Iterable[Change]) -> list[list[str | None]]:
    return [[c.address, str(c.slot), None if c.was is None else str(c.was), str(c.now)] for c in changes]


def changes_of(stored: Iterable[Sequence[Any]]) -> list[Change]:
    """Read back what ``as_json`` wrote into a row."""
    return [
        Change(at, parse_slot(slot), None if was is None else Decimal(was), Decimal(now))
        for at, slot, was, now in stored
    ]
