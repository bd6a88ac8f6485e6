"""After a digest every unit's liaison and signatory read how their own unit stands; nobody reads about another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.days.county import County, everybody

POLICE, FIRE, PORT = "traffic_police", "fire_brigade", "port"


async def files(county: County, unit: str, row: str, problem: str = "无") -> None:
    who = county[unit, "liaison"]
    await who.presses("开始填报")
    await who.says(row)
    for told in ("按计划推进", f"{unit}整治10处", problem, "继续整治"):
        await who.says(told)
    await who.presses("提交")


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[County]:
    async with everybody(tmp_path) as made:
        yield made


@pytest.fixture
async def published(county: County) -> County:
    """Police file, are returned one figure, and ask for something; the fire brigade files nothing; then 发布."""
    await county.at("2008-07-01 09:00")
    head = county[POLICE, "signatory"]
    await files(county, POLICE, "3 1 2 15.6 0", "缺少信号灯，请县交通局协调安装")
    await head.presses("退回修改")
    await head.presses("3. 道路交通·受伤")
    await head.says("与交警通报不一致")
    await county[POLICE, "liaison"].says("5")
    await county[POLICE, "liaison"].presses("提交")
    await head.presses("同意签字")
    await files(county, PORT, "0 0 0 0 0")
    await county[PORT, "signatory"].presses("同意签字")
    await county.at("2008-07-07 09:00")
    for person in county.people.values():
        person.news()
    await county["office", "admin"].presses("发布到领导群")
    await county.at("2008-07-07 09:01")
    return county


async def test_liaison_and_signatory_read_about_their_own_unit(published: County) -> None:
    said = published[POLICE, "liaison"].news()
    assert "县交警大队：6月份督查通报（永政督〔2008〕1号）已发布，下面是您单位的情况，只发给您单位。" in said
    assert "【安全生产】按时报送，2008年7月1日" in said
    assert "道路交通事故起数：3起，累计21，同比−12.5%" in said
    assert "您单位反映的问题：缺少信号灯，请县交通局协调安装" in said
    assert "已列入通报“需协调解决事项”，报县领导，请求对象：县交通局。" in said
    assert "本期被退回1次：\n1. 安全生产（7月1日）：道路交通·受伤；原因：与交警通报不一致" in said
    assert published[POLICE, "signatory"].news() == said
    assert "【安全生产】本期未报" in published[FIRE, "liaison"].news()


async def test_nobody_reads_about_another_unit(published: County) -> None:
    said = published[PORT, "liaison"].news()
    assert "县港航管理处" in said
    for foreign in ("交警", "消防", "安监", "道路", "火灾", "信号灯", "合计", "整治10处", "15.6"):
        assert foreign not in said


async def test_a_letter_is_written_once_and_not_about_what_is_long_past(published: County) -> None:
    for person in published.people.values():
        person.news()
    await published.at("2008-07-08 09:00")
    assert "只发给您单位" not in published[POLICE, "liaison"].news()


async def test_in_quiet_hours_nobody_is_written_to(county: County) -> None:
    await county.at("2008-07-07 09:00")
    await county.at("2008-07-07 22:30")
    for person in county.people.values():
        person.news()
    await county["office", "admin"].presses("发布到领导群")
    await county.at("2008-07-07 22:40")
    assert "只发给您单位" not in county[POLICE, "liaison"].news()
    await county.at("2008-07-08 08:30")
    assert "只发给您单位" in county[POLICE, "liaison"].news()
