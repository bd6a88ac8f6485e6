"""The office sets itself up by chat: every change is shown, pressed, on record, and undone by one command."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from tests.days.county import County, Resident, second_admin, workbook

PORT, POLICE = ("port", "liaison"), ("traffic_police", "liaison")


@pytest.fixture
async def admin(county: County) -> Resident:
    await county.everyone_joins()
    await county.leaders_group()
    admin = county["office", "admin"]
    admin.news()
    return admin


def packed(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


async def change(admin: Resident, line: str) -> str:
    """Type a line and press; returns the preview."""
    shown = await admin.says(line)
    assert "确认前不生效" in shown, shown
    assert "已生效" in await admin.presses("确认变更")
    return shown


async def test_a_deadline_by_menu_two_presses_and_a_look_at_what_moves(admin: Resident) -> None:
    menu = await admin.says("截止")
    assert "填报单位：2日17:30" in menu
    await admin.presses("填报单位")
    shown = await admin.presses("3日")
    assert "填报单位 截止时间：2日17:30 → 3日17:30" in shown
    assert "涉及3个单位：县交警大队、县港航管理处、县消防大队" in shown
    assert "6月份安全生产：7月2日17:30 → 7月3日17:30（3个单位）" in shown
    assert "填报单位：2日17:30" in await admin.says("/deadline"), "nothing changes before it is confirmed"
    await admin.says("/deadline 填报 3日17:30")
    assert "变更第2号已生效。撤销请回复 /undo 2" in await admin.presses("确认变更")
    assert "填报单位：3日17:30" in await admin.says("/deadline")
    await admin.county.at("2008-07-01 09:00")
    assert "请于7月3日17:30前报送县安监局" in admin.county[PORT].news()


async def test_a_deadline_in_one_typed_line_for_a_class_of_units(admin: Resident) -> None:
    county = admin.county
    await change(admin, "/units 县港航管理处 类别 涉海单位")
    shown = await change(admin, "/deadline 安全生产 涉海单位 3日12:00")
    assert "涉及1个单位：县港航管理处" in shown
    await county.at("2008-07-01 09:00")
    assert "请于7月3日12:00前" in county[PORT].news()
    assert "请于7月2日17:30前" in county[POLICE].news()
    # The reminders follow: 09:00 of its own day, and 15:30 would be too late.
    await county.at("2008-07-02 09:00")
    assert county[PORT].news() == ""
    await county.at("2008-07-03 09:00")
    assert "请于今天12:00前" in county[PORT].news()


async def test_the_cascade_is_kept_whoever_types_what(admin: Resident) -> None:
    assert "会晚于牵头单位的时限" in await admin.says("/deadline 填报 6日17:30")
    assert "会晚于通报的时限" in await admin.says("/deadline 牵头 8日17:30")
    assert "会晚于通报的时限" in await admin.says("/deadline 通报 4日17:30")
    assert "还没有可以撤销的变更" in await admin.says("/undo")


async def test_an_open_period_never_changes_silently(admin: Resident) -> None:
    county = admin.county
    await county.at("2008-07-01 09:00")
    port = county[PORT]
    await port.presses("开始填报")
    await port.says("3 1 2 15.6 0")
    port.news()
    shown = await admin.says("/deadline 填报 3日17:30")
    assert "6月份已开报，其截止时间不变" in shown
    assert "7月份安全生产：8月2日17:30 → 8月3日17:30" in shown
    with_open = await admin.presses("连本期一起改")
    assert "县港航管理处 【安全生产】6月份 7月2日17:30 → 7月3日17:30（已开始填报）" in with_open
    assert "县消防大队 【安全生产】6月份 7月2日17:30 → 7月3日17:30（还没有填）" in with_open
    await admin.presses("确认变更")
    assert "截止时间由7月2日17:30改为7月3日17:30" in port.news()
    assert "截止7月3日17:30" in await port.says("进度")
    # Undone by one command, told again.
    await admin.says("/undo 2")
    assert "截止时间由7月3日17:30改为7月2日17:30" in port.news()
    assert "已经撤销过了" in await admin.says("/undo 2")


async def test_one_unit_gets_one_other_deadline_in_the_period_that_runs(admin: Resident) -> None:
    county = admin.county
    await county.at("2008-07-01 09:00")
    county[PORT].news()
    county[POLICE].news()
    shown = await change(admin, "/deadline 本期 县港航管理处 4日12:00")
    assert "安全生产·县港航管理处·6月份 本期截止：7月2日17:30 → 7月4日12:00" in shown
    assert "截止时间由7月2日17:30改为7月4日12:00" in county[PORT].news()
    assert county[POLICE].news() == ""
    assert "会晚于牵头单位的时限" in await admin.says("/deadline 本期 县港航管理处 6日12:00")
    await county.at("2008-07-02 17:31")
    assert "已过截止时间" in county[POLICE].news()
    assert county[PORT].news() == ""
    await county.at("2008-07-04 09:00")
    assert "请于今天12:00前" in county[PORT].news()


async def test_a_first_round_with_days_of_its_own(admin: Resident) -> None:
    """The notice of 10 July could not meet 2/5/7: its first round has its own days."""
    county = admin.county
    line = "/period 6月份 开报10日9:00 填报12日17:30 牵头14日17:30 通报16日17:30"
    shown = await change(admin, line)
    assert "2008年6月份 开报时间：1日09:00 → 10日09:00" in shown
    assert "6月份督查通报：7月7日17:30 → 7月16日17:30" in shown
    await county.at("2008-07-01 09:00")
    assert county[PORT].news() == ""
    await county.at("2008-07-10 09:00")
    assert "请于7月12日17:30前" in county[PORT].news()
    await county.at("2008-08-01 09:00")
    assert "请于8月2日17:30前" in county[PORT].news()


async def test_a_holiday_moves_deadlines_by_the_roll_rule(admin: Resident) -> None:
    county = admin.county
    await admin.says("工作日")
    shown = await admin.presses("顺延到下一个工作日")
    # 国庆 2008: 29 September to 5 October; 2 and 5 October land on Monday the 6th.
    assert "9月份安全生产：10月2日17:30 → 10月6日17:30（3个单位）" in shown
    await admin.presses("确认变更")
    await county.at("2008-08-01 09:00")
    assert "请于8月4日17:30前" in county[PORT].news()  # 2 August 2008 is a Saturday


async def test_a_day_typed_by_hand_counts_as_a_holiday(admin: Resident) -> None:
    await change(admin, "/calendar 顺延")
    shown = await change(admin, "/calendar 2008-07-02 放假 县庆")
    assert "2008-07-02 放假安排：按国务院安排 → 放假，县庆" in shown
    assert "6月份安全生产：7月2日17:30 → 7月3日17:30（3个单位）" in shown


FEASTS_2027 = {
    "文号": ("国办发明电〔2026〕示例号",),
    "元旦": ("1月1日", "1月3日"),
    "春节": ("2月5日", "2月11日", "1月30日", "2月13日"),
    "清明节": ("4月3日", "4月5日"),
    "劳动节": ("5月1日", "5月5日", "5月8日"),
    "端午节": ("6月9日",),
    "中秋节": ("9月15日",),
    "国庆节": ("2027-10-01", "2027-10-07", "2027-09-26"),
}


async def test_a_years_holidays_come_in_by_workbook(admin: Resident, rows) -> None:
    assert "放假安排的表" in await admin.says("/calendar 2027 表")
    book = workbook(admin.documents()[-1])
    sheet = book.worksheets[0]
    at = {sheet.cell(row, 1).value: row for row in range(2, sheet.max_row + 1)}
    for feast, days in FEASTS_2027.items():
        for column, day in enumerate(days, 3):
            sheet.cell(at[feast], column).value = day
    shown = await admin.sends(packed(book), "2027年放假安排.xlsx")
    assert "2027-01-01 放假安排：按国务院安排 → 放假，元旦" in shown
    assert "另有" in shown
    await admin.presses("确认变更")
    # 3 + 7 + 3 + 5 + 1 + 1 + 7 days off and 2 + 1 + 1 made up for.
    assert rows(admin.county, "SELECT kind, count(*) FROM holiday GROUP BY kind ORDER BY kind") == [
        ("holiday", 27),
        ("workday", 4),
    ]
    await admin.says("/calendar 2027 表")
    again = workbook(admin.documents()[-1]).worksheets[0]
    assert [again.cell(at["春节"], column).value for column in (3, 4, 5, 6)] == list(FEASTS_2027["春节"])
    await admin.says("/undo 1")
    assert rows(admin.county, "SELECT count(*) FROM holiday") == [(0,)]


async def test_a_holiday_workbook_that_contradicts_itself_is_not_taken(admin: Resident, rows) -> None:
    await admin.says("/calendar 2027 表")
    book = workbook(admin.documents()[-1])
    book.worksheets[0].cell(5, 3).value = "国办发明电〔2026〕示例号"
    book.worksheets[0].cell(6, 3).value = "2月30日"
    assert "没有2月30日这一天" in await admin.sends(packed(book))
    book.worksheets[0].cell(6, 3).value = "1月1日"
    assert "通知不全，缺春节、清明" in await admin.sends(packed(book))
    assert rows(admin.county, "SELECT count(*) FROM holiday") == [(0,)]


async def test_reminders_when_how_often_and_never_at_night(admin: Resident) -> None:
    county = admin.county
    await change(admin, "/reminders 填报 前1日15:30 当日9:00")
    await change(admin, "/reminders 静默 20:00-8:00")
    await county.at("2008-07-01 09:00")
    county[PORT].news()
    await county.at("2008-07-01 15:30")
    assert "请于7月2日17:30前报送" in county[PORT].news()
    await county.at("2008-07-02 09:00")
    assert "提醒：" in county[PORT].news()
    await county.at("2008-07-02 15:30")
    assert county[PORT].news() == ""


async def test_what_falls_due_in_quiet_hours_is_said_in_the_morning(admin: Resident) -> None:
    county = admin.county
    await change(admin, "/reminders 静默 17:00-8:00")
    await county.at("2008-07-02 15:30")
    county[PORT].news()
    await county.at("2008-07-02 17:31")
    assert county[PORT].news() == ""
    await county.at("2008-07-03 08:00")
    assert "已过截止时间" in county[PORT].news()


async def test_nobody_gets_more_reminders_in_a_day_than_the_cap(admin: Resident) -> None:
    county = admin.county
    await change(admin, "/reminders 上限 1")
    await county.at("2008-07-01 09:00")
    county[PORT].news()
    for hour, told in (("09:00", 1), ("15:30", 0), ("17:31", 0)):
        await county.at(f"2008-07-02 {hour}")
        assert county[PORT].news().count("【安全生产】") == told
    await county.at("2008-07-03 08:00")
    assert "已过截止时间" in county[PORT].news(), "what was over the cap comes the next day"


async def test_a_period_is_opened_now_and_closed_early(admin: Resident) -> None:
    county = admin.county
    await admin.says("/period")
    shown = await admin.presses("6月份立即开报")
    assert "开报时间：1日09:00 → 2008年6月30日10:00" in shown
    await admin.presses("确认变更")
    await county.at("2008-06-30 10:01")
    assert "已开报" in county[PORT].news()
    assert "这一期已经开报" in await admin.says("/undo 1")
    shown = await change(admin, "/period 6月份 关闭")
    assert "县港航管理处 【安全生产】6月份（还没有填）" in shown
    assert "已提前关闭本期报送" in county[PORT].news()
    assert "没有需要您填报的表" in await county[PORT].says("填报")
    await county.at("2008-07-02 09:00")
    assert county[PORT].news() == ""
    await change(admin, "/period 6月份 重开")
    assert "重新开放" in county[PORT].news()
    assert "请依次回复" in await county[PORT].says("填报")


async def test_thresholds_need_a_second_admin_and_ship_unset(admin: Resident) -> None:
    county = admin.county
    assert "重点工程：未设" in await admin.says("预警线")
    assert "现在只有一位" in await admin.says("/thresholds 重点工程 黄5 红10")
    other = await second_admin(county)
    shown = await admin.says("/thresholds 重点工程 黄5 红10")
    assert "须两位管理员确认" in shown
    assert "已送另一位管理员复核" in await admin.presses("确认变更")
    assert "重点工程 预警线：未设 → 黄色5、红色10个百分点" in other.news()
    assert "重点工程：未设" in await other.says("预警线")
    assert "已生效" in await other.presses("确认变更")
    assert "重点工程：黄色5、红色10个百分点" in await admin.says("预警线")
    # Undoing it is as grave.
    assert "须两位管理员确认" in await admin.says("/undo 1")
    await admin.presses("确认变更")
    other.news()
    await other.presses("确认变更")
    assert "重点工程：未设" in await admin.says("预警线")
    assert "已经撤销过了" in await admin.says("/undo 1")


async def test_the_first_admin_cannot_press_twice(admin: Resident, ignored) -> None:
    county = admin.county
    await second_admin(county)
    await admin.says("/thresholds 重点工程 黄5 红10")
    button = next(
        one for row in county.world.last(admin.person).buttons for one in row if one.text == "确认变更"
    )
    await admin.presses("确认变更")
    again = str(button.data).rpartition(":")[0] + ":2"
    county.world.press(admin.person, message_id=1, data=again, force=True)
    await county.settle()
    answers = [answer.text for answer in county.world.answers(admin.person)]
    assert "另一位管理员确认" in answers[-1]


async def test_a_change_that_was_overtaken_does_nothing(admin: Resident) -> None:
    await admin.says("/deadline 填报 3日17:30")
    await admin.says("/deadline 填报 4日17:30")
    await admin.presses("确认变更")
    county = admin.county
    first = county.world.messages(admin.person)[-4:]
    data = "apply:1:1"
    county.world.press(admin.person, data=data, force=True)
    await county.settle()
    assert first
    assert "被别人改过" in county.world.answers(admin.person)[-1].text
    assert "填报单位：4日17:30" in await admin.says("/deadline")


async def test_a_stopped_form_is_not_asked_for_and_a_resting_unit_owes_nothing(admin: Resident) -> None:
    county = admin.county
    assert "不能停报" in await admin.says("/units 县安监局 停报")
    shown = await change(admin, "/units 县港航管理处 停报")
    assert "6月份安全生产：7月2日17:30 → 不报（县港航管理处）" in shown
    await county.at("2008-07-01 09:00")
    assert county[PORT].news() == ""
    assert "已开报" in county[POLICE].news()
    await admin.says("/undo 1")
    await admin.says("/forms")
    await admin.presses("停用安全生产")
    await admin.presses("确认变更")
    await county.at("2008-08-01 09:00")
    assert "7月份" not in county[POLICE].news()


async def test_units_and_thresholds_by_buttons_alone(admin: Resident) -> None:
    await second_admin(admin.county)
    assert "安全生产：未设" in await admin.says("预警线")
    await admin.presses("安全生产")
    assert "安全生产 预警线：未设 → 黄色5、红色10个百分点" in await admin.presses("黄5 红10")
    await admin.says("单位")
    await admin.presses(next(label for label in admin.buttons() if label.startswith("部门")))
    assert "县港航管理处：类别部门，照常报送" in await admin.presses("县港航管理处")
    assert "县港航管理处 类别：部门 → 乡镇" in await admin.presses("类别改为乡镇")
    assert "县港航管理处 报送：照常 → 停止" in await admin.presses("停报")


async def test_the_chinese_word_takes_a_line_from_whoever_may_and_is_an_answer_from_others(
    admin: Resident,
) -> None:
    assert "填报单位 截止时间：2日17:30 → 3日17:30" in await admin.says("截止 填报 3日17:30")
    assert "遇节假日：不调整 → 顺延" in await admin.says("工作日 顺延")
    await admin.county.at("2008-07-01 09:00")
    liaison = admin.county[PORT]
    await liaison.says("填报")
    await liaison.says("0 0 0 0 0")
    liaison.news()
    assert "已记录" in await liaison.says("提醒 各码头落实停航措施，开展两次检查")


async def test_a_leaders_group_can_be_taken_off_the_list_by_two_admins(admin: Resident) -> None:
    county = admin.county
    other = await second_admin(county)
    assert "1. 县领导群（示例）（发送通报）" in await admin.says("领导群")
    await admin.presses("停止发送：县领导群（示例）")
    await admin.presses("确认变更")
    other.news()
    await other.presses("确认变更")
    await county.at("2008-07-01 09:00")
    await county.at("2008-07-07 09:00")
    admin.news()
    assert "还没有登记领导群" in await admin.says("发布")


BAD = {
    "/deadline 明天": "看不懂",
    "/deadline 安全生产": "看不懂",
    "/deadline 13月份 3日": "没有「13月份」这一期",
    "/deadline 2010-01 3日17:30": "没有「2010-01」这一期",
    "/deadline 县港航管理处 通报 8日17:30": "对全县",
    "/deadline 填报 7月3日17:30": "只改一期",
    "/deadline 填报 恢复": "现在就是这样",
    "/reminders 昨天": "看不懂",
    "/reminders 上限 0": "请写1到20之间的数",
    "/reminders 静默 25:00-8:00": "看不懂",
    "/calendar 明年": "请按这样写",
    "/period 关闭": "没有「关闭」这一期",
    "/period 6月份 关闭": "没有在报送",
    "/thresholds 重点工程 黄10 红5": "红色要比黄色大",
    "/thresholds 黄5 红10": "请先写重点工作",
    "/forms 停用": "请写一张报表",
    "/units 县港航管理处": "请写单位和要改的",
    "/groups 9 停发": "请写群的序号",
    "/undo 99": "没有这个编号",
    "/undo <b>{{7*7}}</b>": "没有这个编号",
}


@pytest.mark.parametrize("line", BAD)
async def test_a_line_that_cannot_be_read_changes_nothing(admin: Resident, ignored, line: str) -> None:
    county = admin.county
    await ignored(admin, lambda: county.world.say(admin.person, line), BAD[line])


async def test_settings_are_the_admins_alone(admin: Resident, ignored) -> None:
    county = admin.county
    port = county[PORT]
    for line in (
        "/deadline 填报 3日17:30",
        "截止",
        "/undo 1",
        "/exempt 县港航管理处 至8月份 没有船",
        "/period",
    ):
        await ignored(port, lambda line=line: county.world.say(port.person, line), "没有办理这一项的权限")
    for data in ("apply:1:1", "day:filing-3:0", "shut:2008-06:0", "grant:1:0", "chase:2008-06:0"):
        press = lambda data=data: county.world.press(port.person, message_id=1, data=data, force=True)  # noqa: E731
        await ignored(port, press, "没有办理这一项的权限")
