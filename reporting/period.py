"""Periods (期). A monthly period has the key ``2008-06``; its round of reporting falls in the next month."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

_KEY = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar month that is reported on."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def next(self) -> Period:
        return self.shift(1)

    @property
    def previous(self) -> Period:
        return self.shift(-1)

    @property
    def last_year(self) -> Period:
        return Period(self.year - 1, self.month)

    def shift(self, months: int) -> Period:
        """The period so many months later (negative: earlier)."""
        years, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Period(years, month + 1)

    def day_of_round(self, day: int) -> date:
        """Day ``day`` of the month in which this period is reported, the one after it; 31 is its last day."""
        year, month = self.next.year, self.next.month
        return date(year, month, min(day, monthrange(year, month)[1]))


MONTHS_OF = {"month": 1, "quarter": 3}


def covered_by(every: str, period: Period) -> bool:
    """True when a form of this cadence is due in the round of ``period``: a quarterly one after its last month."""
    return period.month % MONTHS_OF[every] == 0


def parse_period(key: str) -> Period:
    """Read ``2008-06``; ValueError otherwise."""
    match = _KEY.fullmatch(key)
    if match is None:
        raise ValueError(f"not a period: {key!r}")
    return Period(int(match[1]), int(match[2]))


def periods(first: Period, last: Period) -> tuple[Period, ...]:
    """All periods from ``first`` to ``last``, both included."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(first.shift(months) for months in range(count))
