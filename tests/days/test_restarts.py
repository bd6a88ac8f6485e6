"""The program is stopped or killed at a bad moment: what was due is done once, and what is in doubt is asked."""

from __future__ import annotations

import pytest

from services import letters
from simulator.faults import Fault
from tests.days.county import County, Resident, moment

pytestmark = pytest.mark.both_databases

PROMPT, REMINDER = "请于今天17:30前报送", "提醒："


async def test_letters_that_waited_for_a_restart_are_delivered_once(opened: County) -> None:
    opened.clock.set(moment("2008-07-02 09:00"))
    await opened.program.tick()
    await opened.restart()
    await opened.restart()
    assert opened["port", "liaison"].news().count(PROMPT) == 1


async def test_a_reminder_that_was_being_sent_when_the_program_was_killed_is_sent_again(
    opened: County, rows
) -> None:
    opened.clock.set(moment("2008-07-02 09:00"))
    await opened.program.tick()
    assert len(opened.runtime.work_now(letters.claim)) == 3
    await opened.restart()
    assert opened["port", "liaison"].news().count(PROMPT) == 1
    assert rows(opened, "SELECT count(*) FROM outbox WHERE state != 'sent'") == [(0,)]


async def _killed_while_publishing(county: County) -> Resident:
    """The digest's first part, a picture, is claimed, and the program is killed before it knows what became of it."""
    admin = county["office", "admin"]
    deliver, county.program.delivery.deliver = county.program.delivery.deliver, _nothing
    await admin.presses("发布到领导群")
    county.program.delivery.deliver = deliver
    assert {letter.kind for letter in county.runtime.work_now(letters.claim)} == {"digest"}
    await county.restart()
    return admin


async def _nothing() -> int:
    return 0


async def test_a_digest_in_doubt_is_held_until_the_admin_has_looked(drafted: County, rows, posted) -> None:
    admin = await _killed_while_publishing(drafted)
    assert admin.news().count("是否送达不能确定") == 1
    # Only the picture was on its way: that the rest had not gone out is certain.
    assert posted(drafted.leaders) == ["text", "file", "file"]
    states = rows(drafted, "SELECT state FROM outbox WHERE kind = 'digest' ORDER BY id")
    assert states == [("in_doubt",), ("sent",), ("sent",), ("sent",)]
    assert "已重发没有送达的部分" in await admin.says("发布")
    assert posted(drafted.leaders) == ["text", "file", "file", "picture"]
    assert "没有重复发送" in await admin.says("发布")
    assert posted(drafted.leaders) == ["text", "file", "file", "picture"]


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


async def test_a_prompt_missed_while_the_program_was_down_goes_out_once_and_late(opened: County) -> None:
    liaison = opened["port", "liaison"]
    opened.clock.set(moment("2008-07-02 11:00"))
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
