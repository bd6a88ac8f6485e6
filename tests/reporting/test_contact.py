"""How a contact check ends: answered, missed, not delivered or void, and never two of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.contact import (
    Beat,
    Cause,
    CheckFacts,
    Interval,
    Judgement,
    Outcome,
    Step,
    counted,
    judge,
    jump,
    step_for,
)

NINE = datetime(2008, 7, 3, 1, 0, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=30)
SENT = CheckFacts(WINDOW, delivered_at=NINE)
SHANGHAI = timedelta(hours=8)


def after(**time: float) -> datetime:
    return NINE + timedelta(**time)


def test_an_answer_is_answered_at_once_with_its_time() -> None:
    facts = replace(SENT, acknowledged_at=after(minutes=4))
    assert judge(facts, after(minutes=4)) == Judgement(
        Outcome.ANSWERED, Cause.ACKNOWLEDGED, timedelta(minutes=4)
    )


def test_anything_else_that_the_person_does_in_the_window_is_contact() -> None:
    facts = replace(SENT, contacts=[after(minutes=-5), after(minutes=12)])
    assert judge(facts, after(minutes=20)) == Judgement(
        Outcome.ANSWERED, Cause.OTHER_CONTACT, timedelta(minutes=12)
    )


def test_silence_is_a_miss_only_after_the_window() -> None:
    assert judge(SENT, after(minutes=30)) is None
    assert judge(SENT, after(minutes=30, milliseconds=999)) is None
    assert judge(SENT, after(minutes=30, seconds=1)) == Judgement(Outcome.MISSED, Cause.SILENT)


@pytest.mark.parametrize("milliseconds", [0, 1, 500, 999])
def test_an_answer_in_the_last_second_is_in_time_whoever_looks_first(milliseconds: int) -> None:
    facts = replace(SENT, acknowledged_at=after(minutes=30, milliseconds=milliseconds))
    found = judge(facts, after(hours=3))
    assert found is not None
    assert found.outcome is Outcome.ANSWERED


def test_an_answer_after_the_window_changes_nothing() -> None:
    facts = replace(SENT, acknowledged_at=after(minutes=30, seconds=1))
    assert judge(facts, after(minutes=31)) == Judgement(Outcome.MISSED, Cause.SILENT)


@pytest.mark.parametrize("cause", [Cause.NEVER_JOINED, Cause.BLOCKED, Cause.UNSENT])
def test_what_did_not_arrive_is_not_a_miss(cause: Cause) -> None:
    facts = CheckFacts(WINDOW, refused=cause)
    assert judge(facts, after(hours=5)) == Judgement(Outcome.NOT_DELIVERED, cause)


def test_what_is_still_on_its_way_has_no_window_yet() -> None:
    assert judge(CheckFacts(WINDOW), after(hours=5)) is None


@pytest.mark.parametrize(("start", "end"), [(-60, 1), (10, 12), (29, 90), (30, 31)])
def test_an_outage_of_ours_inside_the_window_makes_it_void(start: int, end: int) -> None:
    facts = replace(SENT, outages=[Interval(after(minutes=start), after(minutes=end))])
    assert judge(facts, after(hours=2)) == Judgement(Outcome.VOID, Cause.OUTAGE)


def test_an_outage_elsewhere_changes_nothing_and_an_answer_counts_in_spite_of_one() -> None:
    before = replace(SENT, outages=[Interval(after(hours=-2), after(hours=-1))])
    assert judge(before, after(hours=2)) == Judgement(Outcome.MISSED, Cause.SILENT)
    during = replace(
        SENT, outages=[Interval(after(minutes=1), after(minutes=2))], acknowledged_at=after(minutes=9)
    )
    found = judge(during, after(hours=2))
    assert found is not None
    assert found.outcome is Outcome.ANSWERED


def test_whoever_is_off_duty_misses_nothing() -> None:
    assert judge(replace(SENT, on_duty=False), after(hours=2)) == Judgement(Outcome.VOID, Cause.OFF_DUTY)


moments = st.integers(-3600, 7200).map(lambda seconds: after(seconds=seconds))


@given(
    st.none() | moments,
    st.none() | moments,
    st.lists(moments, max_size=3),
    st.lists(st.tuples(moments, moments).map(sorted), max_size=2),
    st.booleans(),
    moments,
)
def test_a_miss_is_only_silence_on_duty_after_delivery_without_an_outage(
    delivered: datetime | None,
    acknowledged: datetime | None,
    contacts: list[datetime],
    broken: list[list[datetime]],
    on_duty: bool,
    now: datetime,
) -> None:
    facts = CheckFacts(
        WINDOW,
        delivered_at=delivered,
        acknowledged_at=acknowledged,
        contacts=contacts,
        outages=[Interval(*pair) for pair in broken],
        on_duty=on_duty,
    )
    found = judge(facts, now)
    assert found is None or (found.answered_after is not None) == (found.outcome is Outcome.ANSWERED)
    if found is not None and found.outcome is Outcome.MISSED:
        assert delivered is not None
        assert on_duty
        assert now > delivered + WINDOW
        heard = [*contacts, *([acknowledged] if acknowledged else [])]
        assert not any(delivered <= one <= delivered + WINDOW for one in heard)
        assert not any(one <= delivered + WINDOW and delivered <= other for one, other in broken)


def test_a_clock_that_was_moved_shows_against_one_that_nobody_can_move() -> None:
    assert jump(Beat(after(seconds=0), 0), Beat(after(seconds=5), 5)) is None
    assert jump(Beat(after(seconds=0), 0), Beat(after(minutes=9), 540.2)) is None
    ahead = jump(Beat(after(seconds=0), 0), Beat(after(seconds=45), 5))
    assert ahead == Interval(after(seconds=0), after(seconds=45))
    back = jump(Beat(after(hours=1), 0), Beat(after(seconds=5), 5))
    assert back == Interval(after(seconds=5), after(hours=1))


def test_the_ladder_has_three_steps() -> None:
    assert [step_for(count) for count in range(5)] == [
        None,
        Step.TALK,
        Step.CRITICISM,
        Step.REMOVAL,
        Step.REMOVAL,
    ]


def test_the_count_begins_anew_with_the_year_or_after_so_many_days() -> None:
    new_year = datetime(2008, 12, 31, 16, 30, tzinfo=UTC)  # 1 January 2009, 00:30 in Shanghai
    misses = [NINE, new_year - timedelta(hours=1), new_year]
    assert counted(misses, new_year - timedelta(hours=1), "year", SHANGHAI) == 2
    assert counted(misses, new_year, "year", SHANGHAI) == 1
    assert counted(misses, new_year, "90", SHANGHAI) == 2
    assert counted(misses, new_year, "365", SHANGHAI) == 3
