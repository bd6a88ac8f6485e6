"""Telegram refuses, stalls and loses answers: nothing is lost, and nothing reaches the leaders twice unasked."""

from __future__ import annotations

import asyncio

import pytest

from simulator.faults import Fault
from storage import outbox
from templates.message import Message as Said
from tests.days.county import County, Resident, Watch

pytestmark = pytest.mark.both_databases

PROMPT, REMINDER = "请于今天17:30前报送", "提醒："


async def later(county: County, watch: Watch, seconds: float) -> None:
    watch.seconds += seconds
    await county.settle()


async def test_flood_control_of_one_chat_holds_up_that_chat_alone(
    drafted: County, watch: Watch, posted
) -> None:
    admin, group = drafted["office", "admin"], drafted.leaders
    drafted.world.add_fault(Fault("429", chat_id=group.id, retry_after=35))
    assert "已发布到1个领导群" in await admin.presses("发布到领导群")
    assert posted(drafted.leaders) == []
    await later(drafted, watch, 34)
    assert posted(drafted.leaders) == []
    await later(drafted, watch, 2)
    assert posted(drafted.leaders) == ["picture", "text", "file", "file"]
    await later(drafted, watch, 100)
    assert posted(drafted.leaders) == ["picture", "text", "file", "file"]


async def test_flood_control_of_one_person_delays_nobody_elses_prompt(opened: County, watch: Watch) -> None:
    liaison = opened["traffic_police", "liaison"]
    opened.world.add_fault(Fault("429", chat_id=liaison.person.id, retry_after=344))
    await opened.at("2008-07-02 09:00")
    assert PROMPT in opened["port", "liaison"].news()
    assert PROMPT in opened["fire_brigade", "liaison"].news()
    assert liaison.news() == ""
    await later(opened, watch, 345)
    assert liaison.news().count(PROMPT) == 1


async def test_a_reply_held_up_for_a_moment_is_said_once(liaison: Resident) -> None:
    liaison.county.world.add_fault(Fault("429", chat_id=liaison.person.id, retry_after=2))
    assert (await liaison.says("3 1 2 15.6 0")).count("已记录") == 1


async def test_a_question_held_up_for_minutes_is_asked_when_the_wait_is_over(
    liaison: Resident, watch: Watch
) -> None:
    county = liaison.county
    county.world.add_fault(Fault("429", chat_id=liaison.person.id, retry_after=344))
    assert await liaison.says("3 1 2 15.6 0") == ""
    await county.program.intake.catch_up()
    assert liaison.news() == ""
    watch.seconds += 345
    await county.program.intake.catch_up()
    await county.program.intake.catch_up()
    assert liaison.news().count("本月计划时序进度：") == 1
    assert "已记录" in await liaison.says("按计划推进")


async def test_a_receipt_held_up_for_minutes_is_said_when_the_wait_is_over(
    liaison: Resident, watch: Watch, fill
) -> None:
    await fill(liaison)
    fault = Fault("429", chat_id=liaison.person.id, method="sendMessage", retry_after=344)
    liaison.county.world.add_fault(fault)
    assert "已提交" not in await liaison.presses("提交")
    for _ in range(2):
        await later(liaison.county, watch, 345)
    assert liaison.news().count("已提交，等待") == 1


