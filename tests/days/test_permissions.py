"""Who may do what: invites, other people's posts, groups, and nobody signs their own report."""

from __future__ import annotations

import re
from functools import partial

import sqlalchemy

from handlers import exceptions, settings
from simulator.model import User
from simulator.shapes import chat_json
from tests.days.county import County, Resident

ADMIN, LIAISON, SIGNATORY = (
    ("office", "admin"),
    ("traffic_police", "liaison"),
    ("traffic_police", "signatory"),
)


def stranger(county: County, name: str = "陌生人") -> Resident:
    return Resident(county, county.world.add_person(name))


def execute(county: County, statement: str) -> None:
    """Change a row behind the program's back, as another replica would."""
    engine = sqlalchemy.create_engine(county.url)
    with engine.begin() as base:
        base.execute(sqlalchemy.text(statement))
    engine.dispose()


async def test_a_stranger_is_told_how_to_join_and_leaves_no_trace(opened: County, ignored) -> None:
    someone = stranger(opened)
    for text in ("3 1 2 15.6 0", "填报", "提交", "同意", "发布", "进度", "/sheet", "退回 1 不对"):
        await ignored(someone, partial(opened.world.say, someone.person, text), "您还没有加入")
    await ignored(someone, partial(opened.world.say, someone.person, "/start"), "请点县府办发给您的邀请链接")
    assert "请勿在此发送涉密内容" in await someone.says("帮助")


async def test_a_stranger_who_forges_presses_is_told_how_to_join(opened: County, ignored) -> None:
    someone = stranger(opened)
    opened.world.start(someone.person)
    await opened.settle()
    for data in ("fill:1:1", "sign:1:1", "publish:2008-06:1", "group:1:0", "sheet:1:0", "back:0:1"):
        press = partial(opened.world.press, someone.person, message_id=1, data=data, force=True)
        await ignored(someone, press, "您还没有加入")


async def test_a_person_whose_posts_were_taken_away_may_do_nothing_and_sees_nothing(
    liaison: Resident, ignored
) -> None:
    county = liaison.county
    await liaison.says("3 1 2 15.6 0")
    execute(county, "UPDATE post SET person_id = NULL, since = NULL WHERE unit = 'traffic_police'")
    for text in ("按计划推进", "提交", "进度", "填报", "上一项"):
        await ignored(liaison, partial(county.world.say, liaison.person, text), "没有办理这一项的权限")
    press = partial(county.world.press, liaison.person, data="back:0:2", force=True)
    await ignored(liaison, press, "没有办理这一项的权限")
    execute(county, "UPDATE conversation SET prompt_ref = NULL")
    await county.restart()
    assert liaison.news() == ""


WRONG_CODES = {
    "guess-guess-guess": "邀请码不对",
    "a" * 65: "邀请码不对",
    "../../etc/passwd": "邀请码不对",
    "' OR 1=1--": "邀请码不对",
    "口令": "邀请码不对",
    "\udc00": "邀请码不对",
    "{{7*7}}": "邀请码不对",
}


async def test_a_code_that_was_never_made_opens_nothing(county: County, rows) -> None:
    county.invite()
    for code, says in WRONG_CODES.items():
        someone = stranger(county)
        county.world.start(someone.person, code, force=True)
        await county.settle()
        assert says in someone.news()
    assert rows(county, "SELECT count(*) FROM person") == [(0,)]


async def test_of_two_hundred_wrong_codes_five_are_looked_at_and_the_admin_is_told_once(
    county: County, rows
) -> None:
    county.invite()
    admin, someone = await county.joins(*ADMIN), stranger(county)
    admin.news()
    for number in range(40):
        county.world.start(someone.person, f"guess{number}")
    county.world.start(someone.person, county.invites[LIAISON].code)
    await county.settle()
    assert someone.news().count("邀请码不对") == 5
    assert rows(county, "SELECT count(*) FROM person") == [(1,)]
    assert admin.news().count("可能有人在试码") == 1
    await county.at("2008-06-30 11:30")
    county.world.start(someone.person, county.invites[LIAISON].code)
    await county.settle()
    assert "您已登记为县交警大队联络员" in someone.news()


