"""Figures of contact checks, calculated by hand."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reporting.contact import Outcome
from reporting.contact_figures import Result, figures

RESULTS = [
    Result("answered", "乡镇", 9, 60),
    Result("answered", "乡镇", 9, 240),
    Result("answered", "部门", 14, 600),
    Result("missed", "乡镇", 14),
    Result("not_delivered", "部门", 9),
    Result("void", "", 21),
]


def test_the_rate_is_of_what_was_delivered_and_not_void() -> None:
    found = figures(RESULTS, "未分类")
    assert (found.whole.whole, found.whole.answered, found.whole.missed) == (6, 3, 1)
    assert found.whole.rate == Decimal("75.0")
    assert (found.whole.median, found.whole.slowest) == (240, 600)


def test_classes_stand_in_the_order_of_their_names_and_hours_in_that_of_the_day() -> None:
    found = figures(RESULTS, "未分类")
    assert [(one.name, one.rate) for one in found.by_class] == [
        ("乡镇", Decimal("66.7")),
        ("未分类", None),
        ("部门", Decimal("100.0")),
    ]
    assert [one.name for one in found.by_hour] == ["09", "14", "21"]


def test_nothing_has_no_rate() -> None:
    found = figures([], "未分类")
    assert (found.whole.rate, found.whole.median, found.by_class, found.by_hour) == (None, None, (), ())


results = st.builds(
    Result,
    st.sampled_from([str(one) for one in Outcome]),
    st.sampled_from(["乡镇", "部门", ""]),
    st.integers(0, 23),
)


@given(st.lists(results, max_size=40))
def test_the_groups_hold_every_check_once(some: list[Result]) -> None:
    found = figures(some, "未分类")
    assert sum(one.whole for one in found.by_class) == found.whole.whole == len(some)
    assert sum(one.whole for one in found.by_hour) == len(some)
