"""From draft to sealed and beyond: drafted when the last has signed, written into, released, corrected."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.editions import verify
from simulator.model import Group
from tests.days.county import County, Resident, everybody, values, workbook
from tests.days.test_settings import second_admin

TOLD = ["按计划推进", "检查126起", "无", "继续整治"]
POLICE, PORT, FIRE, LEAD = "traffic_police", "port", "fire_brigade", "anjian"


async def files(county: County, unit: str, *rows: str) -> None:
    """A unit fills in its rows and its signatory signs."""
    liaison, head = county[unit, "liaison"], county[unit, "signatory"]
    await liaison.presses("开始填报")
    for line in [*rows, *TOLD]:
        await liaison.says(line)
    await liaison.presses("提交")
    await head.presses("同意签字")


@pytest.fixture
async def county(tmp_path: Path) -> AsyncIterator[County]:
    """5 July: the filing units have signed, the lead unit has not."""
    async with everybody(tmp_path) as made:
        await made.at("2008-07-01 09:00")
        await files(made, POLICE, "3 1 2 15.6 0")
        await files(made, PORT, "0 0 0 0 0")
        await files(made, FIRE, "4 0 1 6.5 0")
        for person in made.people.values():
            person.news()
        yield made


@pytest.fixture
async def published(county: County) -> County:
    await county.at("2008-07-05 09:00")
    await files(county, LEAD, "2 1 1 20 0")
    await county.at("2008-07-05 10:00")
    await county["office", "admin"].presses("发布到领导群")
    return county


def group_of(county: County) -> Group:
    group = county.leaders
    assert isinstance(group, Group)
    return group


async def test_the_draft_appears_by_itself_when_the_last_has_signed(county: County) -> None:
    admin = county["office", "admin"]
    await county.at("2008-07-05 10:00")
    assert "草稿" not in admin.news()
    await files(county, LEAD, "2 1 1 20 0")
    await county.at("2008-07-05 10:01")
    draft = admin.news()
    assert "通报草稿（第1稿），请核对。确认后发到「县领导群（示例）」。" in draft
    assert "应报4　已报4" in draft
    await county.at("2008-07-07 09:00")
    assert "草稿" not in admin.news()  # nothing new, nothing said


async def test_on_the_day_it_is_drafted_with_what_there_is_and_refreshed_when_a_late_one_arrives(
    county: County,
) -> None:
    admin = county["office", "admin"]
    await county.at("2008-07-07 09:00")
    assert "未报1" in admin.news()
    await county.at("2008-07-07 09:10")
    await files(county, LEAD, "2 1 1 20 0")
    await county.at("2008-07-07 09:30")
    draft = admin.news()
    assert "县安监局刚签报，草稿已更新。" in draft
    assert "通报草稿（第2稿）" in draft
    assert "未报0" in draft
    await county.at("2008-07-07 09:31")
    assert admin.news() == ""


async def test_the_office_writes_its_own_paragraphs_and_no_figure(county: County) -> None:
    admin = county["office", "admin"]
    await county.at("2008-07-07 09:00")
    admin.news()
    assert "开头语还没有写" in await admin.says("开头语")
    told = await admin.says("开头语 6月份，全县各项重点工作总体平稳。")
    assert "开头语已改，草稿如下，尚未发布。" in told
    assert "通报草稿（第2稿）" in told
    assert "开头语：6月份，全县各项重点工作总体平稳。" in told
    assert "评价：" in await admin.says("/comment 消防大队报送及时。")
    assert "请控制在600字以内" in await admin.says("要求 " + "请" * 601)
    assert "评价：" not in await admin.says("评价 删除")
    # The draft that was shown first is no longer what would be sent.
    await admin.presses("发布到领导群")
    assert "已经发布" in await admin.says("开头语 又及")


async def test_the_office_drops_and_reorders_what_is_pointed_out(county: County) -> None:
    admin = county["office", "admin"]
    await county.at("2008-07-05 09:00")
    await files(county, LEAD, "8 1 6 20 0")
    await county.at("2008-07-07 09:00")
    admin.news()
    listed = await admin.says("要点")
    lines = [line for line in listed.splitlines() if line[:1].isdigit()]
    assert len(lines) > 1
    worst, second = lines[0].partition(". ")[2], lines[1].partition(". ")[2]
    for wrong in ("要点 不写", "要点 不写 99", "要点 删 1", "要点 不写 一"):
        assert f"请写编号1至{len(lines)}" in await admin.says(wrong)
    assert f"1. {worst}\n2. {second}\n" in await admin.says("要点")

    told = await admin.says("要点 先写 2")
    assert f"2. {second}（先写，第1）" in told
    assert "通报草稿（第2稿）" in told
    shown = told.partition("通报草稿")[2]
    assert shown.index(second) < shown.index(worst)
    told = await admin.says("要点 不写 2")
    assert f"2. {second}（不写）" in told
    assert second not in told.partition("通报草稿")[2]
    assert worst in told.partition("通报草稿")[2]
    told = await admin.says("要点 恢复")
    assert "不写）" not in told
    shown = told.partition("通报草稿")[2]
    assert shown.index(worst) < shown.index(second)
    assert await county["traffic_police", "liaison"].says("要点 不写 1") != ""
    assert "（不写）" not in await admin.says("要点")


async def test_what_is_previewed_is_what_is_sent(county: County) -> None:
    admin, group = county["office", "admin"], group_of(county)
    await county.at("2008-07-07 09:00")
    assert "以下3件与发布时完全一样" in await admin.presses("预览各件")
    shown, board = admin.documents()[-1], admin.pictures()[-1].document
    await admin.presses("发布到领导群")
    sent = next(m for m in reversed(group.messages.values()) if "document" in m.media)
    looked = next(m for m in reversed(group.messages.values()) if "photo" in m.media).document
    assert board is not None
    assert looked is not None
    assert board.content == looked.content
    # Number and day of issue are given when it is published; all else is what was shown.
    book, other = workbook(shown), workbook(sent)
    assert book.sheetnames == other.sheetnames
    book["汇总"]["A2"].value = other["汇总"]["A2"].value
    for name in book.sheetnames:
        assert list(book[name].values) == list(other[name].values)


async def test_a_button_under_the_message_brings_a_works_table_into_the_group(published: County) -> None:
    group, admin = group_of(published), published["office", "admin"]
    before = [m for m in group.messages.values() if m.document]
    message = next(m for m in reversed(group.messages.values()) if m.buttons)
    assert [b.text for row in message.buttons for b in row] == ["Word", "Excel", "图片", "安全生产"]
    stranger = Resident(published, published.world.add_person("某局长"))
    published.world.join(group, stranger.person)
    await published.settle()
    published.world.press(stranger.person, group, message_id=message.message_id, label="安全生产")
    await published.settle()
    after = [m for m in group.messages.values() if m.document]
    assert len(after) == len(before) + 1
    assert before[-1].document is not None
    assert after[-1].document is not None
    assert values(workbook(after[-1])) == values(workbook(before[-1]))
    # In private somebody who is sent nothing gets nothing.
    data = message.buttons[-1][0].data
    for who in (stranger, published[POLICE, "liaison"]):
        published.world.press(who.person, message_id=1, data=data, force=True)
        await published.settle()
        assert who.documents() == []
    published.world.press(admin.person, message_id=1, data=data, force=True)
    await published.settle()
    assert len(admin.documents()) >= 1


async def test_a_correction_is_proposed_with_its_differences_and_told_once(published: County) -> None:
    group, admin = group_of(published), published["office", "admin"]
    await published.at("2008-07-08 09:00")
    original = next(m for m in group.messages.values() if "应报4" in m.text)
    assert "死亡 2人" in original.text
    admin.news()

    # Reopened from the top down; nothing is proposed while half of it is open.
    assert "已" in await admin.says("/reopen 县安监局 6月份 9日17:30 交警数据有误")
    assert "已" in await admin.says("/reopen 县交警大队 6月份 9日12:00 死亡人数有误")
    await published.at("2008-07-08 09:10")
    police, head = published[POLICE, "liaison"], published[POLICE, "signatory"]
    await police.presses("继续填报")
    await police.presses("修改")
    await police.presses("2. 道路交通·死亡")
    await police.says("2")
    await police.presses("提交")
    await head.presses("同意签字")
    admin.news()
    await published.at("2008-07-08 09:20")
    assert "更正" not in admin.news()
    lead, lead_head = published[LEAD, "liaison"], published[LEAD, "signatory"]
    await lead.presses("继续填报")
    await lead.presses("提交")
    await lead_head.presses("同意签字")
    await published.at("2008-07-08 09:30")
    proposed = admin.news()
    assert "更正第1号（拟）" in proposed
    # 5 + 1 = 6 deaths on the roads so far were published, 5 + 2 = 7 is right.
    assert "【安全生产】道路交通·死亡：当月 1人 → 2人，累计 6人 → 7人" in proposed
    assert "死亡：当月 2人 → 3人" in proposed  # the sum row
    assert "受伤" not in proposed.partition("更正后全文")[0]
    await published.at("2008-07-08 09:31")
    assert admin.news() == ""

    sent = len(group.messages)
    assert "更正第1号已发布到1个群" in await admin.presses("发布到领导群")
    assert len(group.messages) == sent + 1  # one announcement
    assert "6月份督查通报更正第1号" in list(group.messages.values())[-1].text
    now = group.messages[original.message_id].text
    assert "本通报已更正（更正第1号，2008年7月8日）" in now
    assert "死亡 3人" in now

    # Both editions are proven, the first one too, although its answers were superseded since.
    proofs = await published.runtime.tick(verify, "2008-06")
    assert [(proof.number, proof.wrong) for proof in proofs] == [(0, ()), (1, ())]

    # July stands on what is right, and says so.
    await published.at("2008-08-01 09:00")
    assert "上月：3 2 2 15.6 0" in await police.presses("开始填报")
    assert "死亡：1人，累计8" in await police.says("2 1 1 8 0")
    await published.at("2008-08-07 09:00")
    await admin.says("通报")
    await admin.presses("预览各件")
    texts = [str(cell) for row in values(workbook(admin.documents()[-1])) for cell in row if cell]
    assert any("6月份数据已更正（更正第1号），本期累计按更正后的数据计算。" in text for text in texts)


async def test_where_it_is_set_a_second_person_releases_and_nobody_their_own(county: County) -> None:
    admin, group = county["office", "admin"], group_of(county)
    other = await second_admin(county)
    assert "须两位管理员确认" in await admin.says("/recipients 须签发")
    await admin.presses("确认变更")
    await other.presses("确认变更")
    assert "签发：须另一人签发" in await admin.says("/recipients")
    await county.at("2008-07-07 09:00")
    other.news()
    seen = len(group.messages)
    assert "已送签发，签发后自动发送" in await admin.presses("发布到领导群")
    assert len(group.messages) == seen
    assert "请您签发" in other.news()
    assert "不能签发自己送的通报" in await admin.says("签发")

    # Sent back; and what was changed since cannot be released by an old press.
    await other.presses("不签发")
    assert "未予签发" in admin.news()
    assert "没有等待签发的通报" in await other.says("签发")
    await admin.says("评价 总体正常。")
    await admin.presses("发布到领导群")
    other.news()
    assert "已发布到1个领导群" in await other.presses("签发")
    assert len(group.messages) > seen
    assert "已经发布" in await other.says("签发")


async def test_audiences_are_set_by_order_and_each_gets_its_parts(county: County) -> None:
    admin, lead = county["office", "admin"], county[LEAD, "liaison"]
    other = await second_admin(county)
    for line in ("/recipients 牵头单位 文字", "/recipients 领导群 文字"):
        await admin.says(line)
        await admin.presses("确认变更")
        await other.presses("确认变更")
    assert "没有认出发给谁、发什么" in await admin.says("/recipients 群众 文字")
    shown = await admin.says("/recipients")
    assert "县领导群：文字\n" in shown
    assert "牵头单位：文字\n" in shown
    await county.at("2008-07-07 09:00")
    for person in county.people.values():
        person.news()
    group = group_of(county)
    seen = len(group.messages)
    await admin.presses("发布到领导群")
    assert len(group.messages) == seen + 1  # the message alone
    assert "应报4" in lead.news()
    assert "应报4" not in county[POLICE, "liaison"].news()
    # The message's button is for whoever is sent the workbook: nobody here.
    before = len(lead.documents())
    assert "没有办理这一项的权限" in await lead.presses("安全生产")
    assert len(lead.documents()) == before


async def test_the_group_of_the_other_leaders_gets_what_is_set_for_it(county: County) -> None:
    admin, first = county["office", "admin"], group_of(county)
    other = await second_admin(county)
    teams = county.world.add_group("四套班子群（示例）", creator=admin.person)
    county.world.add_bot(teams, admin.person)
    await county.settle()
    county.world.say(admin.person, "/register", teams)
    await county.settle()
    await admin.presses("确认登记")
    for line in ("/groups 2 四套班子", "/recipients 四套班子 文字"):
        await admin.says(line)
        await admin.presses("确认变更")
        await other.presses("确认变更")
    shown = await admin.says("/recipients")
    assert "2. 四套班子群（示例）（四套班子群）" in shown
    assert "四套班子群：文字\n" in shown
    await county.at("2008-07-07 09:00")
    before, had = len(teams.messages), len(first.messages)
    await admin.presses("发布到领导群")
    assert len(teams.messages) == before + 1
    assert len(first.messages) > had + 1
    # Its buttons hand out nothing that was not sent there.
    files_before = [m for m in teams.messages.values() if m.document]
    message = next(m for m in reversed(teams.messages.values()) if m.buttons)
    for row in message.buttons:
        for one in row:
            county.world.press(admin.person, teams, message_id=message.message_id, label=one.text)
            await county.settle()
    assert [m for m in teams.messages.values() if m.document] == files_before
