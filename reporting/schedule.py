"""All deadlines to come, as one table: two of them compared say what a change order moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from forms.problems import Refused
from reporting.cycle import Calendar
from reporting.period import Period, covered_by
from reporting.programme import Level, Programme

# Calendars differ only by what a scope names, so one is computed per scope.
CalendarOf = Callable[[Period, str, str, Level], Calendar]


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One deadline: a form's at one level in one period; the digest's without a form and with no unit."""

    period: str
    form: str = ""
    level: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    at: datetime
    provisional: bool = False


Schedule = Mapping[Slot, Due]


def schedule(
    programme: Programme,
    periods: Iterable[Period],
    owing: Callable[[str, str], Iterable[str]],
    calendar_of: CalendarOf,
) -> Schedule:
    """Every deadline of these periods; ``owing(form, period)`` are the units that will owe a form."""
    found: dict[Slot, Due] = {}
    for period in periods:
        whole = calendar_of(period, "", "", Level.FILING)
        found[Slot(str(period))] = Due(whole.digest_due, whole.provisional)
        for key, form in programme.forms.items():
            if not covered_by(form.every, period) or not any(key in w.forms for w in programme.rules.works):
                continue
            for unit in owing(key, str(period)):
                level = Level.LEAD if unit == form.lead else Level.FILING
                times = calendar_of(period, key, unit, level).levels[level]
                found[Slot(str(period), key, str(level), unit)] = Due(times.due, times.provisional)
    return found


def check_cascade(found: Schedule) -> None:
    """Filing ≤ lead ≤ digest, everywhere; Refused with the first place where it is not so."""
    for slot, due in sorted(found.items()):
        if not slot.form:
            continue
        later = _later(slot, found)
        for next_slot, next_due in later:
            if due.at > next_due.at:
                level = next_slot.level or "digest"
                raise Refused(
                    "order.cascade", period=slot.period, unit=slot.unit, first=slot.level, second=level
                )


def _later(slot: Slot, found: Schedule) -> list[tuple[Slot, Due]]:
    """What must not be due before this."""
    digest = Slot(slot.period)
    if slot.level == Level.LEAD:
        return [(digest, found[digest])]
    leads = [
        (one, due)
        for one, due in found.items()
        if (one.period, one.form, one.level) == (slot.period, slot.form, Level.LEAD)
    ]
    return leads or [(digest, found[digest])]


@dataclass(frozen=True, slots=True)
class Move:
    """The same deadline moved for some units: None where there was, or will be, none."""

    period: str
    form: str
    level: str
    before: Due | None
    after: Due | None
    units: tuple[str, ...]


def moves(before: Schedule, after: Schedule) -> list[Move]:
    """What differs between two schedules, units with the same move together, in order of time."""
    together: dict[tuple[str, str, str, Due | None, Due | None], list[str]] = {}
    for slot in sorted({*before, *after}):
        old, new = before.get(slot), after.get(slot)
        if old == new:
            continue
        together.setdefault((slot.period, slot.form, slot.level, old, new), []).append(slot.unit)
    return [Move(*key, tuple(unit for unit in units if unit)) for key, units in together.items()]
