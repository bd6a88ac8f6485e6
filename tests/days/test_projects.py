"""Lists of projects from the prompt to the digest: asked once, counted once, nothing typed that is known."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from services.loading import load
from tests.days.county import County, Resident, values, workbook
from tests.templates.hostile import changed, key_at, write

LISTS = ("key_projects", "government_investment", "tourism")
# 本月完成投资, 形象进度, 开工情况, 存在问题, 需协调事项, 下月计划.
ROAD = "1350\n路基完成82%\n=\n无\n无\n完成路基工程"
BRIDGE = "520\n桩基完成40根\n=\n征地未完\n瓯北镇尽快交地\n桩基施工"
SCENIC = "260\n路基土方完成\n=\n无\n无\n挡墙施工"
HOSPITAL = "900\n主楼六层\n=\n无\n无\n主楼八层"
STREETS = "610\n2号路路基\n=\n无\n无\n管网"
DIKE = "480\n堤身完成90%\n=\n无\n无\n水闸安装"
WORK = "查处酒后驾驶、超员超载违法行为126起，隐患路段完成护栏安装"
TOLD = ("按计划推进", "总体正常", "无", "抓紧推进")


@pytest.fixture
async def lists(folder: Path, empty_database: bytes) -> AsyncIterator[County]:
    """The county's three lists; everyone has joined and the round of June has opened."""
    county = County(folder, tables=LISTS)
    await county.open()
    await county.everyone_joins()
    await county.leaders_group()
    await county.at("2008-07-01 09:00")
    yield county
    await county.close()


def forget(county: County) -> None:
    for resident in county.people.values():
        resident.news()


async def begin(resident: Resident, form: str) -> str:
    """Start the one table of several."""
    shown = await resident.says("填报")
    label = next((one for one in resident.buttons() if form in one), "")
    return await resident.presses(label) if label else shown


async def report(county: County, unit: str, form: str, *texts: str) -> None:
    """A unit answers, submits and signs its part of a list."""
    liaison = county[unit, "liaison"]
    await begin(liaison, form)
    for text in texts:
        await liaison.says(text)
    assert "已提交" in await liaison.presses("提交")
    assert "已审核签字" in await county[unit, "signatory"].presses("同意签字")
    forget(county)


async def test_a_project_from_the_prompt_to_the_digest(lists: County) -> None:
    liaison, lead = lists["highway_hq", "liaison"], lists["reform", "liaison"]
    assert "您单位需填3个项目" in liaison.news()
    asked = await begin(liaison, "重点工程")
    assert "永仙公路改建工程（示例）（第1个，共3个）：请按顺序回复，一行一项，不变的写 =" in asked
    assert (
        "1. 本月完成投资（万元）\n2. 形象进度\n3. 开工情况（未开工／已开工／停工／已竣工）　上月：已开工"
        in asked
    )
    # By May 4150 were done: 4150 + 1350 = 5500 of 12000 = 45.8 %. Planned by June: 600 + 400 + 900 + 1000 + 1100
    # + 1200 = 5200 = 43.3 %. 45.8 − 43.3 = 2.5.
    understood = await liaison.says(ROAD)
    assert "今年累计5500万元，占年度计划45.8%，超序时进度2.5个百分点" in understood
    # Fewer lines answer the first fields, the rest is asked next.
    half = await liaison.says("520\n桩基完成40根")
    assert "已记录：瓯北大桥连接线工程（示例）" in half
    assert "1. 开工情况" in half
    # No monthly plan: 6/12 = 50.0 %; (1900 + 520) / 6000 = 40.3 %.
    assert "欠序时进度9.7个百分点" in await liaison.says("2\n征地未完\n瓯北镇尽快交地\n桩基施工")
    summary = await liaison.says(SCENIC)
    assert "10. 存在问题：征地未完" in summary
    assert "请核对" in summary
    await liaison.presses("提交")
    assert "瓯北镇尽快交地" in lists["highway_hq", "signatory"].news()
    await lists["highway_hq", "signatory"].presses("同意签字")
    await report(lists, "newtown_hq", "重点工程", HOSPITAL, STREETS)
    await report(lists, "water", "重点工程", DIKE)

    await lists.at("2008-07-05 09:00")
    lead.news()
    sheet = await begin(lead, "重点工程")
    assert "本月计划时序进度" in sheet
    for text in TOLD:
        await lead.says(text)
    await lead.presses("提交")
    card = lists["reform", "signatory"].news()
    # 5500 + 2420 + 4800 + 3310 + 3380 + 1760 = 21170; of 43800 = 48.3 %. On schedule: road, hospital
    # (4800/9000 = 53.3), dike (3380/6000 = 56.3); behind: bridge, streets (3310/7200 = 46.0), scenic road (48.9).
    whole = "全县：项目6个，已开工6个（开工率100.0%），达序时3个（计划完成率50.0%），本年累计21170万元，占年度计划48.3%"
    assert whole in card
    await lists["reform", "signatory"].presses("同意签字")

    await lists.at("2008-07-07 09:00")
    admin = lists["office", "admin"]
    digest = admin.news()
    # Planned by June: the road 5200 by its own months, half of the others' 31800: 21100 of 43800 = 48.2 %.
    paced = "6个，开工6个，达序时3个，累计21170万元，占年度计划48.3%，超序时进度0.1个百分点"
    assert f"重点工程：{paced}" in digest
    assert "偏差较大\n1. 瓯北大桥连接线工程（示例）占年度计划的40.3%，欠序时进度9.7个百分点" in digest
    assert "需协调解决\n1. 瓯北大桥连接线工程（示例）：瓯北镇尽快交地（联系领导：钱示例）" in digest
    await admin.presses("预览各件")
    book = workbook(next(m for m in admin.documents() if "汇总表" in (m.document.name if m.document else "")))
    printed = [[cell for cell in row if cell is not None] for row in values(book, "重点工程")]
    total = next(row for row in printed if row[:1] == ["合计"])
    assert total[:8] == ["合计", 138300, 27800, 43800, 1200, 4120, 21170, 48970]
    footer = [row for row in printed if row[:1] == ["合计"]][-1]
    assert footer == ["合计", 6, 6, 100, 3, 50, 43800, 21170, 48.3]


