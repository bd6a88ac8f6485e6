"""Working days of China: what is known exactly, what is not published yet, and where a day rolls to."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.cycle import Plan, calendar
from reporting.period import Period
from reporting.programme import Level
from reporting.settings import Key, Settings
from reporting.workdays import KNOWN_YEARS, Day, DayKind, Roll, Workdays, statutory_days, workdays_of
from tests.reporting.examples import SHANGHAI, yongjia

GOLDEN = Path(__file__).parent / "golden" / "rolled_2024_2026.txt"
CHINA = Workdays()
days = st.dates(date(2004, 1, 1), date(2035, 12, 31))


def rolled(text: str, rule: Roll) -> str:
    return CHINA.roll(date.fromisoformat(text), rule).date.isoformat()


def test_thirty_six_months_of_deadlines_fall_where_they_fell_before() -> None:
    lines = [line for line in GOLDEN.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) == 36
    for line in lines:
        month, *columns = line.split(" | ")
        period = Period(*map(int, month.split("-"))).previous
        for rule, column in zip(Roll, columns, strict=True):
            found = [CHINA.roll(period.day_of_round(day), rule) for day in (2, 5, 7, 31)]
            assert [f"{one.date:%m-%d}" for one in found] == column.split(), (month, rule)
            assert not any(one.provisional for one in found)


# Read off the State Council's notices of 2023-10-25, 2024-11-12 and 2025-11-04 by hand.
@pytest.mark.parametrize(
    ("day", "following", "before"),
    [
        ("2024-02-05", "2024-02-05", "2024-02-05"),  # a Monday before 春节
        ("2024-02-04", "2024-02-04", "2024-02-04"),  # a Sunday that makes up for 春节
        ("2024-02-10", "2024-02-18", "2024-02-09"),  # 初一: eight days off, then a Sunday at work
        ("2024-10-02", "2024-10-08", "2024-09-30"),
        ("2024-10-12", "2024-10-12", "2024-10-12"),  # a Saturday that makes up for 国庆
        ("2025-02-02", "2025-02-05", "2025-01-27"),
        ("2025-10-07", "2025-10-09", "2025-09-30"),  # 国庆 and 中秋 together: eight days
        ("2026-01-02", "2026-01-04", "2025-12-31"),  # the Sunday after New Year is a working day
        ("2026-02-16", "2026-02-24", "2026-02-14"),  # 除夕: nine days off, a Saturday at work before
        ("2026-02-28", "2026-02-28", "2026-02-28"),
        ("2026-10-05", "2026-10-08", "2026-09-30"),
        ("2008-10-02", "2008-10-06", "2008-09-28"),  # 29 September to 5 October 2008, the 28th made up for
    ],
)
def test_days_around_spring_festival_and_national_day(day: str, following: str, before: str) -> None:
    assert (rolled(day, Roll.NEXT), rolled(day, Roll.PREVIOUS), rolled(day, Roll.NONE)) == (
        following,
        before,
        day,
    )


def test_a_day_moved_in_a_year_without_a_notice_is_marked() -> None:
    moved = CHINA.roll(date(2027, 10, 2), Roll.NEXT)
    assert (moved.date, moved.moved, moved.provisional) == (date(2027, 10, 4), True, True)
    stays = CHINA.roll(date(2027, 3, 2), Roll.NEXT)
    assert (stays.moved, stays.provisional) == (False, False)


def test_the_days_that_the_statute_names_are_off_in_a_year_without_a_notice() -> None:
    assert date(2027, 2, 6) in statutory_days(2027)  # 春节
    assert date(2027, 2, 5) in statutory_days(2027)  # 除夕, since 2025
    assert not CHINA.is_workday(date(2027, 6, 9))  # 端午, a Wednesday
    assert not CHINA.is_workday(date(2027, 4, 5))  # 清明, a Monday
    assert len(statutory_days(2027)) == 13


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_statutory_day_is_off_in_a_year_with_a_notice(year: int) -> None:
    known = statutory_days(year)
    assert len(known) == 7  # without those by the moon, which the notice of the year itself has
    assert not any(CHINA.is_workday(day) for day in known)


def test_an_imported_notice_makes_a_year_certain() -> None:
    notice = workdays_of(
        [
            *(
                Day(date(2027, 10, day), DayKind.HOLIDAY, "国庆节", "国办发明电〔2026〕示例")
                for day in range(1, 8)
            ),
            Day(date(2027, 9, 26), DayKind.WORKDAY, "国庆节", "国办发明电〔2026〕示例"),
        ]
    )
    moved = notice.roll(date(2027, 10, 2), Roll.NEXT)
    assert (moved.date, moved.provisional) == (date(2027, 10, 8), False)
    assert notice.is_workday(date(2027, 9, 26))


def test_a_day_entered_as_a_guess_counts_but_leaves_the_year_unpublished() -> None:
    guess = workdays_of([Day(date(2027, 10, 4), DayKind.HOLIDAY, confirmed=False)])
    moved = guess.roll(date(2027, 10, 2), Roll.NEXT)
    assert (moved.date, moved.provisional) == (date(2027, 10, 5), True)


@given(days, days, st.sampled_from(Roll))
def test_rolling_keeps_the_order_of_days(one: date, other: date, rule: Roll) -> None:
    first, second = sorted([one, other])
    assert CHINA.roll(first, rule).date <= CHINA.roll(second, rule).date


@given(days, st.sampled_from([Roll.NEXT, Roll.PREVIOUS]))
def test_what_rolls_lands_on_the_nearest_working_day(day: date, rule: Roll) -> None:
    landed = CHINA.roll(day, rule)
    assert CHINA.is_workday(landed.date)
    passed = abs((landed.date - day).days)
    step = 1 if rule is Roll.NEXT else -1
    assert not any(CHINA.is_workday(day + timedelta(days=step * one)) for one in range(passed))
    assert landed.provisional == (landed.moved and not {day.year, landed.date.year} <= KNOWN_YEARS)


@given(st.integers(2004, 2034), st.integers(1, 12), st.sampled_from(Roll))
def test_filing_comes_before_the_lead_unit_and_that_before_the_digest_in_every_month(
    year: int, month: int, rule: Roll
) -> None:
    plan = Plan(Settings({(Key.ROLL, ""): str(rule)}), CHINA)
    times = calendar(yongjia().rules.cycle, Period(year, month), SHANGHAI, plan)
    filing, lead = times.levels[Level.FILING], times.levels[Level.LEAD]
    assert times.opens <= filing.due <= lead.due <= times.digest_due
    for level in (filing, lead):
        assert [level.prompt, *level.reminders, level.due] == sorted(
            [level.prompt, *level.reminders, level.due]
        )


def test_the_year_2027_is_visibly_provisional_only_where_a_day_moved() -> None:
    plan = Plan(Settings({(Key.ROLL, ""): "next"}), CHINA)
    marks = {
        month: calendar(yongjia().rules.cycle, Period(2027, month).previous, SHANGHAI, plan).provisional
        for month in range(1, 13)
    }
    # March: 2nd Tuesday, 5th Friday, but the 7th a Sunday. June: 2nd Wednesday, 5th Saturday.
    # February 2027 opens on Monday the 1st; the 5th is 除夕. September: 1st, 2nd are weekdays, the 5th a Sunday.
    assert [marks[2], marks[3], marks[9]] == [True] * 3
    clean = Plan(Settings({(Key.ROLL, ""): "none"}), CHINA)
    assert not any(
        calendar(yongjia().rules.cycle, Period(2027, month), SHANGHAI, clean).provisional
        for month in range(1, 12)
    )
