"""Months that are reported on."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.period import Period, parse_period, periods

PERIODS = st.builds(Period, st.integers(1000, 2999), st.integers(1, 12))


def test_a_period_is_written_with_two_digits_for_the_month() -> None:
    assert str(Period(2008, 6)) == "2008-06"


def test_the_year_turns_after_december_and_before_january() -> None:
    assert Period(2008, 12).next == Period(2009, 1)
    assert Period(2008, 1).previous == Period(2007, 12)
    assert Period(2008, 6).shift(-18) == Period(2006, 12)  # 6 months to December 2007, 12 more to 2006
    assert Period(2008, 6).shift(19) == Period(2010, 1)


def test_last_year_is_the_same_month_a_year_before() -> None:
    assert Period(2008, 6).last_year == Period(2007, 6)


def test_a_period_is_reported_in_the_month_after_it() -> None:
    assert Period(2008, 6).day_of_round(2) == date(2008, 7, 2)
    assert Period(2008, 12).day_of_round(7) == date(2009, 1, 7)
    assert Period(2008, 1).day_of_round(28) == date(2008, 2, 28)


def test_all_periods_of_a_programme_are_counted_with_both_ends() -> None:
    assert [str(one) for one in periods(Period(2008, 11), Period(2009, 2))] == [
        "2008-11",
        "2008-12",
        "2009-01",
        "2009-02",
    ]
    assert periods(Period(2008, 6), Period(2008, 6)) == (Period(2008, 6),)
    assert periods(Period(2008, 6), Period(2008, 5)) == ()


@pytest.mark.parametrize(
    "key",
    [
        "",
        "2008",
        "2008-6",
        "2008-00",
        "2008-13",
        "08-06",
        "2008-06\n",
        " 2008-06",
        "２００８-06",
        "2008/06",
        "0000-12",
        "9999-12",
        "2008-06-01",
        "-2008-06",
    ],
)
def test_anything_else_is_no_period(key: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        parse_period(key)


@given(PERIODS)
def test_a_period_is_read_back_as_written(period: Period) -> None:
    assert parse_period(str(period)) == period


@given(PERIODS, st.integers(-5000, 5000))
def test_shifting_there_and_back_changes_nothing_and_keeps_the_order(period: Period, months: int) -> None:
    moved = period.shift(months)
    assert moved.shift(-months) == period
    assert (moved > period) == (months > 0)
    assert 1 <= moved.month <= 12


@given(PERIODS, PERIODS)
def test_texts_sort_as_periods_do(one: Period, other: Period) -> None:
    assert (str(one) < str(other)) == (one < other)
