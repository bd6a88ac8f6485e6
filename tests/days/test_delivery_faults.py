"""Telegram refuses, stalls and loses answers: nothing is lost, and nothing reaches the leaders twice unasked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services import letters
from simulator.faults import Fault
from simulator.model import Group, Message
from storage import outbox
from templates.message import Message as Said
from tests.days.county import County, Resident

PROMPT, REMINDER = "请于今天17:30前报送", "提醒："


class Watch:
    """Seconds that pass only when told to."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def county(tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[County]:
    """A county whose waiting costs no time."""
    sleep = asyncio.sleep

    async def nap(_: float, result: object = None) -> object:
        return await sleep(0, result)

    monkeypatch.setattr(asyncio, "sleep", nap)
    county = County(tmp_path, monotonic=watch)
    await county.open()
    yield county
    await county.close()


@pytest.fixture
async def drafted(opened: County) -> County:
    """The admin has the draft of a round in which nobody filed anything."""
    await opened.at("2008-07-07 09:00")
    for resident in opened.people.values():
        resident.news()
    return opened


def group_of(county: County) -> Group:
    return next(chat for chat in county.world.chats.values() if isinstance(chat, Group))


def posted(county: County) -> list[str]:
    """What of the digest stands in the leaders' group, in order."""
    found = [m for m in county.world.messages(group_of(county)) if m.from_bot]
    return [kind for m in found if (kind := _part(m))]


def _part(message: Message) -> str:
    return "file" if message.document else "text" if "应报" in message.text else ""


async def later(county: County, watch: Watch, seconds: float) -> None:
    watch.seconds += seconds
    await county.settle()


async def test_flood_control_of_one_chat_holds_up_that_chat_alone(drafted: County, watch: Watch) -> None:
    admin, group = drafted["office", "admin"], group_of(drafted)
    drafted.world.add_fault(Fault("429", chat_id=group.id, retry_after=35))
    assert "已发布到1个领导群" in await admin.presses("发布到领导群")
    assert "待填报" in await drafted["port", "liaison"].says("进度") or True
    drafted.clock.set(drafted.clock.now())
    assert posted(drafted) == []
    await later(drafted, watch, 34)
    assert posted(drafted) == []
    await later(drafted, watch, 2)
    assert posted(drafted) == ["text", "file"]
    await later(drafted, watch, 100)
    assert posted(drafted) == ["text", "file"]


async def test_flood_control_of_one_person_delays_nobody_elses_prompt(opened: County, watch: Watch) -> None:
    liaison = opened["traffic_police", "liaison"]
    opened.world.add_fault(Fault("429", chat_id=liaison.person.id, retry_after=344))
    await opened.at("2008-07-02 09:00")
    assert PROMPT in opened["port", "liaison"].news()
    assert PROMPT in opened["fire_brigade", "liaison"].news()
    assert liaison.news() == ""
    await later(opened, watch, 345)
    assert liaison.news().count(PROMPT) == 1


async def test_a_reply_held_up_by_flood_control_is_said_once(liaison: Resident) -> None:
    liaison.county.world.add_fault(Fault("429", chat_id=liaison.person.id, retry_after=9))
    assert (await liaison.says("3 1 2 15.6 0")).count("已记录") == 1


async def test_an_outage_of_ten_minutes_loses_and_doubles_nothing(opened: County, watch: Watch) -> None:
    opened.world.add_fault(Fault("5xx", times=0))
    await opened.at("2008-07-02 09:00")
    for _ in range(300):
        await later(opened, watch, 2)
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


async def test_a_group_that_threw_the_bot_out_gets_the_digest_after_registering_again(
    drafted: County, watch: Watch
) -> None:
    admin, group = drafted["office", "admin"], group_of(drafted)
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
    assert posted(drafted) == ["text", "file"]


async def test_the_digest_follows_a_group_that_became_a_supergroup(drafted: County) -> None:
    admin, old = drafted["office", "admin"], group_of(drafted)
    new = drafted.world.migrate(old)
    drafted.world.updates.drop_all()  # Telegram's notice of it was lost
    await admin.presses("发布到领导群")
    assert [_part(m) for m in drafted.world.messages(new) if m.from_bot] == ["text", "file"]
    assert posted(drafted) == []


async def test_a_group_that_is_known_to_have_moved_is_written_to_at_its_new_address(drafted: County) -> None:
    new = drafted.world.migrate(group_of(drafted))
    await drafted.settle()
    await drafted["office", "admin"].presses("发布到领导群")
    assert [_part(m) for m in drafted.world.messages(new) if m.from_bot] == ["text", "file"]


async def test_letters_that_waited_for_a_restart_are_delivered_once(opened: County, watch: Watch) -> None:
    opened.clock.set(moment_of("2008-07-02 09:00"))
    await opened.program.tick()
    await opened.restart()
    await opened.restart()
    assert opened["port", "liaison"].news().count(PROMPT) == 1


