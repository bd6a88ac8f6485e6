"""The county's programme and moments in its zone, shared by the tests of the reporting rules."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from reporting.cycle import Calendar, calendar
from reporting.due import PeriodFacts, TaskFact
from reporting.period import Period
from reporting.programme import Level, Programme, read_programme
from reporting.states import TaskState

YONGJIA = Path(__file__).parents[2] / "programmes" / "yongjia"
SHANGHAI = ZoneInfo("Asia/Shanghai")
JUNE = Period(2008, 6)


def files() -> dict[str, str]:
    """The programme's file texts by relative name, to be spoilt by a test."""
    found = sorted(YONGJIA.rglob("*.toml"))
    return {path.relative_to(YONGJIA).as_posix(): path.read_text(encoding="utf-8") for path in found}


@cache
def yongjia() -> Programme:
    return read_programme(files())


@cache
def times(period: Period = JUNE) -> Calendar:
    return calendar(yongjia().rules.cycle, period, SHANGHAI)


def at(text: str) -> datetime:
    """``07-02 09:00`` of 2008 in the county's zone, in UTC."""
    return datetime.fromisoformat(f"2008-{text}").replace(tzinfo=SHANGHAI).astimezone(UTC)


ROAD = TaskFact(1, "safety", "traffic_police", Level.FILING, TaskState.OPEN)
PORT = TaskFact(2, "safety", "port", Level.FILING, TaskState.OPEN)
LEAD = TaskFact(3, "safety", "anjian", Level.LEAD, TaskState.OPEN)


def round_of(
    *tasks: TaskFact,
    opened: bool = True,
    drafted: bool = False,
    published: bool = False,
    done: frozenset[str] = frozenset(),
    period: Period = JUNE,
) -> PeriodFacts:
    return PeriodFacts(period, times(period), opened, drafted, published, tasks, done)
