"""Who had the ball for how long: the segments always add up."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reporting.elapsed import AFTER, Party, attributed, marks_of
from tests.reporting.examples import at

HOUR = timedelta(hours=1)
moments = st.integers(0, 10_000).map(lambda minutes: at("07-01 09:00") + timedelta(minutes=minutes))


def test_a_report_that_was_returned_once() -> None:
    marks = marks_of(
        at("07-01 09:00"),
        at("07-01 10:00"),
        [
            (at("07-01 15:00"), "submit"),
            (at("07-01 16:00"), "return"),
            (at("07-02 08:00"), "submit"),
            (at("07-02 11:00"), "sign"),
        ],
        is_lead=False,
        sheet_signed=at("07-05 11:00"),
    )
    found = attributed(marks, [], at("07-07 09:00"))
    assert found == {
        Party.OUTAGE: HOUR,  # the prompt arrived an hour late
        Party.LIAISON: 5 * HOUR + 16 * HOUR,
        Party.SIGNATORY: HOUR + 3 * HOUR,
        Party.LEAD: 72 * HOUR,
        Party.OFFICE: 46 * HOUR,
    }


def test_time_in_which_the_program_was_down_is_nobodys() -> None:
    marks = marks_of(at("07-01 09:00"), at("07-01 09:00"), [], is_lead=False)
    down = [(at("07-01 10:00"), at("07-01 12:00")), (at("07-01 11:00"), at("07-01 13:00"))]
    found = attributed(marks, down, at("07-01 15:00"))
    assert (found[Party.OUTAGE], found[Party.LIAISON]) == (3 * HOUR, 3 * HOUR)


def test_whoever_was_never_prompted_has_no_time_of_theirs() -> None:
    marks = marks_of(at("07-01 09:00"), None, [], is_lead=False)
    found = attributed(marks, [], at("07-02 09:00"))
    assert (found[Party.LIAISON], found[Party.OUTAGE]) == (timedelta(), 24 * HOUR)


@given(
    moments,
    st.none() | moments,
    st.lists(st.tuples(moments, st.sampled_from([*AFTER, "open", "publish"])), max_size=8),
    st.lists(st.tuples(moments, moments), max_size=5),
    moments,
    st.booleans(),
    st.none() | moments,
)
def test_the_segments_add_up_to_the_time_that_passed_whatever_happened(
    opened: datetime,
    delivered: datetime | None,
    events: list[tuple[datetime, str]],
    down: list[tuple[datetime, datetime]],
    until: datetime,
    is_lead: bool,
    signed: datetime | None,
) -> None:
    marks = marks_of(opened, delivered, sorted(events), is_lead=is_lead, sheet_signed=signed)
    found = attributed(marks, down, until)
    assert sum(found.values(), timedelta()) == max(until - marks[0].at, timedelta())
    assert all(span >= timedelta() for span in found.values())