async def test_many_strangers_who_guess_once_raise_the_alarm_too(county: County) -> None:
    county.invite()
    admin = await county.joins(*ADMIN)
    admin.news()
    for number in range(200):
        county.world.start(stranger(county, f"生人{number}").person, f"guess{number}")
    await county.settle()
    said = admin.news()
    assert [f"有{count}次邀请码错误" in said for count in (5, 20, 200)] == [True] * 3


async def test_a_code_in_other_letters_or_with_more_behind_it_is_another_code(
    county: County, ignored
) -> None:
    county.invite()
    someone, code = stranger(county), county.invites[LIAISON].code
    for wrong in (code.upper(), code[:-1], f"{code}x", f"{code} {code}"):
        await ignored(someone, partial(county.world.start, someone.person, wrong, force=True), "邀请码不对")


async def test_a_code_expires_after_two_weeks(county: County, ignored) -> None:
    county.invite()
    await county.at("2008-07-15 10:00")
    someone = stranger(county)
    code = county.invites["port", "liaison"].code
    await ignored(someone, partial(county.world.start, someone.person, code), "已过期")


async def test_a_code_works_on_its_last_day(county: County) -> None:
    county.invite()
    await county.at("2008-07-14 09:00")
    assert "您已登记为" in (await county.joins("port", "liaison")).news()


async def test_new_codes_end_the_old_ones(county: County, ignored) -> None:
    county.invite()
    old = county.invites[LIAISON].code
    county.invite()
    someone = stranger(county)
    await ignored(someone, partial(county.world.start, someone.person, old), "已过期")


async def test_a_used_code_brings_in_nobody_else(county: County, ignored) -> None:
    county.invite()
    await county.joins(*LIAISON)
    someone = stranger(county)
    code = county.invites[LIAISON].code
    await ignored(someone, partial(county.world.start, someone.person, code), "已经用过")


async def test_of_two_people_with_one_code_in_the_same_second_one_joins(county: County, rows) -> None:
    county.invite()
    people = [stranger(county, name) for name in ("甲示例", "乙示例")]
    for someone in people:
        county.world.start(someone.person, county.invites[LIAISON].code)
    await county.settle()
    news = [someone.news() for someone in people]
    assert sorted("您已登记为" in said for said in news) == [False, True]
    assert any("已经用过" in said for said in news)
    assert rows(county, "SELECT count(*) FROM person") == [(1,)]


async def test_whoever_joined_already_is_told_so_and_keeps_the_post(county: County, ignored) -> None:
    county.invite()
    liaison = await county.joins(*LIAISON)
    code = county.invites[LIAISON].code
    await ignored(liaison, partial(county.world.start, liaison.person, code), "您已经登记为县交警大队联络员")


async def test_a_name_that_is_code_is_shown_as_it_is(county: County) -> None:
    county.invite()
    person = county.world.add_person("<b>{{7*7}}</b>\u202e")
    liaison = county.people[LIAISON] = Resident(county, person)
    county.world.start(person, county.invites[LIAISON].code)
    await county.settle()
    signatory = await county.joins(*SIGNATORY)
    await county.at("2008-07-01 09:00")
    for text in ("填报", "3 1 2 15.6 0", "无", "无", "无", "无", "提交"):
        await liaison.says(text)
    assert "填报人：<b>{{7*7}}</b>\n" in signatory.news()


async def test_a_liaison_cannot_sign(submitted: County, ignored) -> None:
    liaison = submitted[LIAISON]
    for text in ("同意", "/sign", "退回 1 不对"):
        await ignored(liaison, partial(submitted.world.say, liaison.person, text), "没有办理这一项的权限")


