"""Drawing who is checked in a month: equally often, unforeseeably, never twice in a short time. Pure.

Every choice is a SHA-256 of the seed and a name, so that anybody can repeat the draw with nothing but the record.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

from reporting.period import Period


@dataclass(frozen=True, slots=True)
class DrawRules:
    """``per_month`` checks a person and month, such as 1/2 or 2; ``first`` and ``last`` hour of the day.

    ``gap`` days at least lie between two checks of one person, where the month has room for it.
    """

    seed: str
    per_month: Fraction
    first: time = time(8)
    last: time = time(22)
    gap: int = 5

    @property
    def minutes(self) -> int:
        """Minutes of a day in which a check may begin; the whole day when both hours are the same."""
        span = (self.last.hour - self.first.hour) * 60 + self.last.minute - self.first.minute
        return span if span > 0 else span + 24 * 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be drawn. ``stratum`` is the unit's class; ``last`` the day of their last check.

    ``months`` is for how many months before this one they could be drawn, ``drawn`` how often they were.
    """

    key: str
    stratum: str
    months: int = 0
    drawn: int = 0
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    key: str
    at: datetime


def draw(rules: DrawRules, month: Period, people: Iterable[Candidate], zone: ZoneInfo) -> list[Drawn]:
    """The checks of a month, earliest first. The same rules, month and people give the same draw."""
    strata: defaultdict[str, list[Candidate]] = defaultdict(list)
    for one in people:
        strata[one.stratum].append(one)
    found = [
        drawn
        for stratum, members in sorted(strata.items())
        for drawn in _of_stratum(rules, month, f"{rules.seed}|{month}|{stratum}", members, zone)
    ]
    return sorted(found, key=lambda one: (one.at, one.key))


def _of_stratum(
    rules: DrawRules, month: Period, name: str, members: Sequence[Candidate], zone: ZoneInfo
) -> list[Drawn]:
    checks = [(one, nth) for one, times in _times(rules, name, members) for nth in range(times)]
    minutes = _minutes(rules, name, checks)
    days = _days(rules, month, name, checks)
    return [
        Drawn(one.key, datetime.combine(days[one, nth], rules.first, zone) + minutes[one, nth])
        for one, nth in checks
    ]


def _times(rules: DrawRules, name: str, members: Sequence[Candidate]) -> list[tuple[Candidate, int]]:
    """Everybody the whole part of ``per_month``; the rest goes to those who had least so far, chance deciding close calls."""
    each = floor(rules.per_month)
    rest = floor((rules.per_month - each) * len(members) + _share(name))
    order = sorted(members, key=lambda one: (-_owed(rules, one) - _share(name, one.key), one.key))
    return [(one, each + (place < rest)) for place, one in enumerate(order)]


def _owed(rules: DrawRules, one: Candidate) -> Fraction:
    return rules.per_month * one.months - one.drawn


Checks = Sequence[tuple[Candidate, int]]


def _minutes(rules: DrawRules, name: str, checks: Checks) -> dict[tuple[Candidate, int], timedelta]:
    """From the first hour on, spread evenly over the class: no time of day is spared."""
    order = sorted(checks, key=lambda check: _hash(name, "minute", check[0].key, check[1]))
    return {
        check: timedelta(
            minutes=floor((place + _share(name, check[0].key, check[1])) * rules.minutes / len(order))
        )
        for place, check in enumerate(order)
    }


def _days(rules: DrawRules, month: Period, name: str, checks: Checks) -> dict[tuple[Candidate, int], date]:
    """A day for each; several checks of one person lie in different parts of the month, and away from the last."""
    first = date(month.year, month.month, 1)
    length = (date(month.next.year, month.next.month, 1) - first).days
    many = Counter(one for one, _ in checks)
    before = {one: one.last for one, _ in checks}
    found: dict[tuple[Candidate, int], date] = {}
    for one, nth in sorted(checks, key=lambda check: check[1]):
        part = range(nth * length // many[one], (nth + 1) * length // many[one])
        days = [first + timedelta(days=day) for day in part]
        room = [day for day in days if _far(day, before[one], rules.gap)] or days
        found[one, nth] = before[one] = room[_hash(name, "day", one.key, nth) % len(room)]
    return found


def _far(day: date, last: date | None, gap: int) -> bool:
    return last is None or (day - last).days >= gap


def _hash(*parts: object) -> int:
    return int.from_bytes(hashlib.sha256("|".join(map(str, parts)).encode()).digest()[:8], "big")


def _share(*parts: object) -> Fraction:
    """A number from 0 up to, not including, 1."""
    return Fraction(_hash("share", *parts), 2**64)
