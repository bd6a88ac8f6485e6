"""What should now exist: a pure function of rows and the clock. A unique key makes each thing happen once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reporting.cycle import Calendar, Times
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
    # Never computed: the office presses for it.
    CHASE = "chase"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. ``key`` is the same however often it is computed; ``task`` is a task's id or 0."""

    kind: Kind
    key: str
    period: Period
    task: int = 0


@dataclass(frozen=True, slots=True)
class TaskFact:
    """What deciding needs to know of a task. ``form`` and ``unit`` are keys.

    ``times`` are its own moments, where they differ from its level's; ``moved_at`` is when an order last moved
    its deadline; ``person`` is who would be written to, 0 when nobody is known.
    """

    id: int
    form: str
    unit: str
    level: Level
    state: TaskState
    times: Times | None = None
    moved_at: datetime | None = None
    exempt: bool = False
    person: int = 0


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
    # Closed early: nothing can be filed, so nobody is asked.
    closed: bool = False


def due(
    facts: Iterable[PeriodFacts], now: datetime, *, quiet: bool = False, left: Mapping[int, int] | None = None
) -> list[Action]:
    """Everything that is due at ``now`` and has not happened yet, oldest period first.

    Points missed while the program was stopped are not made up one by one: only the latest of a task's
    points is done, late. A period is opened late as long as its digest is not due. In quiet hours nobody is
    written to, and nobody more often than ``left`` allows by person: what waits is done when it may be.
    """
    asked: Counter[int] = Counter()
    found: list[Action] = []
    for fact in facts:
        people = {task.id: task.person for task in fact.tasks}
        for action in _due_in(fact, now):
            person = people.get(action.task, 0)
            full = left is not None and person and asked[person] >= left.get(person, 0)
            if action.task and (quiet or full):
                continue
            asked[person] += 1
            found.append(action)
    return found


def _due_in(fact: PeriodFacts, now: datetime) -> Iterator[Action]:
    if not fact.opened:
        if fact.calendar.opens <= now <= fact.calendar.digest_due:
            yield Action(Kind.OPEN, f"open:{fact.period}", fact.period)
        return
    if fact.published:
        return
    for task in fact.tasks:
        if _is_owed(fact, task) and (action := _latest(fact, task, now)):
            yield action
    if not fact.drafted and (fact.calendar.draft <= now or _is_complete(fact)):
        yield Action(Kind.DRAFT, f"draft:{fact.period}", fact.period)


def _is_complete(fact: PeriodFacts) -> bool:
    """Every lead unit has signed its whole table: the digest waits for nobody."""
    leads = [task for task in fact.tasks if task.level is Level.LEAD]
    return bool(leads) and all(task.state is TaskState.SIGNED for task in leads)


def _is_owed(fact: PeriodFacts, task: TaskFact) -> bool:
    return task.state is not TaskState.SIGNED and not task.exempt and not fact.closed


def points(task: TaskFact, period: Period, calendar: Calendar) -> list[tuple[datetime, Action]]:
    """A task's moments in order, and what each asks for; numbered within their kind.

    When its deadline was moved, only what comes after that is left, under keys of its own.
    """
    times = task.times or calendar.levels[task.level]
    moments = [(calendar.opens, Kind.ANNOUNCE, 1)] if task.level is Level.FILING else []
    moments += [
        (times.prompt, Kind.PROMPT, 1),
        *((at, Kind.REMIND, number) for number, at in enumerate(times.reminders, 1)),
        (times.due + DUE_MINUTE, Kind.OVERDUE, 1),
    ]
    since = task.moved_at
    mark = f":{int(since.timestamp())}" if since else ""
    return [
        (at, Action(kind, f"{kind}:{period}:{task.form}:{task.unit}:{number}{mark}", period, task.id))
        for at, kind, number in moments
        if since is None or at > since
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
        if _is_owed(fact, task):
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