async def test_a_signatory_of_another_unit_can_neither_see_nor_sign_nor_return(
    submitted: County, ignored
) -> None:
    other = submitted["port", "signatory"]
    for data in ("sign:1:2", "return:1:2"):
        press = partial(submitted.world.press, other.person, message_id=1, data=data, force=True)
        await ignored(other, press, "不是您单位的报告")
    view = partial(submitted.world.press, other.person, message_id=1, data="view:1:0", force=True)
    await ignored(other, view, "不是您单位的报告")
    await ignored(other, partial(submitted.world.say, other.person, "同意"), "现在没有待您审核的报告")


async def test_the_lead_units_signatory_cannot_sign_for_a_filing_unit(submitted: County, ignored) -> None:
    other = submitted["anjian", "signatory"]
    press = partial(submitted.world.press, other.person, message_id=1, data="sign:1:2", force=True)
    await ignored(other, press, "不是您单位的报告")


async def test_a_signatory_cannot_fill_and_an_admin_can_do_neither(submitted: County, ignored) -> None:
    for who in (submitted[SIGNATORY], submitted[ADMIN]):
        for text in ("填报", "提交", "撤回", "零报告"):
            await ignored(who, partial(submitted.world.say, who.person, text), "没有办理这一项的权限")
    await ignored(submitted[ADMIN], partial(submitted.world.say, submitted[ADMIN].person, "同意"), "没有办理")


async def test_only_the_admin_publishes(opened: County, ignored) -> None:
    await opened.at("2008-07-07 09:00")
    for who in (opened[LIAISON], opened["anjian", "signatory"]):
        who.news()
        await ignored(who, partial(opened.world.say, who.person, "发布"), "没有办理这一项的权限")
        press = partial(opened.world.press, who.person, message_id=1, data="publish:2008-06:1", force=True)
        await ignored(who, press, "没有办理这一项的权限")


async def test_a_person_with_both_posts_cannot_submit_to_themselves(county: County, fill) -> None:
    county.invite()
    both = await county.joins(*LIAISON)
    county.world.start(both.person, county.invites[SIGNATORY].code)
    await county.at("2008-07-01 09:00")
    await both.says("填报")
    await fill(both)
    assert "不能审核自己提交的报告" in await both.presses("提交")


async def test_whoever_became_signatory_after_submitting_cannot_sign(submitted: County, rows) -> None:
    liaison, state = submitted[LIAISON], "SELECT state FROM task WHERE id = 1"
    ((person,),) = rows(submitted, "SELECT submitted_by FROM task WHERE id = 1")
    execute(submitted, f"UPDATE post SET person_id = {person} WHERE unit = 'traffic_police'")
    assert "不能审核自己提交的报告" in await liaison.says("同意")
    submitted.world.press(liaison.person, message_id=1, data="sign:1:2", force=True)
    await submitted.settle()
    assert "不能审核自己提交的报告" in liaison.news()
    assert "不能审核自己提交的报告" in await liaison.says("退回 1 不对")
    assert rows(submitted, state) == [("submitted",)]


async def test_a_replaced_liaison_loses_the_post_at_once(liaison: Resident) -> None:
    county = liaison.county
    execute(county, "UPDATE post SET person_id = 1 WHERE unit = 'traffic_police' AND role = 'liaison'")
    assert "没有办理这一项的权限" in await liaison.says("3 1 2 15.6 0")


async def test_in_groups_only_registering_is_done(opened: County, dump) -> None:
    opened.world.privacy = False
    group, admin, before = opened.leaders, opened[ADMIN], dump(opened)
    for text in ("/fill", "/status@yibao_bot", "/publish", "/digest", "／填报", "/start abc"):
        act = opened.world.say(admin.person, text, group)
        await opened.settle()
        (said,) = opened.world.said_since(group, act.message_id or 0)
        assert "请在与我的私聊中办理" in said.text
    assert dump(opened) == before


async def test_talk_and_commands_for_others_in_a_group_are_none_of_our_business(opened: County, dump) -> None:
    opened.world.privacy = False
    group, admin = opened.leaders, opened[ADMIN]
    before, last = dump(opened), opened.world.last(group, from_bot=True)
    for text in (
        "3 1 2 15.6 0",
        "发布",
        "同意",
        "/weather",
        "/没有",
        "/start@OtherBot",
        "/register@OtherBot",
        "/fill@OtherBot x",
    ):
        opened.world.say(admin.person, text, group)
    await opened.settle()
    assert opened.world.last(group, from_bot=True) is last
    assert dump(opened) == before


