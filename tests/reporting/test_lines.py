"""One typed line of a settings command, as hurried people write it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.problems import Refused
from reporting.lines import Names, read_count, read_hours, read_line, read_moment, read_period, read_reminders
from reporting.period import Period, periods
from reporting.settings import Scope

NAMES = Names(
    works={"安全生产": "safety_work"},
    forms={"重点工程表": "projects"},
    units={"县港航管理处": "port"},
    classes=frozenset({"乡镇"}),
    periods=periods(Period(2008, 6), Period(2009, 6)),
    now=Period(2008, 7),
)
USUAL = {"day": 2, "at": "17:30"}
TODAY = date(2008, 7, 1)


def test_a_line_names_its_scope_first_and_says_what_then() -> None:
    line = read_line("安全生产 乡镇 3日17:30", NAMES)
    assert line.scope == Scope(work="safety_work", unit_class="乡镇")
    assert line.words == ("3日17:30",)
    line = read_line("  填报　县港航管理处  本期 4日 12:00 ", NAMES)
    assert (line.scope, line.words) == (
        Scope(level="filing", unit="port", period="2008-07"),
        ("4日", "12:00"),
    )


def test_names_behind_the_first_other_word_are_part_of_what_is_said() -> None:
    line = read_line("县港航管理处 至8月份 乡镇换届", NAMES)
    assert (line.scope, line.words) == (Scope(unit="port"), ("至8月份", "乡镇换届"))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("3日17:30", {"day": 3, "at": "17:30"}),
        ("3日 9：00", {"day": 3, "at": "09:00"}),
        ("每月3号", {"day": 3, "at": "17:30"}),
        ("3日前17点", {"day": 3, "at": "17:00"}),
        ("月底", {"day": 31, "at": "17:30"}),
        ("12:00", {"day": 2, "at": "12:00"}),
        ("7月3日17:30", {"on": "2008-07-03", "at": "17:30"}),
        ("1月3日", {"on": "2009-01-03", "at": "17:30"}),
        ("2009-01-03 08:00", {"on": "2009-01-03", "at": "08:00"}),
    ],
)
def test_moments_as_people_write_them(typed: str, value: dict[str, object]) -> None:
    assert read_moment(typed.split(), USUAL, TODAY) == value


@pytest.mark.parametrize(
    "typed", ["", "32日", "0日", "3日25:00", "3日17:60", "2月30日", "明天", "3", "3日17:30甲"]
)
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        read_moment([typed], USUAL, TODAY)
    assert caught.value.key == "order.moment"


def test_periods_by_key_by_month_and_by_word() -> None:
    for word, period in (
        ("2008-06", Period(2008, 6)),
        ("8月份", Period(2008, 8)),
        ("6月份", Period(2009, 6)),  # the next one to come, June 2008 being past
        ("2008年6月份", Period(2008, 6)),
        ("本期", Period(2008, 7)),
        ("下期", Period(2008, 8)),
    ):
        assert read_period(word, NAMES) == period
    assert read_period("安全", NAMES) is None
    with pytest.raises(Refused):
        read_period("2010-01", NAMES)


def test_reminders_are_sorted_and_bounded() -> None:
    assert read_reminders(["当日9:00", "前1日15:30"]) == [
        {"days": 1, "at": "15:30"},
        {"days": 0, "at": "09:00"},
    ]
    for wrong in (["昨天"], ["前11日9:00"], ["当日9:00"] * 6, []):
        with pytest.raises(Refused):
            read_reminders(wrong)


def test_hours_and_counts() -> None:
    assert read_hours("21:30-7:30") == {"from": "21:30", "to": "07:30"}
    assert read_hours("21点至7点30") == {"from": "21:00", "to": "07:30"}
    assert read_count("5条", 1, 20) == 5
    for wrong in ("0", "21", "五", "-1", "5.5"):
        with pytest.raises(Refused):
            read_count(wrong, 1, 20)
    with pytest.raises(Refused):
        read_hours("21:30-21:30")


@given(st.text(max_size=60))
def test_anything_typed_is_read_or_refused_with_a_sentence(text: str) -> None:
    for read in (
        lambda: read_line(text, NAMES),
        lambda: read_moment([text], USUAL, TODAY),
        lambda: read_reminders(text.split()),
        lambda: read_hours(text),
    ):
        try:
            read()
        except Refused:
            continue
