"""Reading one typed line of a settings command: 安全生产 乡镇 3日17:30. Pure: names in, a scope and what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any

from forms.problems import Refused
from forms.text import fold
from reporting.period import Period, parse_period
from reporting.programme import Level
from reporting.settings import Scope

LEVEL_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("填报", "填报单位", "填报截止"), str(Level.FILING)),
    **dict.fromkeys(("汇总", "主管", "主管单位", "牵头", "牵头单位"), str(Level.LEAD)),
}
BACK = frozenset({"恢复", "恢复默认", "取消", "默认"})


@dataclass(frozen=True, slots=True)
class Names:
    """What a line can name, folded: word → key. ``now`` is the period whose round runs, or comes next."""

    works: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    classes: frozenset[str] = frozenset()
    periods: tuple[Period, ...] = ()
    now: Period | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line as read: who it is about, and the words that say what."""

    scope: Scope
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.words)


def read_line(text: str, names: Names) -> Line:
    """Take what names a scope from the front and keep the rest, as typed."""
    scope = Scope()
    rest: list[str] = []
    for word in text.split():
        found = _named(fold(word), names) if not rest else None
        if found is None:
            rest.append(word)
            continue
        scope = replace(scope, **found)
    return Line(scope, tuple(rest))


def _named(word: str, names: Names) -> dict[str, str] | None:
    if word in LEVEL_WORDS:
        return {"level": LEVEL_WORDS[word]}
    for known, key in ((names.works, "work"), (names.forms, "form"), (names.units, "unit")):
        if word in known:
            return {key: known[word]}
    if word in names.classes:
        return {"unit_class": word}
    period = read_period(word, names)
    return {"period": str(period)} if period else None


_MONTH = re.compile(r"(?:(\d{4})年)?(\d{1,2})月份")
_SHORT = {"本期": 0, "下期": 1}


def read_period(word: str, names: Names) -> Period | None:
    """2008-06, 6月份, 2008年6月份, 本期, 下期; None for anything else, Refused for one outside the programme."""
    if word in _SHORT and names.now is not None:
        return _within(names.now.shift(_SHORT[word]), names)
    try:
        return _within(parse_period(word), names)
    except ValueError:
        pass
    match = _MONTH.fullmatch(word)
    if match is None:
        return None
    fitting = [
        period
        for period in names.periods
        if period.month == int(match[2]) and match[1] in (None, str(period.year))
    ]
    if not fitting:
        raise Refused("order.period", typed=word)
    later = [period for period in fitting if names.now is None or period >= names.now]
    return (later or fitting[-1:])[0]


def _within(period: Period, names: Names) -> Period:
    if period not in names.periods:
        raise Refused("order.period", typed=str(period))
    return period


_CLOCK = r"(\d{1,2})[:点](\d{2})?"
_TIME = re.compile(rf"{_CLOCK}分?")
_DAY = re.compile(rf"(?:(?:每月)?(\d{{1,2}})[日号]|(月底))(?:前)?(?:{_CLOCK}分?)?")
_DATE = re.compile(rf"(?:(\d{{4}})[年-])?(\d{{1,2}})[月-](\d{{1,2}})[日号]?(?:前)?(?:{_CLOCK}分?)?")


def clock(hour: str, minute: str | None) -> str:
    """``17:30`` from its parts; Refused when there is no such time."""
    try:
        return time(int(hour), int(minute or 0)).isoformat("minutes")
    except ValueError:
        raise Refused("order.moment", typed=f"{hour}:{minute or '00'}") from None


def read_moment(words: Iterable[str], usual: Mapping[str, Any], around: date) -> dict[str, Any]:
    """3日17:30, 3日, 月底, 7月3日17:30, 17:30 alone: a setting's value. ``usual`` stands for what is not typed.

    A date without a year is the one nearest after ``around``.
    """
    typed = " ".join(words)
    text = fold(typed).replace(" ", "")
    if (match := _DAY.fullmatch(text)) is not None:
        day = 31 if match[2] else int(match[1])
        if not 1 <= day <= 31:
            raise Refused("order.moment", typed=typed)
        return {"day": day, "at": clock(match[3], match[4]) if match[3] else usual["at"]}
    if (match := _TIME.fullmatch(text)) is not None:
        return {**usual, "at": clock(match[1], match[2])}
    if (match := _DATE.fullmatch(text)) is not None:
        on = _date(match[1], int(match[2]), int(match[3]), around, typed)
        return {"on": on.isoformat(), "at": clock(match[4], match[5]) if match[4] else usual["at"]}
    raise Refused("order.moment", typed=typed)


def _date(year: str | None, month: int, day: int, around: date, typed: str) -> date:
    try:
        if year:
            return date(int(year), month, day)
        this = date(around.year, month, day)
        return this if this >= around else date(around.year + 1, month, day)
    except ValueError:
        raise Refused("order.moment", typed=typed) from None


_REMINDER = re.compile(rf"(?:(?:提?前)(\d{{1,2}})[日天]|(当[日天]))(?:{_CLOCK}分?)?")


def read_reminders(words: Iterable[str]) -> list[dict[str, Any]]:
    """前1日15:30 当日9:00 当日15:30: how often, so many days before the deadline; earliest first."""
    found: list[dict[str, Any]] = []
    for word in words:
        match = _REMINDER.fullmatch(fold(word))
        if match is None:
            raise Refused("order.reminder", typed=word)
        days = int(match[1] or 0)
        found.append({"days": days, "at": clock(match[3], match[4]) if match[3] else "09:00"})
    if not 1 <= len(found) <= MOST_REMINDERS or any(one["days"] > MOST_DAYS for one in found):
        raise Refused("order.reminders", limit=MOST_REMINDERS, days=MOST_DAYS)
    return sorted(found, key=lambda one: (-one["days"], one["at"]))


MOST_REMINDERS = 5
MOST_DAYS = 10

_HOURS = re.compile(rf"{_CLOCK}[-~至到]{_CLOCK}")


def read_hours(text: str) -> dict[str, str]:
    """21:30-7:30."""
    match = _HOURS.fullmatch(fold(text).replace(" ", ""))
    if match is None:
        raise Refused("order.hours", typed=text)
    start, end = clock(match[1], match[2]), clock(match[3], match[4])
    if start == end:
        raise Refused("order.hours", typed=text)
    return {"from": start, "to": end}


def read_count(text: str, low: int, high: int) -> int:
    """5, 5条, 5次."""
    match = re.fullmatch(r"(\d{1,3})[条次个]?", fold(text))
    if match is None or not low <= int(match[1]) <= high:
        raise Refused("order.count", typed=text, low=low, high=high)
    return int(match[1])
