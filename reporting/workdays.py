"""Working days (工作日): statutory holidays, make-up working days, and where a deadline rolls to.

What chinese_calendar knows is the base; days from an office's own notice come on top. For a year that
neither knows, weekdays and the days that the statute names are all there is: such a year is 未公布.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

import chinese_calendar
from chinese_calendar import constants

KNOWN_YEARS = frozenset(range(min(constants.holidays).year, max(constants.holidays).year + 1))
# A search for a working day ends here: no holiday is nearly as long.
FARTHEST = 31


class DayKind(StrEnum):
    """放假, or 上班 on a weekend that makes up for it."""

    HOLIDAY = "holiday"
    WORKDAY = "workday"


class Roll(StrEnum):
    """What happens to a day that is no working day: nothing, 顺延, 提前."""

    NONE = "none"
    NEXT = "next"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class Day:
    """One day as somebody's notice has it. ``confirmed`` is false for a guess that no notice bears out yet."""

    date: date
    kind: DayKind
    name: str = ""
    source: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Rolled:
    """A day after rolling. ``provisional``: the year's holidays are 未公布, and that decided about this day."""

    date: date
    moved: bool = False
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Workdays:
    """The base with an office's own days on top. A year counts as published when the base or a confirmed day knows it."""

    own: Mapping[date, Day] = field(default_factory=dict)

    def published(self, year: int) -> bool:
        """True when the State Council's arrangement for this year is known."""
        return year in KNOWN_YEARS or any(day.year == year and one.confirmed for day, one in self.own.items())

    def is_workday(self, day: date) -> bool:
        if (own := self.own.get(day)) is not None:
            return own.kind is DayKind.WORKDAY
        if day.year in KNOWN_YEARS:
            return bool(chinese_calendar.is_workday(day))
        statutory = day in statutory_days(day.year) and not self.published(day.year)
        return day.weekday() < 5 and not statutory

    def roll(self, day: date, rule: Roll) -> Rolled:
        """Where a day lands by this rule. Order is kept: a later day never lands before an earlier one."""
        if rule is Roll.NONE or self.is_workday(day):
            return Rolled(day)
        step = timedelta(days=1 if rule is Roll.NEXT else -1)
        landed = day
        for _ in range(FARTHEST):
            landed += step
            if self.is_workday(landed):
                break
        known = self.published(day.year) and self.published(landed.year)
        return Rolled(landed, True, not known)


def workdays_of(own: Iterable[Day]) -> Workdays:
    return Workdays({day.date: day for day in own})


# 春节, 端午, 中秋 of years that chinese_calendar does not know; they follow the moon. Almanac of the Purple
# Mountain Observatory: the new moons of 2027-02-06 23:56 and 2030-02-03 00:07 Beijing time decide those two.
_BY_THE_MOON = {
    2027: ((2, 6), (6, 9), (9, 15)),
    2028: ((1, 26), (5, 28), (10, 3)),
    2029: ((2, 13), (6, 16), (9, 22)),
    2030: ((2, 3), (6, 5), (9, 12)),
    2031: ((1, 23), (6, 24), (10, 1)),
    2032: ((2, 11), (6, 12), (9, 19)),
    2033: ((1, 31), (6, 1), (9, 8)),
    2034: ((2, 19), (6, 20), (9, 27)),
    2035: ((2, 8), (6, 10), (9, 16)),
    2036: ((1, 28), (5, 30), (10, 4)),
}


def statutory_days(year: int) -> frozenset[date]:
    """The 13 days of 《全国年节及纪念日放假办法》 (in force since 2025); without those by the moon where it is not known."""
    found = {date(year, 1, 1), date(year, 5, 1), date(year, 5, 2)}
    found |= {date(year, 10, day) for day in (1, 2, 3)}
    found.add(_qingming(year))
    if year in _BY_THE_MOON:
        spring, dragon_boat, mid_autumn = (date(year, month, day) for month, day in _BY_THE_MOON[year])
        found |= {spring + timedelta(days=offset) for offset in (-1, 0, 1, 2)}
        found |= {dragon_boat, mid_autumn}
    return frozenset(found)


def _qingming(year: int) -> date:
    """清明 of a year from 2000 to 2099: the fourth or fifth of April."""
    since = year - 2000
    return date(year, 4, int(since * 0.2422 + 4.81) - since // 4)
