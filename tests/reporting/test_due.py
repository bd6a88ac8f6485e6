"""What should now exist: from rows and the clock alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.cycle import Times
from reporting.due import Kind, PeriodFacts, due, points
from reporting.period import Period
from reporting.states import TaskState
from tests.reporting.examples import JUNE, LEAD, PORT, ROAD, at, round_of, times


def keys(fact: PeriodFacts, moment: str) -> list[str]:
    return [action.key for action in due([fact], at(moment))]


ROAD_POINTS = [
    ("07-01 09:00", "announce:2008-06:safety:traffic_police:1"),
    ("07-02 09:00", "prompt:2008-06:safety:traffic_police:1"),
    ("07-02 15:30", "remind:2008-06:safety:traffic_police:1"),
    ("07-02 17:31", "overdue:2008-06:safety:traffic_police:1"),
]
LEAD_POINTS = [
    ("07-05 09:00", "prompt:2008-06:safety:anjian:1"),
    ("07-05 15:30", "remind:2008-06:safety:anjian:1"),
    ("07-05 17:31", "overdue:2008-06:safety:anjian:1"),
]


def done(*numbers: int) -> frozenset[str]:
    return frozenset(ROAD_POINTS[number][1] for number in numbers)


def test_a_filing_unit_is_told_of_the_opening_prompted_reminded_and_marked_overdue() -> None:
    assert [(moment, action.key) for moment, action in points(ROAD, JUNE, times())] == [
        (at(moment), key) for moment, key in ROAD_POINTS
    ]


def test_the_lead_unit_is_first_spoken_to_on_the_fifth() -> None:
    assert [(moment, action.key) for moment, action in points(LEAD, JUNE, times())] == [
        (at(moment), key) for moment, key in LEAD_POINTS
    ]


def test_a_round_opens_at_nine_on_the_first_and_not_before() -> None:
    closed = round_of(opened=False)
    assert keys(closed, "07-01 08:59") == []
    assert keys(closed, "07-01 09:00") == ["open:2008-06"]


def test_a_round_missed_by_days_is_opened_late_until_its_digest_is_due_and_then_never() -> None:
    closed = round_of(opened=False)
    assert keys(closed, "07-07 17:30") == ["open:2008-06"]
    assert keys(closed, "07-07 17:31") == []


def test_nothing_else_happens_before_a_round_is_opened() -> None:
    closed = round_of(ROAD, LEAD, opened=False)
    assert keys(closed, "07-07 12:00") == ["open:2008-06"]


def test_an_opened_round_is_not_opened_again() -> None:
    assert keys(round_of(), "07-01 09:00") == []


@pytest.mark.parametrize("number", range(4))
def test_each_point_is_due_from_its_minute_on(number: int) -> None:
    moment, key = ROAD_POINTS[number]
    fact = round_of(ROAD, done=done(*range(number)))
    just_before = at(moment) - timedelta(seconds=1)
    assert [action.key for action in due([fact], just_before)] == []
    assert keys(fact, moment) == [key]
    assert keys(round_of(ROAD, done=done(*range(number + 1))), moment) == []


def test_a_report_is_not_overdue_in_the_minute_it_is_due() -> None:
    fact = round_of(ROAD, done=done(0, 1, 2))
    assert keys(fact, "07-02 17:30") == []
    assert [action.key for action in due([fact], at("07-02 17:30") + timedelta(seconds=59))] == []


@pytest.mark.parametrize(
    ("moment", "only"),
    [("07-01 10:00", 0), ("07-02 12:00", 1), ("07-02 16:00", 2), ("07-02 18:00", 3), ("07-04 03:00", 3)],
)
def test_of_several_points_missed_only_the_latest_is_done(moment: str, only: int) -> None:
    assert keys(round_of(ROAD), moment) == [ROAD_POINTS[only][1]]
    assert keys(round_of(ROAD, done=done(only)), moment) == []


def test_a_missed_point_in_the_middle_is_not_made_up_after_a_later_one() -> None:
    assert keys(round_of(ROAD, done=done(0, 2)), "07-02 16:00") == []


def test_nothing_is_doubled_when_the_clock_goes_back_an_hour() -> None:
    fact = round_of(ROAD, done=done(0, 1, 2))
    for moment in ("07-02 15:31", "07-02 14:30", "07-02 09:00", "07-01 09:00"):
        assert keys(fact, moment) == []
    assert keys(round_of(ROAD, done=done(2)), "07-02 14:30") == []


@pytest.mark.parametrize("state", TaskState)
def test_every_task_is_spoken_to_until_it_is_signed(state: TaskState) -> None:
    found = keys(round_of(replace(ROAD, state=state)), "07-02 16:00")
    assert found == ([] if state is TaskState.SIGNED else [ROAD_POINTS[2][1]])


def test_each_task_has_its_own_points() -> None:
    found = keys(round_of(ROAD, PORT, LEAD, done=done(3), drafted=True), "07-05 12:00")
    assert found == ["overdue:2008-06:safety:port:1", "prompt:2008-06:safety:anjian:1"]


def test_an_action_names_its_task_its_period_and_its_kind() -> None:
    [action] = due([round_of(PORT)], at("07-02 12:00"))
    assert (action.kind, action.period, action.task) == (Kind.PROMPT, JUNE, PORT.id)


def test_the_digest_is_drafted_once_on_the_seventh() -> None:
    signed = replace(ROAD, state=TaskState.SIGNED)
    assert keys(round_of(signed), "07-07 08:59") == []
    assert keys(round_of(signed), "07-07 09:00") == ["draft:2008-06"]
    assert keys(round_of(signed, drafted=True), "07-07 09:00") == []


def test_a_draft_that_was_missed_is_made_as_soon_as_the_program_runs_again() -> None:
    assert keys(round_of(), "07-20 04:00") == ["draft:2008-06"]


def test_after_publication_nobody_is_spoken_to() -> None:
    fact = round_of(ROAD, LEAD, drafted=True, published=True)
    assert keys(fact, "07-05 18:00") == []
    assert keys(replace(fact, drafted=False), "07-09 18:00") == []


def test_rounds_are_worked_off_oldest_first_and_do_not_disturb_each_other() -> None:
    june = round_of(ROAD, drafted=True, done=done(0, 1, 2))
    july = round_of(ROAD, opened=False, period=Period(2008, 7))
    assert [action.key for action in due([june, july], at("08-01 09:00"))] == [
        ROAD_POINTS[3][1],
        "open:2008-07",
    ]


def test_december_is_reported_in_january() -> None:
    december = round_of(opened=False, period=Period(2008, 12))
    assert due([december], at("12-31 23:59")) == []
    [action] = due([december], at("12-31 23:59") + timedelta(hours=9, minutes=1))
    assert action.key == "open:2008-12"


def test_computing_twice_gives_the_same_keys() -> None:
    fact = round_of(ROAD, PORT, LEAD)
    assert due([fact], at("07-07 18:00")) == due([fact], at("07-07 18:00"))


def test_in_quiet_hours_nobody_is_written_to_and_the_latest_point_waits() -> None:
    fact = round_of(ROAD, PORT)
    assert due([fact], at("07-02 17:31"), quiet=True) == []
    assert [action.kind for action in due([fact], at("07-03 07:30"))] == [Kind.OVERDUE, Kind.OVERDUE]
    drafted = due([round_of(ROAD)], at("07-07 09:00"), quiet=True)
    assert [action.kind for action in drafted] == [Kind.DRAFT]


@given(
    st.lists(st.integers(1, 3), min_size=1, max_size=12),
    st.dictionaries(st.integers(1, 3), st.integers(-1, 4), max_size=3),
)
def test_the_daily_cap_holds_when_reminders_coincide(people: list[int], left: dict[int, int]) -> None:
    tasks = [replace(ROAD, id=number, unit=f"u{number}", person=who) for number, who in enumerate(people, 1)]
    found = due([round_of(*tasks)], at("07-02 09:00"), left=left)
    told = [people[action.task - 1] for action in found]
    for person in set(people):
        assert told.count(person) == min(people.count(person), max(left.get(person, 0), 0))


def test_whoever_is_exempt_is_not_asked_and_a_closed_period_asks_nobody() -> None:
    assert keys(round_of(replace(ROAD, exempt=True)), "07-02 09:00") == []
    assert keys(replace(round_of(ROAD, PORT), closed=True), "07-02 09:00") == []


def test_a_moved_deadline_has_points_of_its_own_after_the_move_and_none_before() -> None:
    later = Times(at("07-04 09:00"), (at("07-04 15:30"),), at("07-04 17:30"))
    moved = replace(ROAD, times=later, moved_at=at("07-02 18:00"))
    fact = round_of(moved, done=done(0, 1, 2, 3))
    assert keys(fact, "07-02 18:01") == []
    (key,) = keys(fact, "07-04 09:00")
    assert key.startswith("prompt:2008-06:safety:traffic_police:1:")
    assert keys(fact, "07-04 17:31")[0].startswith("overdue:2008-06:safety:traffic_police:1:")