async def test_a_project_of_two_lists_is_asked_once_and_counted_once(lists: County) -> None:
    liaison = lists["highway_hq", "liaison"]
    await report(lists, "highway_hq", "重点工程", ROAD, BRIDGE, SCENIC)
    asked = await begin(liaison, "重大政府投资项目")
    assert "1. 本月到位资金（万元）\n2. 本月拨付资金（万元）" in asked
    assert "本月完成投资" not in asked
    assert "形象进度" not in asked
    summary = await liaison.says("1000\n900")
    assert "请核对" in summary
    assert "立项：2006年11月20日（沿用上月）" in summary
    await liaison.presses("提交")
    await lists["highway_hq", "signatory"].presses("同意签字")
    await lists.at("2008-07-07 09:00")
    digest = lists["office", "admin"].news()
    # The road's 5500 came from the other list, and stands once in the county's sum: 5500 + 2420 + 1760 = 9680.
    assert "重大政府投资项目：5个，开工1个，达序时1个，累计5500万元（4个未报或不明，未计入）" in digest
    assert "全县项目（在几张表里的只计一次）：12个，开工3个，达序时1个，累计9680万元（9个未报或不明" in digest


def with_five_projects(county: County) -> dict[str, str]:
    """All the key projects but one belong to one headquarters."""
    records = county.files["records.toml"]
    scenic = 'unit = "highway_hq"\nlists = ["key_projects", "tourism"]'
    for unit in ("newtown_hq", "water"):
        mine = 'unit = "{}"\nlists = ["key_projects"'
        records = records.replace(mine.format(unit), mine.format("highway_hq"))
    return {**county.files, "records.toml": records.replace(scenic, scenic.replace("highway_hq", "water"))}


async def test_a_month_without_change_takes_few_messages(folder: Path, empty_database: bytes) -> None:
    county = County(folder, tables=("key_projects",))
    county.runtime.work_now(load, with_five_projects(county))
    await county.open()
    await county.everyone_joins()
    await county.at("2008-07-01 09:00")
    forget(county)
    await report(county, "highway_hq", "重点工程", ROAD, BRIDGE, HOSPITAL, STREETS, DIKE)
    await county.at("2008-08-01 09:00")
    liaison = county["highway_hq", "liaison"]
    assert "您单位需填5个项目" in liaison.news()
    taken = 0
    for press in ("开始填报", "全部无进展", "提交"):
        shown = await liaison.presses(press)
        taken += 1
    assert taken <= 8
    assert "已提交" in shown
    card = county["highway_hq", "signatory"].news()
    # Nothing was done: 5500 of 12000 is still 45.8 %; by July 5200 + 1200 = 6400 = 53.3 % were planned.
    assert "本月完成投资：0万元，今年累计5500万元，占年度计划45.8%，欠序时进度7.5个百分点" in card
    assert "形象进度：路基完成82%" in card
    await county.close()


async def test_a_month_without_change_in_a_grid_takes_few_messages(
    opened: County, file_report: Callable[..., Awaitable[None]]
) -> None:
    await file_report(opened, "traffic_police", "3 1 2 15.6 0", "按计划推进", WORK, "无", "继续整治")
    await opened.at("2008-08-01 09:00")
    liaison = opened["traffic_police", "liaison"]
    liaison.news()
    await liaison.presses("开始填报")
    await liaison.says("=")
    assert "几乎一样" in await liaison.presses("沿用上月")
    assert "请核对" in await liaison.says("本月工作与上月相同，没有新情况")
    assert "已提交" in await liaison.presses("提交")  # five in all


