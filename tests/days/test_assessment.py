"""表扬, 批评 and 扣分: proposed with a reason, confirmed by somebody else, and every line of the year's file traceable."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.days.county import County, everybody, values, workbook
from tests.days.test_projects import BRIDGE, DIKE, HOSPITAL, ROAD, SCENIC, STREETS, lists, report  # noqa: F401 - a fixture
from tests.days.test_publishing import FIRE, LEAD, POLICE, PORT, files
from tests.days.test_settings import second_admin


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[County]:
    """June is published on 7 July: the traffic police and the port in time, the fire brigade late, one not at all."""
    async with everybody(tmp_path) as made:
        await made.at("2008-07-01 09:00")
        await files(made, POLICE, "3 1 2 15.6 0")
        await files(made, PORT, "0 0 0 0 0")
        await made.at("2008-07-03 09:00")
        await files(made, FIRE, "4 0 1 6.5 0")
        await made.at("2008-07-07 09:00")
        for person in made.people.values():
            person.news()
        yield made


async def test_what_a_digest_gives_reason_for_is_proposed_once_and_a_person_decides(county: County) -> None:
    admin = county["office", "admin"]
    assert "没有待确认的" in await admin.says("台账")
    assert "另有1条批评建议待确认" in await admin.presses("发布到领导群")
    listed = await admin.says("台账")
    assert "1. 县安监局　批评：6月份安全生产至通报发布未报（按规则提出）" in listed
    assert "请写明不采纳的理由" in await admin.says("台账 不采纳 1")
    assert "已确认，计入年度考核：\n1. 县安监局" in await admin.says("台账 确认 1")
    assert "没有这条待确认的记录" in await admin.says("台账 确认 1")
    assert "没有待确认的" in await admin.says("台账")


async def test_nobody_confirms_their_own_proposal(county: County) -> None:
    admin, other = county["office", "admin"], await second_admin(county)
    for wrong in (
        "台账 扣分 县消防大队 迟报",
        "台账 表扬 县港航管理处",
        "台账 扣分 县消防大队 -1 迟报",
        "台账 扣分 县消防大队 NaN 迟报",
        "台账 嘉奖 县港航管理处 好",
    ):
        assert "没有看懂" in await admin.says(wrong)
    assert "某某局" in await admin.says("台账 表扬 某某局 好")
    assert "县消防大队　扣0.5分：迟报（赵示例提出）" in await admin.says("台账 扣分 县消防大队 0.5分 迟报")
    assert "不能审批自己提出的申请" in await admin.says("台账 确认 1")
    assert "不采纳，已留档" in await other.says("台账 不采纳 1 已说明情况")
    await admin.says("台账 扣分 县消防大队 0.5 迟报")
    assert "已确认" in await other.says("台账 确认 2")
    # A liaison has no part in it.
    assert "扣" not in await county[FIRE, "liaison"].says("台账 确认 2")
    assert "没有办理这一项的权限" in await county[FIRE, "liaison"].says("/assessment 2008")


async def test_the_years_file_counts_what_is_confirmed_and_names_what_it_stands_on(county: County) -> None:
    admin, other = county["office", "admin"], await second_admin(county)
    await admin.presses("发布到领导群")
    await admin.says("台账 确认 1")
    for line in (
        "台账 扣分 县消防大队 0.5 迟报",
        "台账 扣分 县消防大队 0.25 材料不全",
        "台账 表扬 县港航管理处 =1+1",
    ):
        await admin.says(line)
    await other.says("台账 确认 2")
    await other.says("台账 确认 3")
    assert "请写明年份" in await admin.says("/assessment")
    assert "2007年没有已发布的通报" in await admin.says("/assessment 2007")
    assert "台账另有1条待确认，没有计入" in await admin.says("/assessment 2008")
    book = workbook(admin.documents()[-1])
    assert book.sheetnames == ["汇总", "台账", "报送"]
    units = {row[0]: row[1:] for row in values(book, "汇总")}
    # One table, four units: in time, late, not at all; 0.5 + 0.25 = 0.75.
    assert units["县交警大队"] == [1, 1, 0, 0, "100.0%", 0, 0, 0]
    assert units["县消防大队"] == [1, 0, 1, 0, "0.0%", 0, 0, 0.75]
    assert units["县安监局"] == [1, 0, 0, 1, "0.0%", 0, 1, 0]
    assert units["县港航管理处"] == [1, 1, 0, 0, "100.0%", 0, 0, 0]
    lines = values(book, "台账")[1:]
    first = lines[0]
    assert first[1:3] == ["县安监局", "批评"]
    assert "〔2008〕1号" in str(first[5])
    assert "赵示例" in str(first[8])
    assert str(lines[3][4]).endswith("=1+1")
    filings = values(book, "报送")[1:]
    assert len(filings) == 4
    assert all("〔2008〕1号" in str(row[4]) for row in filings)
    assert LEAD not in str(filings)


async def test_without_thresholds_only_what_was_not_filed_is_proposed(county: County) -> None:
    await files(county, LEAD, "8 1 6 20 0")
    admin = county["office", "admin"]
    await county.at("2008-07-07 10:00")
    assert "批评建议" not in await admin.presses("发布到领导群")


async def test_what_the_thresholds_call_red_is_proposed_against_whoever_answers_for_it(
    lists: County,  # noqa: F811 - a fixture
) -> None:
    admin, other = lists["office", "admin"], await second_admin(lists)
    await admin.says("/thresholds 重点工程 黄3 红9")
    await admin.presses("确认变更")
    await other.presses("确认变更")
    # The bridge: (1900 + 520) / 6000 = 40.3 % where half the year has gone: 9.7 points behind; the streets 46.0 %.
    await report(lists, "highway_hq", "重点工程", ROAD, BRIDGE, SCENIC)
    await report(lists, "newtown_hq", "重点工程", HOSPITAL, STREETS)
    await report(lists, "water", "重点工程", DIKE)
    await lists.at("2008-07-07 09:00")
    await admin.presses("发布到领导群")
    listed = await admin.says("台账")
    lines = [line for line in listed.splitlines() if "未报" not in line and "按规则提出" in line]
    assert len(lines) == 1
    assert "瓯北大桥连接线工程（示例）" in lines[0]
    assert "9.7个百分点" in lines[0]
    assert lists.runtime.shelf.programme is not None
    called = lists.runtime.shelf.programme.units["highway_hq"].called
    assert f"{called}　批评：6月份重点工程" in lines[0]
