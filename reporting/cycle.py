"""When things of one period fall due, in UTC: the programme's days, what was set over them, and working days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from reporting.period import Period
from reporting.programme import Cycle, Level, LevelCycle, Moment
from reporting.settings import EVERYWHERE, Key, Scope, Settings
from reporting.workdays import Roll, Rolled, Workdays


@dataclass(frozen=True, slots=True)
class Times:
    """One level's moments in UTC. ``due`` is the last moment that is on time.

    ``provisional``: a holiday arrangement that is not published yet moved the due day.
    """

    prompt: datetime
    reminders: tuple[datetime, ...]
    due: datetime
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """All moments of one period in UTC."""

    opens: datetime
    levels: dict[Level, Times]
    draft: datetime
    digest_due: datetime
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What bends the programme's days: settings by command, working days, and the roll rule of the files."""

    settings: Settings = field(default_factory=Settings)
    workdays: Workdays = field(default_factory=Workdays)
    default_roll: Roll = Roll.NONE

    @property
    def roll(self) -> Roll:
        return Roll(self.settings.get(Key.ROLL) or self.default_roll)


PLAIN = Plan()


def calendar(
    cycle: Cycle, period: Period, zone: ZoneInfo, plan: Plan = PLAIN, where: Scope = EVERYWHERE
) -> Calendar:
    """The moments of a period for whoever ``where`` says; a day that was named as a date never rolls."""
    book = _Book(period, zone, plan, where)
    opens = book.moment(Key.OPENS, cycle.opens)
    digest = book.moment(Key.DIGEST, cycle.digest.due)
    ahead = cycle.digest.due.day - cycle.digest.draft.day
    draft = book.before(digest.day.date, ahead, cycle.digest.draft.at)
    levels = {
        Level.FILING: book.times(Level.FILING, cycle.filing),
        Level.LEAD: book.times(Level.LEAD, cycle.lead),
    }
    moved = opens.day.provisional or digest.day.provisional or any(one.provisional for one in levels.values())
    return Calendar(opens.utc, levels, min(draft, digest.utc), digest.utc, moved)


def times_around(
    cycle: LevelCycle, due: datetime, zone: ZoneInfo, plan: Plan = PLAIN, where: Scope = EVERYWHERE
) -> Times:
    """When a report due at this very moment is prompted for and reminded of."""
    return _Book(None, zone, plan, where).around(cycle, due, provisional=False)


@dataclass(frozen=True, slots=True)
class _Moment:
    day: Rolled
    utc: datetime


@dataclass(frozen=True, slots=True)
class _Book:
    """Turns days of the month into moments of one period."""

    period: Period | None
    zone: ZoneInfo
    plan: Plan
    where: Scope

    def utc(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def moment(self, key: Key, default: Moment, level: str = "") -> _Moment:
        """A moment as set, else as the files have it, its day rolled."""
        assert self.period is not None
        at = Scope(**{**_fields(self.where), "period": str(self.period), "level": level or self.where.level})
        value = self.plan.settings.get(key, at) or {"day": default.day, "at": default.at.isoformat()}
        day = day_set(value, self.period, self.plan)
        return _Moment(day, self.utc(day.date, time.fromisoformat(value["at"])))

    def times(self, level: Level, cycle: LevelCycle) -> Times:
        due = self.moment(Key.DUE, cycle.due, level)
        where = Scope(**{**_fields(self.where), "period": str(self.period), "level": level})
        return _Book(self.period, self.zone, self.plan, where).around(cycle, due.utc, due.day.provisional)

    def around(self, cycle: LevelCycle, due: datetime, provisional: bool) -> Times:
        day = due.astimezone(self.zone).date()
        first, *rest = sorted(dict.fromkeys(self._prompts(cycle, day, due)))
        return Times(first, tuple(rest), due, provisional)

    def _prompts(self, cycle: LevelCycle, day: date, due: datetime) -> Iterator[datetime]:
        """The prompt and the reminders, all before the due moment; at least one."""
        set_ = self.plan.settings.get(Key.REMIND, self.where)
        usual = [(cycle.due.day - one.day, one.at) for one in (cycle.prompt, *cycle.remind)]
        wanted = [(one["days"], time.fromisoformat(one["at"])) for one in set_] if set_ else usual
        found = [self.before(day, days, at) for days, at in wanted]
        earlier = [one for one in found if one < due]
        yield from earlier or [self.before(day, wanted[0][0] + 1, wanted[0][1])]

    def before(self, day: date, days: int, at: time) -> datetime:
        """So many days before a due day: on a working day where days roll, so that nobody is asked on a holiday."""
        earlier = day - timedelta(days=days)
        if days and self.plan.roll is not Roll.NONE:
            earlier = self.plan.workdays.roll(earlier, Roll.PREVIOUS).date
        return self.utc(earlier, at)


def _fields(scope: Scope) -> dict[str, str]:
    return {name: getattr(scope, name) for name in Scope.__dataclass_fields__}


def day_set(value: Mapping[str, str | int], period: Period, plan: Plan = PLAIN) -> Rolled:
    """The day that a setting means in a period's round."""
    if "on" in value:
        return Rolled(date.fromisoformat(str(value["on"])))
    return plan.workdays.roll(period.day_of_round(int(value["day"])), plan.roll)


def quiet_at(plan: Plan, usual: Mapping[str, str], now: datetime, zone: ZoneInfo) -> bool:
    """True in the quiet hours (静默时段), which may go over midnight; ``usual`` is what the files say."""
    set_ = plan.settings.get(Key.QUIET)
    hours = usual if set_ is None else set_
    if not hours:
        return False
    first, last = time.fromisoformat(hours["from"]), time.fromisoformat(hours["to"])
    here = now.astimezone(zone).time()
    return first <= here < last if first <= last else (here >= first or here < last)
