"""The board's signs, and rates that stay between nothing and everything."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.board import Sign, sign_of
from reporting.states import TaskState, Timeliness, filing_rate, on_time_rate, timeliness
from tests.reporting.examples import at

OPEN, SUBMITTED, RETURNED, SIGNED = TaskState
DUE, LOCK = at("07-02 17:30"), at("07-07 09:00")


@pytest.mark.parametrize(
    ("signed", "fields", "expected"),
    [
        ("07-02 17:30", {}, Timeliness.ON_TIME),
        ("07-02 17:30", {"nil": True}, Timeliness.NIL),
        ("07-02 17:31", {"nil": True}, Timeliness.LATE),
        ("07-08 09:00", {}, Timeliness.AFTER_LOCK),
        ("07-02 12:00", {"locked_at": at("07-02 10:00")}, Timeliness.AFTER_LOCK),  # closed before it was due
        ("07-02 12:00", {"exempt": True}, Timeliness.ON_TIME),  # filed though nobody asked
        (None, {"exempt": True}, Timeliness.EXEMPT),
        (None, {}, Timeliness.MISSING),
    ],
)
def test_due_locked_and_exempt_are_three_things(
    signed: str | None, fields: dict[str, object], expected: Timeliness
) -> None:
    wanted = {"locked_at": LOCK, **fields}
    found = timeliness(at(signed) if signed else None, DUE, at("07-09 09:00"), **wanted)  # type: ignore[arg-type]
    assert found is expected


def test_an_extension_that_is_kept_counts_as_on_time() -> None:
    assert timeliness(at("07-04 17:00"), DUE, at("07-05 09:00")) is Timeliness.LATE
    assert timeliness(at("07-04 17:00"), at("07-04 17:30"), at("07-05 09:00")) is Timeliness.ON_TIME


def test_a_unit_that_our_prompt_never_reached_is_undelivered_and_not_late() -> None:
    for state, timely in (
        (SIGNED, Timeliness.LATE),
        (OPEN, Timeliness.MISSING),
        (SUBMITTED, Timeliness.MISSING),
    ):
        assert sign_of(state, timely, delivered=False, begun=True) is Sign.UNDELIVERED
    assert sign_of(SIGNED, Timeliness.ON_TIME, delivered=False, begun=True) is Sign.ON_TIME
    assert sign_of(OPEN, Timeliness.PENDING, delivered=False, begun=False) is Sign.WAITING


def test_every_state_and_timeliness_has_one_sign() -> None:
    for state, timely, delivered, begun in product(TaskState, Timeliness, (True, False), (True, False)):
        assert sign_of(state, timely, delivered=delivered, begun=begun) in Sign


class Roster:
    """Units open, close, merge and move between periods; what was opened is frozen then."""

    def __init__(self) -> None:
        self.units = {"a", "b", "c"}
        self.frozen: list[tuple[str, ...]] = []
        self.signed: set[tuple[int, str]] = set()
        self.exempt: set[tuple[int, str]] = set()

    def do(self, verb: str, one: str, other: str) -> None:
        if verb == "open":
            self.frozen.append(tuple(sorted(self.units)))
        elif verb == "add":
            self.units.add(one)
        elif verb == "close":
            self.units.discard(one)
        elif verb == "merge" and one in self.units:
            self.units = (self.units - {one}) | {other}
        elif verb == "move" and one in self.units:
            self.units = (self.units - {one}) | {one + "'"}
        elif self.frozen and one in self.frozen[-1]:
            (self.signed if verb == "sign" else self.exempt).add((len(self.frozen) - 1, one))

    def standing(self, period: int) -> list[Timeliness]:
        return [
            timeliness(
                at("07-02 12:00") if (period, unit) in self.signed else None,
                DUE,
                at("07-03 09:00"),
                exempt=(period, unit) in self.exempt,
            )
            for unit in self.frozen[period]
        ]


steps = st.tuples(
    st.sampled_from(["open", "add", "close", "merge", "move", "sign", "exempt"]),
    st.sampled_from("abcde"),
    st.sampled_from("abcde"),
)


@given(st.lists(steps, max_size=40))
def test_a_rate_lies_between_0_and_1_under_any_order_of_opening_closing_merging_and_moving(
    found: list[tuple[str, str, str]],
) -> None:
    roster = Roster()
    for step in found:
        roster.do(*step)
    for period in range(len(roster.frozen)):
        standing = roster.standing(period)
        for rate in (filing_rate(standing), on_time_rate(standing)):
            assert 0 <= rate.part <= rate.whole <= len(roster.frozen[period])
            assert rate.percent is None or 0 <= rate.percent <= 100
        assert on_time_rate(standing).part <= filing_rate(standing).part
