"""Ticks over a whole round, in whatever rhythm the clock is read: everything at most once, nothing lost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.due import Kind, PeriodFacts, TaskFact, due, points
from reporting.states import TaskState
from tests.reporting.examples import JUNE, LEAD, PORT, ROAD, at, round_of, times

FIRST, LAST = at("06-30 00:00"), at("07-10 00:00")
MINUTES = int((LAST - FIRST) / timedelta(minutes=1))
SORTED = st.lists(st.integers(0, MINUTES), min_size=1, max_size=25).map(sorted)
JITTERING = st.lists(st.tuples(st.integers(0, 600), st.integers(-90, 0)), min_size=1, max_size=40)
SIGNED_BY = st.dictionaries(st.sampled_from([ROAD.id, PORT.id, LEAD.id]), st.integers(0, MINUTES))


@dataclass
class County:
    """What the database would remember between two ticks."""

    opened: bool = False
    drafted: bool = False
    published: bool = False
    signed: set[int] = field(default_factory=set)
    happened: list[str] = field(default_factory=list)

    def tasks(self) -> tuple[TaskFact, ...]:
        return tuple(
            replace(task, state=TaskState.SIGNED if task.id in self.signed else TaskState.OPEN)
            for task in (ROAD, PORT, LEAD)
        )

    def tick(self, now: datetime) -> list[str]:
        """As services.cycle: again and again until nothing is due."""
        new: list[str] = []
        while found := due([self._facts()], now):
            new += [action.key for action in found]
            self.opened |= any(action.kind is Kind.OPEN for action in found)
            self.drafted |= any(action.kind is Kind.DRAFT for action in found)
            self.happened += [action.key for action in found]
        return new

    def _facts(self) -> PeriodFacts:
        return round_of(
            *self.tasks() if self.opened else (),
            opened=self.opened,
            drafted=self.drafted,
            published=self.published,
            done=frozenset(self.happened),
        )


def moment(minute: int) -> datetime:
    return FIRST + timedelta(minutes=minute)


def latest_point(task: TaskFact, now: datetime) -> str | None:
    come = [action.key for when, action in points(task, JUNE, times()) if when <= now]
    return come[-1] if come else None


def play(minutes: list[int], signed_by: dict[int, int]) -> County:
    county = County()
    for minute in minutes:
        now = moment(minute)
        county.signed |= {task for task, by in signed_by.items() if by <= minute}
        county.tick(now)
        if county.opened:
            for task in county.tasks():
                latest = latest_point(task, now)
                told = latest in county.happened
                assert (
                    told
                    or latest is None
                    or task.state is TaskState.SIGNED
                    or went_back(county, task, latest)
                )
        assert county.tick(now) == []
    return county


def went_back(county: County, task: TaskFact, latest: str) -> bool:
    """A later point has already happened, because the clock has been later than now."""
    order = [action.key for _, action in points(task, JUNE, times())]
    return any(key in county.happened for key in order[order.index(latest) + 1 :])


@given(SORTED, SIGNED_BY)
def test_every_key_happens_at_most_once_and_an_open_task_has_had_its_latest_point(
    minutes: list[int], signed_by: dict[int, int]
) -> None:
    county = play(minutes, signed_by)
    assert len(county.happened) == len(set(county.happened))


@given(JITTERING, SIGNED_BY)
def test_a_clock_that_jumps_back_doubles_nothing(
    steps: list[tuple[int, int]], signed_by: dict[int, int]
) -> None:
    minutes, now = [], 24 * 60
    for forward, back in steps:
        now += forward
        minutes += [now, now + back, now]
    county = play(minutes, signed_by)
    assert len(county.happened) == len(set(county.happened))


@given(SORTED, st.integers(0, MINUTES))
def test_nothing_happens_after_publication(minutes: list[int], published: int) -> None:
    county = County()
    for minute in minutes:
        county.published |= minute >= published and county.opened
        before = list(county.happened)
        county.tick(moment(minute))
        assert not county.published or county.happened == before


@given(SORTED, st.integers(0, MINUTES))
def test_stopping_in_between_loses_only_what_came_before_the_latest_point(
    minutes: list[int], end: int
) -> None:
    """Whatever ticks came before, a tick at the end leaves the same tasks told the same latest thing."""
    early = [minute for minute in minutes if minute <= end]
    stopped, running = play([*early, end], {}), play([*range(0, end, 180), end], {})
    opened = stopped.opened and running.opened
    for task in (ROAD, PORT, LEAD) if opened else ():
        latest = latest_point(task, moment(end))
        assert (latest in stopped.happened) == (latest in running.happened)


@pytest.mark.parametrize("offset", [1, 29, 59])
def test_a_program_that_always_runs_does_every_point_of_every_task(offset: int) -> None:
    county = play(list(range(offset, MINUTES, 60)), {})
    wanted = [action.key for task in (ROAD, PORT, LEAD) for _, action in points(task, JUNE, times())]
    assert sorted(county.happened) == sorted([*wanted, "open:2008-06", "draft:2008-06"])
