"""Every Monday the office is told where nobody could be reached: posts without anybody, blocked chats, missing deputies."""

from __future__ import annotations

from tests.days.county import Resident
from tests.days.test_contact import check, office  # noqa: F401 - fixtures
from tests.days.test_people import admin, person, staffed  # noqa: F401 - fixtures


async def test_the_gaps_come_on_monday_and_once(office: Resident, rows) -> None:  # noqa: F811
    county = office.county
    liaison = person(county, "孙示例")
    county.world.block(liaison.person)
    await county.settle()
    await check(office, "县交警大队")
    await county.at("2008-07-06 23:00")
    assert "联系畅通周查" not in office.news()
    await county.at("2008-07-07 08:59")
    assert "联系畅通周查" not in office.news()
    await county.at("2008-07-07 09:00")
    told = office.news()
    assert "消息送不到：县交警大队联络员孙示例（屏蔽了机器人）" in told
    assert "没有副联络员的单位：" in told
    assert "县交警大队、" not in told.split("没有副联络员的单位：")[1].split("\n")[0]
    assert "未送达或作废：屏蔽了机器人或账号停用1次" in told
    assert "县交警大队" not in told.split("今晚无人可联系的单位：")[1].split("\n")[0], "the deputy is there"
    await county.at("2008-07-08 09:00")
    assert "联系畅通周查" not in office.news()
    county.world.block(person(county, "孙副示例").person)
    await county.settle()
    assert "⛔ 今晚无人可联系的单位：县交警大队" in await office.says("联系情况 缺口")


async def test_where_nobody_is_checked_nothing_comes(office: Resident) -> None:  # noqa: F811
    await office.county.at("2008-07-07 09:00")
    assert "联系畅通周查" not in office.news()
    assert "2008年6月30日以来没有检查" in await office.says("联系情况 缺口")


async def test_a_liaison_is_not_told_of_gaps(office: Resident) -> None:  # noqa: F811
    assert "请写哪一年或哪个月" in await person(office.county, "孙示例").says("联系情况 缺口")