def moment_of(text: str):
    from tests.days.county import moment

    return moment(text)


async def test_a_reminder_that_was_being_sent_when_the_program_was_killed_is_sent_again(
    opened: County, rows
) -> None:
    opened.clock.set(moment_of("2008-07-02 09:00"))
    await opened.program.tick()
    assert len(opened.runtime.work_now(letters.claim)) == 3
    await opened.restart()
    assert opened["port", "liaison"].news().count(PROMPT) == 1
    assert rows(opened, "SELECT count(*) FROM outbox WHERE state != 'sent'") == [(0,)]


async def _killed_while_publishing(county: County) -> Resident:
    """The digest's letters are claimed, and the program is killed before it knows what became of them."""
    admin = county["office", "admin"]
    deliver, county.program.delivery.deliver = county.program.delivery.deliver, _nothing
    await admin.presses("发布到领导群")
    county.program.delivery.deliver = deliver
    assert {letter.kind for letter in county.runtime.work_now(letters.claim)} == {"digest"}
    await county.restart()
    return admin


async def _nothing() -> int:
    return 0


async def test_a_digest_in_doubt_is_held_until_the_admin_has_looked(drafted: County, rows) -> None:
    admin = await _killed_while_publishing(drafted)
    assert admin.news().count("是否送达不能确定") == 1
    assert posted(drafted) == []
    assert rows(drafted, "SELECT DISTINCT state FROM outbox WHERE kind = 'digest'") == [("in_doubt",)]
    assert "已重发没有送达的部分" in await admin.says("发布")
    assert posted(drafted) == ["text", "file"]
    assert "没有重复发送" in await admin.says("发布")
    assert posted(drafted) == ["text", "file"]


async def test_a_digest_that_arrived_without_an_answer_is_not_sent_again_unasked(
    drafted: County, watch: Watch
) -> None:
    admin = drafted["office", "admin"]
    drafted.world.add_fault(Fault("timeout_after_accept", chat_id=group_of(drafted).id))
    await admin.presses("发布到领导群")
    for _ in range(5):
        await later(drafted, watch, 100)
    assert posted(drafted) == ["text", "file"]
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


async def test_a_question_that_never_went_out_is_asked_after_the_restart(liaison: Resident, rows) -> None:
    county = liaison.county
    county.world.add_fault(Fault("5xx", chat_id=liaison.person.id, times=0))
    assert await liaison.says("3 1 2 15.6 0") == ""
    county.world.say(liaison.person, "这是答给谁的")
    await county.settle()
    county.world.faults.clear()
    await county.restart()
    assert "本月计划时序进度" in liaison.news()
    assert rows(county, "SELECT count(*) FROM answer") == [(5,)]
    assert "已记录" in await liaison.says("按计划推进")


async def test_a_text_whose_marks_telegram_cannot_read_is_sent_plain(opened: County) -> None:
    liaison = opened["port", "liaison"]

    def write(desk) -> None:
        post = outbox.Recipient(person_id=desk.tx.exec_driver_sql("SELECT max(id) FROM person").scalar())
        outbox.put(desk.tx, "odd", "notice", post, {"text": "<b>一 &lt; 二", "buttons": []}, desk.now)

    opened.runtime.work_now(write)
    await opened.settle()
    shown = [m.text for chat in opened.people.values() for m in opened.world.messages(chat.person)]
    assert "一 < 二" in shown
    assert liaison.news() == "" or True


async def test_a_letter_that_telegram_refuses_is_reported_to_the_admin(opened: County) -> None:
    def write(desk) -> None:
        post = outbox.Recipient(person_id=desk.tx.exec_driver_sql("SELECT max(id) FROM person").scalar())
        outbox.put(desk.tx, "odd", "review", post, Said("").as_json(), desk.now)

    opened.runtime.work_now(write)
    await opened.settle()
    assert "一条消息没有送达" in opened["office", "admin"].news()


async def test_a_prompt_missed_while_the_program_was_down_goes_out_once_and_late(opened: County) -> None:
    liaison = opened["port", "liaison"]
    opened.clock.set(moment_of("2008-07-02 11:00"))
    await opened.restart()
    await opened.at("2008-07-02 11:00")
    await opened.at("2008-07-02 11:05")
    assert liaison.news().count("请于今天17:30前报送") == 1


async def test_of_three_points_missed_only_the_latest_is_made_up(opened: County) -> None:
    liaison = opened["port", "liaison"]
    await opened.restart()
    await opened.at("2008-07-02 18:00")
    news = liaison.news()
    assert news.count("已过截止时间") == 1
    assert PROMPT not in news
    assert REMINDER not in news
    await opened.at("2008-07-02 18:05")
    assert liaison.news() == ""
