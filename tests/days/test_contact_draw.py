"""The monthly draw: by a setting, at hours that are allowed, on record with its seed, and repeatable by anybody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest

from services.drawing import repeated
from storage import checks
from tests.days.county import County, Resident
from tests.days.test_settings import admin, change  # noqa: F401 - fixtures

PORT = ("port", "liaison")


@pytest.fixture
async def drawn(admin: Resident) -> County:  # noqa: F811 - a fixture
    """Two checks a month for everybody, drawn at the beginning of August."""
    shown = await change(admin, "检查设置 每月 2次")
    assert "抽查：不抽查 → 每人每月2次" in shown
    assert "抽查时段：08:00至22:00 → 09:00至18:00" in await change(admin, "检查设置 时段 9:00-18:00")
    county = admin.county
    await county.at("2008-08-01 00:01")
    return county


def moments(county: County, rows) -> list[tuple[str, datetime]]:
    """(unit, when) of every drawn check."""
    found = rows(
        county,
        "SELECT post.unit, due_at FROM contact_check JOIN post ON post.id = post_id ORDER BY due_at",
    )
    return [(str(unit), datetime.fromisoformat(str(at))) for unit, at in found]


def stored(county: County) -> checks.Round:
    return county.runtime.work_now(lambda desk: checks.draws(desk.tx))[-1]


async def test_everybody_is_drawn_as_often_as_set_and_only_at_hours_that_are_allowed(
    drawn: County, rows
) -> None:
    found = moments(drawn, rows)
    liaisons = {unit for unit, role in drawn.people if role == "liaison"}
    assert {unit: [one for one, _ in found].count(unit) for unit in liaisons} == dict.fromkeys(liaisons, 2)
    assert all(1 <= at.hour < 10 for _, at in found)  # 09:00 to 18:00 in the county
    await drawn.at("2008-08-01 00:06")
    assert len(moments(drawn, rows)) == len(found)


async def test_the_draw_is_kept_with_its_seed_and_gives_the_same_again(drawn: County, rows) -> None:
    one = stored(drawn)
    assert len(one.seed) == 32
    assert repeated(one)
    assert not repeated(replace(one, seed="0" * 32))
    ((detail,),) = rows(drawn, "SELECT detail FROM event WHERE verb = 'draw'")
    assert one.seed not in json.dumps(detail), "it would tell who is next"


async def test_a_drawn_check_goes_out_at_its_minute(drawn: County, rows) -> None:
    county = drawn
    at = next(at for unit, at in moments(county, rows) if unit == "port")
    local = f"{at.replace(tzinfo=None):%Y-%m-%d} {at.hour + 8:02}:{at.minute:02}"
    port = county[PORT]
    port.news()
    county.clock.set(at)
    await county.at(local)
    assert "联系畅通检查" in port.news()
    assert "✅ 已应答" in await port.says("收到")


async def test_what_was_due_while_the_program_stood_still_is_void_and_asked_of_nobody(
    drawn: County, rows
) -> None:
    county = drawn
    await county.at("2008-08-31 23:00")
    found = rows(county, "SELECT DISTINCT outcome, cause FROM contact_check")
    assert found == [("void", "outage")]
    assert "联系畅通检查" not in county[PORT].news()


async def test_the_draw_can_be_undone_like_any_setting(admin: Resident, rows) -> None:  # noqa: F811
    await change(admin, "检查设置 每月 1/2次")
    await admin.says("/undo 1")
    await admin.county.at("2008-08-01 09:00")
    assert rows(admin.county, "SELECT count(*) FROM check_round") == [(0,)]
    menu = await admin.says("检查设置")
    assert "抽查：不抽查\n抽查时段：08:00至22:00\n应答时限：30分钟\n再次提醒：15分钟" in menu
    assert "计次：按自然年\n申诉期：3天\n处理：诫勉谈话、通报批评、取消联络员资格" in menu


@pytest.mark.parametrize(
    "line", ["每月 9次", "时限 2分钟", "重计 3天", "处理 开除", "申诉 0天", "时段 8点", "天气 好", "每月"]
)
async def test_a_line_that_cannot_be_is_refused_in_a_sentence(admin: Resident, line: str, rows) -> None:  # noqa: F811
    assert "看不懂。" in await admin.says(f"检查设置 {line}")
    assert rows(admin.county, "SELECT count(*) FROM change_order") == [(0,)]


async def test_the_second_ping_comes_before_the_end(admin: Resident) -> None:  # noqa: F811
    assert "再提醒要早于时限" in await admin.says("检查设置 再提醒 30分钟")
    assert "再提醒要早于时限" in await admin.says("检查设置 时限 10分钟")


async def test_what_is_counted_and_what_follows_need_two_admins(admin: Resident) -> None:  # noqa: F811
    assert "须两位管理员确认" in await admin.says("检查设置 处理 诫勉谈话")
    assert "须两位管理员确认" in await admin.says("检查设置 重计 90天")