async def test_a_person_under_flood_control_holds_up_nobody_elses_answers(
    liaison: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    county, other = liaison.county, liaison.county["port", "liaison"]
    await other.says("填报")
    waits: list[float] = []
    nap = asyncio.sleep

    async def noted(seconds: float, result: object = None) -> object:
        waits.append(seconds)
        return await nap(seconds, result)

    monkeypatch.setattr(asyncio, "sleep", noted)
    county.world.add_fault(Fault("429", chat_id=liaison.person.id, retry_after=344, times=0))
    for text in ("3 1 2 15.6 0", "按计划推进"):
        county.world.say(liaison.person, text)
    county.world.say(other.person, "0 0 0 0 0")
    await county.settle()
    assert "已记录" in other.news()
    assert max(waits, default=0) <= 3


async def test_an_outage_of_ten_minutes_loses_and_doubles_nothing(opened: County, watch: Watch) -> None:
    opened.world.add_fault(Fault("5xx", times=0))
    await opened.at("2008-07-02 09:00")
    for _ in range(60):
        await later(opened, watch, 10)
    assert opened["port", "liaison"].news() == ""
    opened.world.faults.clear()
    await later(opened, watch, 65)
    for unit in ("traffic_police", "port", "fire_brigade"):
        assert opened[unit, "liaison"].news().count(PROMPT) == 1


async def test_a_page_instead_of_an_answer_is_tried_again(opened: County, watch: Watch) -> None:
    liaison = opened["port", "liaison"]
    opened.world.add_fault(Fault("malformed", chat_id=liaison.person.id))
    await opened.at("2008-07-02 09:00")
    await later(opened, watch, 5)
    assert liaison.news().count(PROMPT) == 1


async def test_whoever_blocked_the_bot_is_not_written_to_again_and_the_signatory_is_told_once(
    opened: County, rows
) -> None:
    liaison, signatory = opened["traffic_police", "liaison"], opened["traffic_police", "signatory"]
    liaison.person.blocked = True  # and Telegram's notice of it was lost
    await opened.at("2008-07-02 09:00")
    assert signatory.news().count("县交警大队联络员收不到消息（已屏蔽本机器人）") == 1
    await opened.at("2008-07-02 15:30")
    await opened.at("2008-07-02 17:31")
    assert "收不到消息" not in signatory.news()
    tries = rows(
        opened, "SELECT state, attempts FROM outbox WHERE key LIKE '%safety:traffic_police:%' AND id > 5"
    )
    assert tries == [("dropped", 1)] * 3
    assert REMINDER in opened["port", "liaison"].news()


async def test_the_signatory_is_told_as_soon_as_telegram_says_that_the_bot_was_blocked(
    opened: County,
) -> None:
    liaison, signatory = opened["traffic_police", "liaison"], opened["traffic_police", "signatory"]
    opened.world.block(liaison.person)
    await opened.settle()
    assert "收不到消息" in signatory.news()
    await opened.at("2008-07-02 09:00")
    assert "收不到消息" not in signatory.news()


async def test_an_account_that_is_gone_is_reported_once(opened: County) -> None:
    opened.world.deactivate(opened["port", "liaison"].person)
    await opened.at("2008-07-02 09:00")
    await opened.at("2008-07-02 15:30")
    assert opened["port", "signatory"].news().count("收不到消息（账号已停用）") == 1


async def test_whoever_lifts_the_block_is_reached_again(opened: County) -> None:
    liaison = opened["traffic_police", "liaison"]
    opened.world.block(liaison.person)
    await opened.at("2008-07-02 09:00")
    opened.world.start(liaison.person)
    await opened.settle()
    assert "待填报" in liaison.news()
    await opened.at("2008-07-02 15:30")
    assert REMINDER in liaison.news()


async def test_whoever_writes_again_is_reached_again_even_if_telegram_did_not_say_so(opened: County) -> None:
    liaison = opened["traffic_police", "liaison"]
    liaison.person.blocked = True
    await opened.at("2008-07-02 09:00")
    liaison.person.blocked = False
    assert "待填报" in await liaison.says("进度")
    await opened.at("2008-07-02 15:30")
    assert REMINDER in liaison.news()


async def test_a_group_that_threw_the_bot_out_gets_the_digest_after_registering_again(
    drafted: County, watch: Watch, posted
) -> None:
    admin, group = drafted["office", "admin"], drafted.leaders
    group.bot_status = "kicked"  # and Telegram's notice of it was lost
    await admin.presses("发布到领导群")
    assert admin.news() == ""
    told = [m.text for m in drafted.world.messages(admin.person) if "没有发到领导群" in m.text]
    assert len(told) == 1
    drafted.world.add_bot(group, admin.person)
    drafted.world.say(admin.person, "/register", group)
    await drafted.settle()
    await admin.presses("确认登记")
    assert "已重发没有送达的部分" in await admin.says("发布")
    assert posted(drafted.leaders) == ["picture", "text", "file", "file"]


async def test_the_digest_follows_a_group_that_became_a_supergroup(drafted: County, posted) -> None:
    admin, old = drafted["office", "admin"], drafted.leaders
    new = drafted.world.migrate(old)
    drafted.world.updates.drop_all()  # Telegram's notice of it was lost
    await admin.presses("发布到领导群")
    assert posted(new) == ["picture", "text", "file", "file"]
    assert posted(old) == []


async def test_a_group_that_is_known_to_have_moved_is_written_to_at_its_new_address(
    drafted: County, posted
) -> None:
    new = drafted.world.migrate(drafted.leaders)
    await drafted.settle()
    await drafted["office", "admin"].presses("发布到领导群")
    assert posted(new) == ["picture", "text", "file", "file"]


async def test_a_supergroup_that_announces_itself_before_the_old_group_moves_is_the_same_group(
    drafted: County, posted, rows
) -> None:
    admin, old = drafted["office", "admin"], drafted.leaders
    new = drafted.world.migrate(old)
    drafted.world.updates.drop_all()
    drafted.world._bot_changed(new, admin.person, "left", "member")
    await drafted.settle()
    await admin.presses("发布到领导群")
    assert posted(new) == ["picture", "text", "file", "file"]
    assert rows(drafted, "SELECT address FROM \"group\" WHERE state = 'registered'") == [(str(new.id),)]


async def test_a_digest_that_arrived_without_an_answer_is_not_sent_again_unasked(
    drafted: County, watch: Watch, posted
) -> None:
    admin = drafted["office", "admin"]
    drafted.world.add_fault(Fault("timeout_after_accept", chat_id=drafted.leaders.id))
    await admin.presses("发布到领导群")
    for _ in range(5):
        await later(drafted, watch, 100)
    assert posted(drafted.leaders) == ["picture", "text", "file", "file"]
    assert sum("是否送达不能确定" in m.text for m in drafted.world.messages(admin.person)) == 1


async def test_a_prompt_that_arrived_without_an_answer_is_sent_again(opened: County, watch: Watch) -> None:
    liaison = opened["port", "liaison"]
    opened.world.add_fault(Fault("timeout_after_accept", chat_id=liaison.person.id))
    await opened.at("2008-07-02 09:00")
    await later(opened, watch, 5)
    assert liaison.news().count(PROMPT) == 2
    assert "请依次回复" in await liaison.presses("开始填报")


async def test_a_line_that_loses_every_answer_does_not_fill_the_phone(opened: County, watch: Watch) -> None:
    liaison = opened["port", "liaison"]
    opened.world.add_fault(Fault("timeout_after_accept", chat_id=liaison.person.id, times=0))
    await opened.at("2008-07-02 09:00")
    for _ in range(100):
        await later(opened, watch, 30)
    assert liaison.news().count(PROMPT) <= 9


async def test_a_question_repeated_because_its_answer_was_lost_is_answered_once(
    liaison: Resident, rows
) -> None:
    liaison.county.world.add_fault(Fault("timeout_after_accept", chat_id=liaison.person.id))
    news = await liaison.says("3 1 2 15.6 0")
    assert news.count("本月计划时序进度：") == 2
    await liaison.says("按计划推进")
    assert rows(liaison.county, "SELECT count(*) FROM answer WHERE typed = '按计划推进'") == [(1,)]


async def test_a_text_whose_marks_telegram_cannot_read_is_sent_plain(opened: County) -> None:
    def write(desk) -> None:
        post = outbox.Recipient(person_id=desk.tx.exec_driver_sql("SELECT max(id) FROM person").scalar())
        outbox.put(desk.tx, "odd", "notice", post, {"text": "<b>一 &lt; 二", "buttons": []}, desk.now)

    opened.runtime.work_now(write)
    await opened.settle()
    shown = [m.text for chat in opened.people.values() for m in opened.world.messages(chat.person)]
    assert "一 < 二" in shown


async def test_a_letter_that_telegram_refuses_is_reported_to_the_admin(opened: County) -> None:
    def write(desk) -> None:
        post = outbox.Recipient(person_id=desk.tx.exec_driver_sql("SELECT max(id) FROM person").scalar())
        outbox.put(desk.tx, "odd", "review", post, Said("").as_json(), desk.now)

    opened.runtime.work_now(write)
    await opened.settle()
    assert "一条消息没有送达" in opened["office", "admin"].news()
