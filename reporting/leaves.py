"""外出报备: from when to when somebody is away, and who may stand in for whom."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from forms.problems import Refused
from forms.text import clean

LONGEST = timedelta(days=93)
_DAY = r"(?:(?:(\d{4})年)?(\d{1,2})月)?(\d{1,2})日"
_SPAN = re.compile(rf"^{_DAY}(?:\s*(?:到|至|-|—|~|～|－)\s*{_DAY})?\s*(.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Absence:
    """``first`` and ``last`` day are both included."""

    first: date
    last: date
    stand_in: str
    reason: str

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        begin, end = (
            datetime.combine(day, time(), zone) for day in (self.first, self.last + timedelta(days=1))
        )
        return begin, end


def read_absence(text: str, today: date) -> Absence:
    """``7月3日至7月10日 孙示例 出差``: days, who stands in, why."""
    match = _SPAN.match(clean(text))
    words = match[7].split(maxsplit=1) if match else []
    if match is None or len(words) < 2:
        raise Refused("leave_how")
    first = _day(match[1], match[2], match[3], today)
    last = _day(match[4], match[5], match[6], first) if match[6] else first
    if not today <= first <= last or last - first > LONGEST:
        raise Refused("leave_days")
    return Absence(first, last, words[0], words[1])


def _day(year: str | None, month: str | None, day: str, after: date) -> date:
    """The day that is meant: without a year or month the next one that is not before ``after``."""
    try:
        found = date(int(year or after.year), int(month or after.month), int(day))
        if year is None and month is not None and found < after - timedelta(days=180):
            found = found.replace(year=found.year + 1)
    except ValueError:
        raise Refused("leave_days") from None
    return found


def refuse_tangle(person: int, stand_in: int, others: Iterable[tuple[int, int]]) -> None:
    """``others`` are (who is away, who stands in) within the same days.

    Whoever stands in must be there, and whoever is stood in for must not be standing in: then no loop and no
    chain can come about, and of two names on a paper both did what it says.
    """
    for away, standing in others:
        if away == person:
            raise Refused("leave_twice")
        if away == stand_in:
            raise Refused("leave_loop")
        if standing == person:
            raise Refused("leave_standing")
