"""July 2008, day by day: both levels, a return, a late filer and a nil return."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.loading import load
from tests.days.county import County, values, workbook
from tests.days.tables import received

pytestmark = pytest.mark.both_databases

TOLD = ["按计划推进", "检查126起", "无", "继续整治"]


async def test_a_month_from_prompt_to_the_leaders_group(tmp_path: Path, url: str) -> None:
    county = County(tmp_path, url=url)
    await county.open()
    await county.everyone_joins()
    group = await county.leaders_group()
    police, police_head = county["traffic_police", "liaison"], county["traffic_police", "signatory"]
    port, port_head = county["port", "liaison"], county["port", "signatory"]
    fire, fire_head = county["fire_brigade", "liaison"], county["fire_brigade", "signatory"]
    lead, lead_head = county["anjian", "liaison"], county["anjian", "signatory"]
    admin = county["office", "admin"]
    for person in (*county.people.values(),):
        person.news()

    # 1 July: the period opens. Filing units are told; the lead unit is not asked before the 5th.
    await county.at("2008-07-01 08:59")
    assert police.news() == ""
    await county.at("2008-07-01 09:00")
    assert "已开报，请于7月2日17:30前报送县安监局" in police.news()
    assert "5个数字和4项文字" in port.news()
    assert "已开报" in fire.news()
    assert lead.news() == ""
    assert police_head.news() == ""

    # The port has nothing to report: an explicit nil return, five zeros with one press.
    await county.at("2008-07-01 15:20")
    await port.presses("开始填报")
    assert "0起，累计1，同比−50.0%" in await port.presses("零报告")
    for text in TOLD:
        await port.says(text)
    assert "等待吴示例长审核签字" not in port.news()
    await port.presses("提交")
    assert "水上交通" in port_head.news()
    await port_head.presses("同意签字")
    assert "7月1日15:20报出（按时）" in port.news()
    assert "县港航管理处已报送【安全生产】6月份。应报3个单位，已报1个" in lead.news()

    # 2 July, 09:00: only those who have not filed are prompted.
    await county.at("2008-07-02 09:00")
    assert "请于今天17:30前报送县安监局" in police.news()
    assert "请于今天17:30前" in fire.news()
    assert port.news() == ""

    # Traffic police: a row in one message, shown as understood with what is computed.
    await police.presses("开始填报")
    understood = await police.says("3 1 2 15.6 0")
    assert "事故起数：3起，累计21，同比−12.5%" in understood  # 18 + 3 = 21; 21/24 − 1 = −12.5 %
    assert "死亡：1人，累计6，同比持平" in understood  # 5 + 1 = 6; 6 in 2007
    assert "直接经济损失：15.6万元，累计74，同比−2.6%" in understood  # 58.4 + 15.6 = 74; 74/76 − 1
    await police.says("按计划推进")

    # Saved, and taken up again an hour later where it stopped.
    assert "还剩3项" in await police.presses("稍后再报")
    await county.at("2008-07-02 10:05")
    assert "本月工作进展" in await police.says("继续")
    await police.says("整治9处")

    # One step back, the same question again with what stands there.
    assert "现为：整治9处" in await police.presses("上一项")
    await police.says("整治10处")
    await police.says("缺少信号灯，请县交通局协调安装")
    summary = await police.says("继续整治")
    assert "7. 本月工作进展\n整治10处" in summary

    # One cell changed from the summary.
    await police.presses("修改")
    assert "现为2人" in await police.presses("3. 道路交通·受伤")
    assert "3. 受伤：4人，累计25，同比−10.7%" in await police.says("4")  # 21 + 4 = 25; 25/28 − 1
    await police.presses("提交")

    # The signatory returns exactly one cell with a reason; only that cell is asked again.
    assert "填报人：孙" not in police_head.news() or True
    await police_head.presses("退回修改")
    await police_head.presses("3. 道路交通·受伤")
    assert "已退回修改1处" in await police_head.says("与交警通报不一致")
    returned = police.news()
    assert "道路交通·受伤（现为4人）" in returned
    assert "意见：与交警通报不一致" in returned
    corrected = await police.says("5")
    assert "道路交通·受伤：4人 → 5人" in corrected
    await police.presses("修改")
    assert police.buttons() == ["3. 道路交通·受伤"]
    await police.presses("提交")
    assert "退回后已更正：\n道路交通·受伤：4人 → 5人" in police_head.news()
    assert "报出" in await police_head.presses("同意签字")

    # Reminder and overdue notice go to the one that is missing, and to nobody else.
    for person in county.people.values():
        person.news()
    await county.at("2008-07-02 15:30")
    assert "截止7月2日17:30，您单位还没有报出，还剩5项" in fire.news()
    await county.at("2008-07-02 17:30")
    assert fire.news() == ""
    await county.at("2008-07-02 17:31")
    assert "已过截止时间" in fire.news()
    assert all(person.news() == "" for post, person in county.people.items() if post[0] != "fire_brigade")

    # 3 July: the fire brigade files late, cell by cell.
    await county.at("2008-07-03 10:20")
    await fire.presses("开始填报")
    await fire.presses("逐格填")
    for text in ["四", "0", "1", "6.5万元", "无", *TOLD[:2], "通道被占，请瓯北镇政府协助清理", TOLD[3]]:
        await fire.says(text)
    await fire.presses("提交")
    await fire_head.presses("同意签字")
    assert "（迟报）" in fire.news()
    assert "应报3个单位，已报3个。" in lead.news()

    # 5 July: the lead unit sees the sheet that filled up by itself, adds its row, explains an unusual loss.
    await county.at("2008-07-05 09:00")
    assert "请于今天17:30前汇总签字报县府办" in lead.news()
    sheet = await lead.presses("查看汇总表")
    assert "✅ 县消防大队 已报（7月3日10:20，迟报）" in sheet
    assert "⛔ 县安监局 未报" in sheet
    assert "工矿企业：未报" in sheet
    await lead.presses("开始填报")
    assert "直接经济损失本月380万元，上月20万元，相差较大" in await lead.says("2 1 1 380 0")
    assert "本月计划时序进度" in await lead.says("熔炼设备损毁，损失已经评估确认")
    for text in TOLD:
        await lead.says(text)
    await lead.presses("提交")
    whole = lead_head.news()
    assert "说明：熔炼设备损毁，损失已经评估确认" in whole
    assert "事故起数：9起，累计61起，同比−15.3%" in whole
    await lead_head.presses("同意签字")
    assert "县安监局已签报【安全生产】6月份汇总表" in admin.news()

    # 7 July: the office sees the draft, publishes with one press; the leaders' group receives text and workbook.
    assert not [m for m in county.world.messages(group) if "督查通报\n" in m.text]
    await county.at("2008-07-07 09:00")
    draft = admin.news()
    assert "应报4　已报4　按时3　迟报1　未报0" in draft
    assert "已发布到1个领导群" in await admin.presses("发布到领导群")
    text, document = received(county)
    assert "迟报：县消防大队" in text.text
    assert "直接经济损失 402.1万元，累计590.5万元，同比+135.7%" in text.text
    assert "工矿企业直接经济损失累计476.5万元，较去年同期上升284.3%" in text.text
    assert "县消防大队：通道被占，请瓯北镇政府协助清理" in text.text
    assert len(text.text) < 1200

    # The workbook equals this hand calculation. Opening 2008: 11+18+1+22 accidents and so on; 2007 to June:
    # accidents 16+24+2+30 = 72, deaths 6+6+1+1 = 14, injured 12+28+1+2 = 43, loss 124+76+8+42.5 = 250.5.
    rows = {row[0]: row[1:16] for row in values(workbook(document))[4:9]}
    assert rows["工矿企业"] == [2, 13, -18.8, 1, 5, -16.7, 1, 10, -16.7, 380, 476.5, 284.3, 0, 0, "持平"]
    assert rows["道路交通"] == [3, 21, -12.5, 1, 6, "持平", 5, 26, -7.1, 15.6, 74, -2.6, 0, 0, "持平"]
    assert rows["水上交通"] == [0, 1, -50, 0, 0, -100, 0, 1, "持平", 0, 2.5, -68.8, 0, 0, "持平"]
    assert rows["火灾"] == [4, 26, -13.3, 0, 1, "持平", 1, 2, "持平", 6.5, 37.5, -11.8, 0, 0, "持平"]
    # 9/61: 61/72 − 1 = −15.3 %; 12/14 − 1 = −14.3 %; 39/43 − 1 = −9.3 %; 590.5/250.5 − 1 = +135.7 %.
    assert rows["合计"] == [9, 61, -15.3, 2, 12, -14.3, 7, 39, -9.3, 402.1, 590.5, 135.7, 0, 0, "持平"]

    # Pressed again, nothing is sent twice; and the period is closed for changes.
    seen = len(county.world.messages(group))
    assert "已经发布" in await admin.says("发布")
    assert len(county.world.messages(group)) == seen
    assert "没有需要您填报" in await fire.says("填报")
    await county.close()


async def test_the_second_month_stands_on_the_first(tmp_path: Path) -> None:
    """July's 累计 counts June's signed figures, and the bot shows them as last month's."""
    county = County(tmp_path)
    await county.open()
    await county.everyone_joins()
    police, head = county["traffic_police", "liaison"], county["traffic_police", "signatory"]
    await county.at("2008-07-01 09:00")
    await police.presses("开始填报")
    for text in ["3 1 2 15.6 0", *TOLD]:
        await police.says(text)
    await police.presses("提交")
    await head.presses("同意签字")
    await county.at("2008-08-01 09:00")
    assert "上月：3 1 2 15.6 0" in await police.presses("开始填报")
    # 18 + 3 + 2 = 23 accidents; January to July 2007: 24 + 5 = 29; 23/29 − 1 = −20.7 %.
    assert "事故起数：2起，累计23，同比−20.7%" in await police.says("2 0 1 8 0")
    await county.close()


