"""The life of a task, and how timely it was."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.problems import Refused
from reporting.states import TaskEvent, TaskState, Timeliness, after, timeliness
from tests.reporting.examples import at

OPEN, SUBMITTED, RETURNED, SIGNED = TaskState
SUBMIT, WITHDRAW, SIGN, RETURN, REOPEN = TaskEvent
FOLLOWS = {
    (OPEN, SUBMIT): SUBMITTED,
    (OPEN, WITHDRAW): None,
    (OPEN, SIGN): None,
    (OPEN, RETURN): None,
    (SUBMITTED, SUBMIT): None,
    (SUBMITTED, WITHDRAW): OPEN,
    (SUBMITTED, SIGN): SIGNED,
    (SUBMITTED, RETURN): RETURNED,
    (RETURNED, SUBMIT): SUBMITTED,
    (RETURNED, WITHDRAW): None,
    (RETURNED, SIGN): None,
    (RETURNED, RETURN): None,
    (SIGNED, SUBMIT): None,
    (SIGNED, WITHDRAW): None,
    (SIGNED, SIGN): None,
    (SIGNED, RETURN): None,
    (OPEN, REOPEN): None,
    (SUBMITTED, REOPEN): None,
    (RETURNED, REOPEN): None,
    (SIGNED, REOPEN): OPEN,
}
DUE = at("07-02 17:30")
INSTANT = timedelta(microseconds=1)
# People read 17:30: the whole minute is on time.
MINUTE = timedelta(minutes=1)


def test_the_table_names_every_state_and_event() -> None:
    assert set(FOLLOWS) == set(product(TaskState, TaskEvent))


@pytest.mark.parametrize(("state", "event"), FOLLOWS, ids=lambda one: str(one))
def test_an_event_leads_to_its_state_or_is_refused_by_the_state_it_found(
    state: TaskState, event: TaskEvent
) -> None:
    expected = FOLLOWS[state, event]
    if expected is not None:
        assert after(state, event) is expected
        return
    with pytest.raises(Refused) as caught:
        after(state, event)
    assert caught.value.key == f"task.{state}"


@given(st.lists(st.sampled_from(TaskEvent), max_size=20))
def test_whatever_happens_nothing_is_signed_that_was_not_submitted_and_only_reopening_follows_a_signature(
    events: list[TaskEvent],
) -> None:
    state, path = OPEN, [OPEN]
    for event in events:
        try:
            state = after(state, event)
        except Refused:
            continue
        path.append(state)
    for before, now in pairwise(path):
        assert before is not SIGNED or now is OPEN
        assert now is not SIGNED or before is SUBMITTED


@pytest.mark.parametrize(
    ("signed_at", "now", "expected"),
    [
        (DUE, DUE, Timeliness.ON_TIME),
        (DUE - INSTANT, DUE + timedelta(days=3), Timeliness.ON_TIME),
        (DUE + MINUTE - INSTANT, DUE + MINUTE, Timeliness.ON_TIME),
        (DUE + MINUTE, DUE + MINUTE, Timeliness.LATE),
        (DUE + timedelta(days=2), DUE + timedelta(days=3), Timeliness.LATE),
        (None, DUE - INSTANT, Timeliness.PENDING),
        (None, DUE, Timeliness.PENDING),
        (None, DUE + MINUTE - INSTANT, Timeliness.PENDING),
        (None, DUE + MINUTE, Timeliness.MISSING),
    ],
)
def test_a_report_counts_from_its_signature_and_the_whole_due_minute_is_on_time(
    signed_at: object, now: object, expected: Timeliness
) -> None:
    assert timeliness(signed_at, DUE, now) is expected  # type: ignore[arg-type]


def test_a_deadline_is_the_same_moment_in_every_zone() -> None:
    assert timeliness(DUE.astimezone(), DUE, DUE) is Timeliness.ON_TIME
