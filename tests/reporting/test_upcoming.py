"""What will happen if nobody does anything: the same things that are due when the moment has come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from reporting.due import due, points, upcoming
from reporting.period import Period, covered_by
from reporting.states import TaskState
from tests.reporting.examples import JUNE, LEAD, PORT, ROAD, at, round_of, times

KEYS = [action.key for task in (ROAD, PORT, LEAD) for _, action in points(task, JUNE, times())]
MINUTE = timedelta(minutes=1)


def test_before_a_round_only_its_opening_is_ahead() -> None:
    closed = round_of(ROAD, opened=False)
    assert [
        (moment, [a.key for a in actions]) for moment, actions in upcoming([closed], at("06-30 12:00"))
    ] == [(at("07-01 09:00"), ["open:2008-06"])]
    assert upcoming([closed], at("07-01 09:00")) == []


def test_in_a_round_everything_that_may_still_come_is_ahead_in_order() -> None:
    ahead = upcoming([round_of(ROAD, LEAD)], at("07-02 10:00"))
    assert [(moment, [action.kind for action in actions]) for moment, actions in ahead] == [
        (at("07-02 15:30"), ["remind"]),
        (at("07-02 17:31"), ["overdue"]),
        (at("07-05 09:00"), ["prompt"]),
        (at("07-05 15:30"), ["remind"]),
        (at("07-05 17:31"), ["overdue"]),
        (at("07-07 09:00"), ["draft"]),
    ]


def test_nothing_is_ahead_for_what_is_signed_drafted_or_published() -> None:
    signed = replace(ROAD, state=TaskState.SIGNED)
    assert upcoming([round_of(signed, drafted=True)], at("07-02 10:00")) == []
    assert upcoming([round_of(ROAD, published=True)], at("07-02 10:00")) == []


@given(st.integers(0, 9 * 24 * 60), st.frozensets(st.sampled_from(KEYS)), st.booleans())
def test_what_is_ahead_first_is_due_when_its_moment_has_come(
    minute: int, done: frozenset[str], drafted: bool
) -> None:
    now = at("06-30 00:00") + minute * MINUTE
    caught_up = done
    while found := due([round_of(ROAD, PORT, LEAD, done=caught_up, drafted=True)], now):
        caught_up |= {action.key for action in found}
    fact = round_of(ROAD, PORT, LEAD, done=caught_up, drafted=drafted or now >= times().draft)
    ahead = upcoming([fact], now)
    assert all(moment > now for moment, _ in ahead)
    for moment, actions in ahead[:1]:
        assert due([fact], moment - MINUTE) == []
        assert due([fact], moment) == actions


def test_a_quarterly_form_is_due_after_the_last_month_of_its_quarter() -> None:
    assert [month for month in range(1, 13) if covered_by("quarter", Period(2008, month))] == [3, 6, 9, 12]
    assert all(covered_by("month", Period(2008, month)) for month in range(1, 13))
