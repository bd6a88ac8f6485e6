"""When things of one period fall due, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from reporting.period import Period
from reporting.programme import Cycle, Level, LevelCycle, Moment


@dataclass(frozen=True, slots=True)
class Times:
    """One level's moments in UTC. ``due`` is the last moment that is on time."""

    prompt: datetime
    reminders: tuple[datetime, ...]
    due: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """All moments of one period in UTC."""

    opens: datetime
    levels: dict[Level, Times]
    draft: datetime
    digest_due: datetime


def calendar(cycle: Cycle, period: Period, zone: ZoneInfo) -> Calendar:
    """The moments of a period. Days are taken as printed: no roll over weekends or holidays yet."""

    def utc(moment: Moment) -> datetime:
        local = datetime.combine(period.day_of_round(moment.day), moment.at, zone)
        return local.astimezone(UTC)

    def times(level: LevelCycle) -> Times:
        return Times(utc(level.prompt), tuple(map(utc, level.remind)), utc(level.due))

    return Calendar(
        opens=utc(cycle.opens),
        levels={Level.FILING: times(cycle.filing), Level.LEAD: times(cycle.lead)},
        draft=utc(cycle.digest.draft),
        digest_due=utc(cycle.digest.due),
    )
