"""Exceptions on record: 延期, 免报, 补报 after the lock, and a signed report that is opened again."""

from __future__ import annotations

import pytest

from tests.days.county import County, Resident, second_admin

PORT, PORT_HEAD = ("port", "liaison"), ("port", "signatory")


async def file(county: County, unit: str, row: str = "0 0 0 0 0") -> None:
    """Fill in, submit and sign one unit's report."""
    liaison, head = county[unit, "liaison"], county[unit, "signatory"]
    await liaison.says("填报")
    for text in (row, "按计划推进", "检查126起", "无", "继续整治"):
        await liaison.says(text)
    await liaison.says("提交")
    head.news()
    await head.presses("同意签字")


async def ask(port: Resident, until: str = "4日17:30") -> str:
    await port.presses("申请延期")
    await port.says(until)
    await port.says("汛期停航检查")
    return await port.says("已完成三个码头")


@pytest.fixture
async def asked(opened: County) -> County:
    """The port has asked for two more days."""
    await ask(opened[PORT])
    opened[PORT].news()
    return opened


async def test_more_time_is_asked_for_in_three_answers_and_granted_by_a_press(opened: County) -> None:
    port, admin = opened[PORT], opened["office", "admin"]
    question = await port.presses("申请延期")
    assert "现截止7月2日17:30，最晚可延到7月5日17:30" in question
    assert "请用一句话说明原因" in await port.says("4日17:30")
    assert "请用一句话说明目前进展" in await port.says("汛期停航检查")
    sent = await port.says("已完成三个码头")
    assert "批准之前，截止时间仍是7月2日17:30" in sent
    request = admin.news()
    assert "县港航管理处（李示例）申请【安全生产】6月份延期：7月2日17:30 → 7月4日17:30" in request
    assert "原因：汛期停航检查\n目前进展：已完成三个码头" in request
    assert "按期报出计为按时" in await admin.presses("同意延期")
    assert "请在7月4日17:30前报出，计为按时" in port.news()
    assert "经县府办同意延期到7月4日17:30" in opened["anjian", "liaison"].news()


async def test_an_extension_that_is_kept_counts_as_on_time(asked: County) -> None:
    await asked["office", "admin"].presses("同意延期")
    port = asked[PORT]
    port.news()
    await asked.at("2008-07-02 17:31")
    assert port.news() == "", "nobody is overdue who has more time"
    await asked.at("2008-07-04 09:00")
    assert "请于今天17:30前" in port.news()
    await file(asked, "port")
    assert "7月4日09:00报出（按时）" in port.news()


async def test_an_extension_that_is_not_kept_is_late_all_the_same(asked: County) -> None:
    await asked["office", "admin"].presses("同意延期")
    await asked.at("2008-07-04 17:31")
    assert "已过截止时间（7月4日17:30）" in asked[PORT].news()
    await file(asked, "port")
    assert "迟报" in asked[PORT].news()


async def test_a_refused_extension_changes_nothing(asked: County) -> None:
    admin = asked["office", "admin"]
    assert "没有同意" in await admin.presses("不同意")
    assert "截止时间仍是7月2日17:30" in asked[PORT].news()
    asked.world.press(admin.person, message_id=1, data="grant:1:0", force=True)
    await asked.settle()
    assert "失效" in asked.world.answers(admin.person)[-1].text


async def test_of_two_who_decide_at_the_same_moment_the_first_decides(opened: County) -> None:
    first, second = opened["office", "admin"], await second_admin(opened)
    await ask(opened[PORT])
    opened[PORT].news()
    for admin, label in ((second, "不同意"), (first, "同意延期")):
        opened.world.press(admin.person, label=label)
    await opened.settle()
    assert "没有同意" in second.news()
    assert "已失效" in opened.world.answers(first.person)[-1].text
    told = opened[PORT].news()
    assert told.count("截止时间仍是7月2日17:30") == 1
    assert "请在7月4日17:30前报出" not in told


@pytest.mark.parametrize(
    ("typed", "says"),
    [("6日17:30", "最晚可延到7月5日17:30"), ("2日12:00", "要比现在的截止时间"), ("过几天", "看不懂")],
)
async def test_an_extension_has_to_fit_between_the_deadline_and_the_lead_units(
    opened: County, typed: str, says: str
) -> None:
    port = opened[PORT]
    await port.presses("申请延期")
    answer = await port.says(typed)
    assert says in answer
    assert "要延到什么时候" in answer, "the same question again"