async def test_nobody_but_the_admin_registers_a_group(opened: County, dump) -> None:
    liaison, someone = opened[LIAISON], stranger(opened)
    group = opened.world.add_group("某群", creator=liaison.person)
    opened.world.join(group, someone.person)
    opened.world.add_bot(group, liaison.person)
    await opened.settle()
    before = dump(opened)
    for who, says in ((liaison, "没有办理"), (someone, "您还没有加入")):
        opened.world.say(who.person, "/register", group)
        await opened.settle()
        assert says in opened.world.last(group, from_bot=True).text
    assert dump(opened) == before
    assert "请在要登记的群里" in await opened[ADMIN].says("/register")


async def test_an_anonymous_administrator_is_given_a_code_that_an_admin_types_in_private(
    opened: County,
) -> None:
    world, admin = opened.world, opened[ADMIN]
    group = world.add_group("另一个群", creator=admin.person)
    world.add_bot(group, admin.person)
    anonymous = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
    message = world.post(group, anonymous, text="/register", extra={"sender_chat": chat_json(group)})
    assert world.tell("message", message)
    await opened.settle()
    code = re.search(r"登记 (\d{6})", world.last(group, from_bot=True).text)[1]
    assert "没有办理" in await opened[LIAISON].says(f"登记 {code}")
    assert "邀请码不对" in await admin.says("登记 000000")
    assert "已登记「另一个群」" in await admin.says(f"登记 {code}")
    assert "邀请码不对" in await admin.says(f"登记 {code}")


async def test_a_channel_that_writes_in_a_group_is_nobody(opened: County, dump) -> None:
    world, group, before = opened.world, opened.leaders, dump(opened)
    channel = {"id": -1009999999999, "type": "channel", "title": "频道"}
    sender = User(136817688, "Channel", username="Channel_Bot", is_bot=True)
    message = world.post(group, sender, text="/register", extra={"sender_chat": channel})
    assert world.tell("message", message)
    await opened.settle()
    assert "非匿名" in world.last(group, from_bot=True).text
    assert dump(opened) == before


async def test_a_group_that_took_the_bot_out_must_be_registered_again(opened: County) -> None:
    world, group, admin = opened.world, opened.leaders, opened[ADMIN]
    world.remove_bot(group, admin.person)
    await opened.settle()
    await opened.at("2008-07-07 09:00")
    admin.news()
    assert "还没有登记领导群" in await admin.presses("发布到领导群")
    world.add_bot(group, admin.person)
    await opened.settle()
    assert "登记后我会把督查通报发到这里" in world.last(group, from_bot=True).text
    assert "还没有登记领导群" in await admin.says("发布")
    world.say(admin.person, "/register", group)
    await opened.settle()
    await admin.presses("确认登记")
    assert "已发布到1个领导群" in await admin.says("发布")
    assert any("应报" in m.text for m in world.messages(group))


async def test_the_command_menu_shows_what_the_post_may_do(county: County) -> None:
    await county.everyone_joins()

    def menu(post: tuple[str, str]) -> list[str]:
        chat = str(county[post].person.id)
        found = [commands for scope, commands in county.world.commands.items() if chat in scope]
        return [command["command"] for command in found[0]]

    assert menu(LIAISON) == ["fill", "excel", "status", "sheet", "replace", "leave", "help", "contact"]
    of_all = {"status", "sheet", "digest", "history", "audit", "help"}
    of_digest = {"opening", "comment", "demands"}
    of_people = {"roster", "people", "invites", "leave"}
    assert set(menu(ADMIN)) == {
        *of_all,
        *of_people,
        *settings.TYPED,
        *exceptions.TYPED,
        "board",
        "chaser",
        "check",
        *of_digest,
        "contact",
        "highlights",
        "ledger",
        "assessment",
    }