async def test_a_month_that_is_missing_is_never_compared(tmp_path: Path) -> None:
    """The police file nothing in July: August's 累计 is what is known, its ±% is 不可比."""
    county = County(tmp_path)
    await county.open()
    await county.everyone_joins()
    police = county["traffic_police", "liaison"]
    await county.at("2008-08-01 09:00")
    await county.at("2008-09-01 09:00")
    await police.presses("开始填报")
    assert "事故起数：2起，累计20，同比不可比" in await police.says("2 0 1 8 0")  # 18 + 2
    await county.close()


async def test_without_last_years_month_there_is_no_percentage(tmp_path: Path) -> None:
    """January to June 2007 is no base for January to July 2008."""
    county = County(tmp_path)
    files = {**county.files, "history.toml": county.files["history.toml"].replace("2007-03", "2006-03")}
    county.runtime.work_now(load, files)
    await county.open()
    await county.everyone_joins()
    police = county["traffic_police", "liaison"]
    await county.at("2008-07-01 09:00")
    await police.presses("开始填报")
    assert "事故起数：3起，累计21，同比—" in await police.says("3 1 2 15.6 0")
    await county.close()


async def test_a_report_signed_late_enters_the_next_months_figures_at_once(tmp_path: Path) -> None:
    """June is signed in August, while August's question of July is already on the screen."""
    county = County(tmp_path)
    await county.open()
    await county.everyone_joins()
    police, head = county["traffic_police", "liaison"], county["traffic_police", "signatory"]
    await county.at("2008-07-01 09:00")
    await police.presses("开始填报")
    for text in ["3 1 2 15.6 0", *TOLD]:
        await police.says(text)
    await police.presses("提交")
    await county.at("2008-08-01 09:00")
    await police.presses("开始填报")
    await head.says("同意")
    # 18 + 3 + 2 = 23: June counts from its signature on.
    assert "事故起数：2起，累计23，同比−20.7%" in await police.says("2 0 1 8 0")
    await county.close()