async def test_asking_twice_and_changing_ones_mind(opened: County) -> None:
    port = opened[PORT]
    await port.presses("申请延期")
    assert "没有申请延期" in await port.presses("不申请了")
    await ask(port)
    assert "已申请过延期" in await port.presses("申请延期")
    assert "已申请延期到7月4日17:30，待县府办答复" in await port.says("进度")


async def test_a_question_about_more_time_survives_a_restart(opened: County) -> None:
    port = opened[PORT]
    await port.presses("申请延期")
    await port.says("4日17:30")
    await opened.restart()
    assert "请用一句话说明目前进展" in await port.says("汛期停航检查")


async def test_an_exempt_unit_is_not_asked_and_leaves_the_denominator(opened: County) -> None:
    port, admin = opened[PORT], opened["office", "admin"]
    assert "请写明到哪一期为止" in await admin.says("/exempt 县港航管理处 没有船")
    assert "请在最后写明原因" in await admin.says("/exempt 县港航管理处 至8月份")
    shown = await admin.says("/exempt 县港航管理处 至8月份 汛期停航")
    assert "县港航管理处 免报：照常报送 → 免报6月份至8月份，汛期停航" in shown
    assert "县港航管理处 【安全生产】6月份（还没有填）" in shown
    await admin.presses("确认变更")
    assert "已同意免报，不用报送" in port.news()
    await opened.at("2008-07-02 09:00")
    await opened.at("2008-07-02 17:31")
    assert port.news() == ""
    await opened.at("2008-07-07 09:00")
    draft = admin.news()
    assert "应报3" in draft
    assert "免报1" in draft
    # It ends by itself: September's round asks again.
    await opened.at("2008-10-01 09:00")
    assert "已开报" in port.news()


async def test_late_filing_after_the_lock_needs_the_offices_word_and_is_called_so(drafted: County) -> None:
    port, admin = drafted[PORT], drafted["office", "admin"]
    await admin.presses("发布到领导群")
    assert "现在没有需要您填报的表" in await port.says("填报")
    assert "请写明补报到什么时候" in await admin.says("/late 县港航管理处 6月份")
    shown = await admin.says("/late 县港航管理处 6月份 7月12日17:30 联络员住院")
    assert "可补报至7月12日17:30，联络员住院" in shown
    await admin.presses("确认变更")
    assert "已同意补报，请在7月12日17:30前报出" in port.news()
    await drafted.at("2008-07-08 09:00")
    await file(drafted, "port")
    assert "7月8日09:00报出（补报）" in port.news()


async def test_a_permission_to_file_late_ends(drafted: County) -> None:
    port, admin = drafted[PORT], drafted["office", "admin"]
    await admin.presses("发布到领导群")
    await admin.says("/late 县港航管理处 6月份 7月8日12:00 联络员住院")
    await admin.presses("确认变更")
    await drafted.at("2008-07-08 12:01")
    port.news()
    assert "现在没有需要您填报的表" in await port.says("填报")


async def test_a_signed_report_is_reopened_with_a_reason_and_signed_again(opened: County) -> None:
    port, admin = opened[PORT], opened["office", "admin"]
    await file(opened, "port")
    port.news()
    assert "请在最后写明原因" in await admin.says("/reopen 县港航管理处")
    said = await admin.says("/reopen 县港航管理处 与海事数据不一致")
    assert "原来的签字不再算数" in said
    notice = port.news()
    assert "已由县府办重开" in notice
    assert "原因：与海事数据不一致" in notice
    assert "请核对" in await port.presses("继续填报"), "everything stands as it was"
    await port.says("修改")
    await port.says("1")
    await port.says("2")
    await port.says("提交")
    opened[PORT_HEAD].news()
    await opened[PORT_HEAD].presses("同意签字")
    assert "按时" in port.news()


async def test_reopening_after_the_deadline_needs_a_new_one_which_counts(opened: County) -> None:
    port, admin = opened[PORT], opened["office", "admin"]
    await file(opened, "port")
    await opened.at("2008-07-03 09:00")
    assert "请写明新的截止时间" in await admin.says("/reopen 县港航管理处 与海事数据不一致")
    await admin.says("/reopen 县港航管理处 4日17:30 与海事数据不一致")
    port.news()
    await port.presses("继续填报")
    await port.says("提交")
    opened[PORT_HEAD].news()
    await opened[PORT_HEAD].presses("同意签字")
    assert "按时" in port.news()
