"""What the next moments will do: the same points as `due`, seen from before."""

from __future__ import annotations

from dataclasses import replace

from reporting.due import PeriodFacts, due, upcoming
from reporting.period import Period
from reporting.states import TaskState
from tests.reporting.examples import LEAD, PORT, ROAD, at, round_of


def ahead(fact: PeriodFacts, moment: str) -> list[tuple[object, list[str]]]:
    return [(when, [action.key for action in actions]) for when, actions in upcoming([fact], at(moment))]


def test_before_a_round_only_its_opening_is_seen() -> None:
    assert ahead(round_of(opened=False), "06-30 10:00") == [(at("07-01 09:00"), ["open:2008-06"])]
    assert ahead(round_of(opened=False), "07-01 09:00") == []


def test_units_of_one_moment_stand_together() -> None:
    first, *_ = ahead(round_of(ROAD, PORT, LEAD), "07-01 10:00")
    assert first == (
        at("07-02 09:00"),
        ["prompt:2008-06:safety:traffic_police:1", "prompt:2008-06:safety:port:1"],
    )


def test_the_signed_the_done_and_the_published_are_left_out() -> None:
    signed = replace(ROAD, state=TaskState.SIGNED)
    assert [when for when, _ in ahead(round_of(signed), "07-01 10:00")] == [at("07-07 09:00")]
    assert ahead(round_of(signed, drafted=True), "07-01 10:00") == []
    assert ahead(round_of(ROAD, published=True), "07-01 10:00") == []
    # The clock went back: what was already said is not said again.
    said = frozenset({"remind:2008-06:safety:traffic_police:1"})
    assert [when for when, _ in ahead(round_of(ROAD, done=said, drafted=True), "07-01 10:00")] == [
        at("07-02 17:31")
    ]


def test_every_moment_ahead_is_due_when_it_comes() -> None:
    fact = round_of(ROAD, PORT, LEAD)
    for when, actions in upcoming([fact], at("07-01 08:59")):
        assert {action.key for action in actions} <= {action.key for action in due([fact], when)}


def test_periods_are_told_in_the_order_of_their_moments() -> None:
    later = round_of(opened=False, period=Period(2008, 7))
    found = upcoming([later, round_of(LEAD)], at("07-06 10:00"))
    assert [actions[0].key for _, actions in found] == ["draft:2008-06", "open:2008-07"]
