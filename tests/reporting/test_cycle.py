"""The days of the notice, 1/2/5/7, as moments in UTC."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from reporting.cycle import calendar
from reporting.period import Period
from reporting.programme import Level
from tests.reporting.examples import JUNE, SHANGHAI, times, yongjia

HOSTS = ["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"]


@pytest.fixture(params=HOSTS)
def host(request: pytest.FixtureRequest) -> Iterator[str]:
    """A machine whose own clock is set to another zone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def utc(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_the_june_round_falls_on_the_first_second_fifth_and_seventh_of_july() -> None:
    june = times()
    # Shanghai is 8 hours ahead: 09:00 there is 01:00 UTC, 15:30 is 07:30, 17:30 is 09:30.
    assert june.opens == utc(2008, 7, 1, 1)
    filing, lead = june.levels[Level.FILING], june.levels[Level.LEAD]
    assert (filing.prompt, filing.due) == (utc(2008, 7, 2, 1), utc(2008, 7, 2, 9, 30))
    assert filing.reminders == (utc(2008, 7, 2, 7, 30),)
    assert (lead.prompt, lead.due) == (utc(2008, 7, 5, 1), utc(2008, 7, 5, 9, 30))
    assert lead.reminders == (utc(2008, 7, 5, 7, 30),)
    assert (june.draft, june.digest_due) == (utc(2008, 7, 7, 1), utc(2008, 7, 7, 9, 30))


def test_there_are_seven_rounds_from_july_2008_to_january_2009() -> None:
    months = [(2008, month) for month in range(7, 13)] + [(2009, 1)]
    rounds = [times(period) for period in yongjia().periods]
    assert [one.opens for one in rounds] == [utc(*month, 1, 1) for month in months]
    assert [one.levels[Level.FILING].due for one in rounds] == [utc(*month, 2, 9, 30) for month in months]
    assert [one.levels[Level.LEAD].due for one in rounds] == [utc(*month, 5, 9, 30) for month in months]
    assert [one.digest_due for one in rounds] == [utc(*month, 7, 9, 30) for month in months]


def test_a_host_in_another_zone_makes_no_difference(host: str) -> None:
    june = calendar(yongjia().rules.cycle, JUNE, SHANGHAI)
    assert june == times()
    assert june.opens.isoformat() == "2008-07-01T01:00:00+00:00"


def test_a_moment_early_in_the_morning_is_the_day_before_in_utc() -> None:
    cycle = yongjia().rules.cycle
    early = cycle.model_copy(update={"opens": cycle.opens.model_copy(update={"at": datetime.min.time()})})
    assert calendar(early, Period(2008, 12), SHANGHAI).opens == utc(2008, 12, 31, 16)
