"""What should now exist: a pure function of rows and the clock. A unique key makes each thing happen once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reporting.cycle import Calendar
from reporting.period import Period
from reporting.programme import Level
from reporting.states import DUE_MINUTE, TaskState


class Kind(StrEnum):
    OPEN = "open"
    ANNOUNCE = "announce"
    PROMPT = "prompt"
    REMIND = "remind"
    OVERDUE = "overdue"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. ``key`` is the same however often it is computed; ``task`` is a task's id or 0."""

    kind: Kind
    key: str
    period: Period
    task: int = 0


@dataclass(frozen=True, slots=True)
class TaskFact:
    """What deciding needs to know of a task. ``form`` and ``unit`` are keys."""

    id: int
    form: str
    unit: str
    level: Level
    state: TaskState


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """What deciding needs to know of a period. ``done`` are the keys of what already happened."""

    period: Period
    calendar: Calendar
    opened: bool
    drafted: bool
    published: bool
    tasks: tuple[TaskFact, ...]
    done: Set[str]


def due(facts: Iterable[PeriodFacts], now: datetime) -> list[Action]:
    """Everything that is due at ``now`` and has not happened yet, oldest period first.

    Points missed while the program was stopped are not made up one by one: only the latest of a task's
    points is done, late. A period is opened late as long as its digest is not due.
    """
    return [action for fact in facts for action in _due_in(fact, now)]


def _due_in(fact: PeriodFacts, now: datetime) -> Iterator[Action]:
    if not fact.opened:
        if fact.calendar.opens <= now <= fact.calendar.digest_due:
            yield Action(Kind.OPEN, f"open:{fact.period}", fact.period)
        return
    if fact.published:
        return
    for task in fact.tasks:
        if task.state is not TaskState.SIGNED and (action := _latest(fact, task, now)):
            yield action
    if fact.calendar.draft <= now and not fact.drafted:
        yield Action(Kind.DRAFT, f"draft:{fact.period}", fact.period)


def points(task: TaskFact, period: Period, calendar: Calendar) -> list[tuple[datetime, Action]]:
    """A task's moments in order, and what each asks for."""
    times = calendar.levels[task.level]
    moments = [(calendar.opens, Kind.ANNOUNCE)] if task.level is Level.FILING else []
    moments += [(times.prompt, Kind.PROMPT), *((at, Kind.REMIND) for at in times.reminders)]
    moments.append((times.due + DUE_MINUTE, Kind.OVERDUE))
    return [
        (at, Action(kind, f"{kind}:{period}:{task.form}:{task.unit}:{number}", period, task.id))
        for number, (at, kind) in enumerate(moments, 1)
    ]


def _latest(fact: PeriodFacts, task: TaskFact, now: datetime) -> Action | None:
    """The latest point that has come, unless it or a later one (the clock went back) is done."""
    found: Action | None = None
    for at, action in points(task, fact.period, fact.calendar):
        if action.key in fact.done:
            found = None
        elif at <= now:
            found = action
    return found


def upcoming(facts: Iterable[PeriodFacts], now: datetime) -> list[tuple[datetime, list[Action]]]:
    """The moments still to come and what each will do if nothing is signed or published before, earliest first."""
    found: dict[datetime, list[Action]] = {}
    for fact in facts:
        for at, action in _ahead(fact, now):
            found.setdefault(at, []).append(action)
    return sorted(found.items())


def _ahead(fact: PeriodFacts, now: datetime) -> Iterator[tuple[datetime, Action]]:
    if not fact.opened:
        if now < fact.calendar.opens:
            yield fact.calendar.opens, Action(Kind.OPEN, f"open:{fact.period}", fact.period)
        return
    if fact.published:
        return
    for task in fact.tasks:
        if task.state is not TaskState.SIGNED:
            yield from _points_ahead(fact, task, now)
    if now < fact.calendar.draft and not fact.drafted:
        yield fact.calendar.draft, Action(Kind.DRAFT, f"draft:{fact.period}", fact.period)


def _points_ahead(fact: PeriodFacts, task: TaskFact, now: datetime) -> Iterator[tuple[datetime, Action]]:
    """A task's points after ``now``, without those up to the last one done (the clock went back)."""
    waiting: list[tuple[datetime, Action]] = []
    for at, action in points(task, fact.period, fact.calendar):
        if action.key in fact.done:
            waiting = []
        elif now < at:
            waiting.append((at, action))
    yield from waiting