async def test_what_a_record_does_not_bring_is_asked_once(folder: Path, empty_database: bytes) -> None:
    county = County(folder, tables=("key_projects",))
    records = county.files["records.toml"].replace('leader = "周示例"\n', "", 1)
    county.runtime.work_now(load, {**county.files, "records.toml": records})
    await county.open()
    await county.everyone_joins()
    await county.at("2008-07-01 09:00")
    forget(county)
    liaison = county["water", "liaison"]
    assert "1. 联系领导\n2. 本月完成投资" in await begin(liaison, "重点工程")
    assert "1. 联系领导：周示例" in await liaison.says("周示例\n" + DIKE)
    await liaison.presses("提交")
    await county["water", "signatory"].presses("同意签字")
    await county.at("2008-08-01 09:00")
    liaison.news()
    again = await begin(liaison, "重点工程")
    assert "1. 本月完成投资" in again
    assert "联系领导" not in again
    await county.close()


async def test_a_record_that_is_added_acts_from_the_next_opening(lists: County) -> None:
    new = (
        '\n[[records]]\nkey = "dam"\ntitle = "水库除险加固（示例）"\nunit = "water"\nlists = ["key_projects"]\n'
        'group = "水利"\nfirst = "2008-07"\n'
    )
    records = lists.files["records.toml"] + new
    lists.runtime.work_now(load, {**lists.files, "records.toml": records})
    liaison = lists["water", "liaison"]
    assert "楠溪江下游标准堤工程（示例）：" in await begin(liaison, "重点工程")
    await report(lists, "water", "重点工程", DIKE)
    await lists.at("2008-08-01 09:00")
    assert "您单位需填2个项目" in liaison.news()


async def test_a_list_is_filled_by_workbook(
    lists: County, rows: Callable[..., list[tuple[object, ...]]]
) -> None:
    liaison = lists["water", "liaison"]
    await begin(liaison, "重大政府投资项目")
    assert "填白色格" in await liaison.presses("Excel填报")
    document = liaison.documents()[-1].document
    assert document is not None

    def fill(sheet) -> None:
        write(sheet, "nanxi_dike", paid_in=500, paid_out=480)
        write(
            sheet, "water_supply", done=0, image="初步设计", begun="未开工", problems="用地未批", help="无",
            next_plan="初步设计审查", paid_in=0, paid_out=10, designed="2008-06-20",
        )  # fmt: skip

    shown = await liaison.sends(changed(document.content, fill))
    assert "还没有记入：新填11项" in shown
    assert "初设概算：2008年6月20日" in shown
    adopted = await liaison.presses("采用")
    assert "请核对" in adopted
    assert "立项：2005年10月18日（沿用上月）" in adopted
    stored = dict(rows(lists, "SELECT address, source FROM answer"))
    assert stored["water_supply.designed"] == "excel"
    assert stored["nanxi_dike.approved"] == "carry"
    assert "已提交" in await liaison.presses("提交")


async def test_a_wrong_choice_or_date_in_the_workbook_comes_back_red(lists: County) -> None:
    liaison = lists["water", "liaison"]
    await begin(liaison, "重大政府投资项目")
    await liaison.presses("Excel填报")
    document = liaison.documents()[-1].document
    assert document is not None

    def fill(sheet) -> None:
        write(sheet, "water_supply", begun="开了", designed="2008年2月30日")

    shown = await liaison.sends(changed(document.content, fill))
    assert "「开工情况」请回复其中一个：未开工、已开工、停工、已竣工" in shown
    assert "「初设概算」要填日期，「2008年2月30日」看不懂" in shown
    book = workbook(liaison.documents()[-1])
    sheet = book.worksheets[0]
    cell = sheet.cell(key_at(sheet, "water_supply"), key_at(sheet, "designed"))
    assert cell.comment is not None


async def test_a_month_that_was_not_reported_does_not_lose_what_is_carried(lists: County) -> None:
    liaison = lists["water", "liaison"]
    await begin(liaison, "重大政府投资项目")
    await liaison.says("500\n480")
    await liaison.says("0\n初步设计\n=\n无\n无\n审查\n0\n10")
    await liaison.presses("修改")
    await liaison.presses("28. 县城第二水厂工程（示例）·初设概算")
    assert "请核对" in await liaison.says("2008-06-20")
    await liaison.presses("提交")
    await lists["water", "signatory"].presses("同意签字")
    await lists.at("2008-09-01 09:00")  # July's round passed without a word
    liaison.news()
    shown = await begin(liaison, "重大政府投资项目")
    while "楠溪江下游标准堤工程" not in shown:
        shown = await begin(liaison, "重大政府投资项目】8月份")
    assert "1. 本月到位资金（万元）\n2. 本月拨付资金（万元）" in shown
    assert "立项" not in shown
    await liaison.says("1\n1")
    assert "初设概算：2008年6月20日（沿用上月）" in await liaison.says("0\n审查\n=\n无\n无\n批复\n0\n0")
