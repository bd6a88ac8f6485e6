"""A year's holiday notice, pasted as the State Council prints it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forms.problems import Refused
from reporting.notice import read_notice
from reporting.workdays import DayKind, Workdays, workdays_of

# 国办发明电〔2025〕7号 of 2025-11-04, the arrangement of 2026.
NOTICE = """2026 国办发明电〔2025〕7号
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"""


@pytest.mark.parametrize("text", [NOTICE, NOTICE.replace("\n", " ")], ids=["lines", "one line"])
def test_the_notice_of_2026_gives_exactly_the_working_days_that_are_known(text: str) -> None:
    found = read_notice(text)
    assert len(found) == 39
    assert all(day.confirmed and day.source == "国办发明电〔2025〕7号" for day in found)
    read, known = {day.date: day.kind for day in found}, Workdays()
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        kind = read.get(day, DayKind.WORKDAY if day.weekday() < 5 else DayKind.HOLIDAY)
        assert (kind is DayKind.WORKDAY) == known.is_workday(day), day


def test_one_day_typed_alone_counts_and_certifies_nothing() -> None:
    (day,) = read_notice("2027-10-01 放假 国庆节")
    assert (day.date, day.kind, day.name, day.confirmed) == (
        date(2027, 10, 1),
        DayKind.HOLIDAY,
        "国庆节",
        False,
    )
    assert not workdays_of([day]).published(2027)


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ("2027", "notice.head"),
        ("明年放假", "notice.head"),
        (NOTICE.replace("（周四）至3日", "（周五）至3日"), "notice.weekday"),
        (NOTICE.replace("2026 国", "2027 国"), "notice.weekday"),
        (NOTICE.replace("共9天", "共8天"), "notice.count"),
        (NOTICE.replace("六、中秋节", "六、仲秋节"), "notice.incomplete"),
        (NOTICE.replace("4月4日（周六）至6日（周一）", "4月6日（周一）至4日（周六）"), "notice.range"),
        (NOTICE.replace("2月28日（周六）", "2月31日"), "notice.date"),
        (NOTICE.replace("1月4日（周日）上班", "1月3日上班"), "notice.twice"),
        ("2027-02-30 放假", "notice.date"),
    ],
)
def test_a_notice_that_contradicts_itself_is_not_taken(wrong: str, key: str) -> None:
    with pytest.raises(Refused) as caught:
        read_notice(wrong)
    assert caught.value.key == key
