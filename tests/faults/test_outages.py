"""What Telegram does to updates, and outages of ours: faults 1–13, 15, 24, 31 and 44 of the catalogue."""

from __future__ import annotations

import asyncio

import pytest
from telegram.error import Conflict

from bot.intake import STANDBY_SECONDS
from simulator.faults import Fault
from simulator.webhook import Webhook
from tests.days.county import County, Resident, Watch, moment

PROMPT = "请于今天17:30前报送"


async def test_an_update_that_comes_twice_in_one_batch_counts_once(liaison: Resident, rows) -> None:
    liaison.county.world.add_fault(Fault("duplicate_updates", times=1))
    await liaison.says("3 1 2 15.6 0")
    assert rows(liaison.county, "SELECT count(*) FROM answer") == [(5,)]


async def test_what_was_committed_but_not_confirmed_comes_again_and_changes_nothing(
    liaison: Resident, rows
) -> None:
    county = liaison.county
    county.world.say(liaison.person, "3 1 2 15.6 0")
    await county.program.intake.poll(0)  # and killed before the next poll, which would confirm it
    await county.restart()
    assert rows(county, "SELECT count(*) FROM answer") == [(5,)]
    assert "已记录" in await liaison.says("按计划推进")


async def test_numbers_that_restart_lower_are_taken(liaison: Resident, rows) -> None:
    liaison.county.world.updates.restart(7)
    liaison.county.program.intake.offset = 0
    assert "已记录" in await liaison.says("3 1 2 15.6 0")
    assert rows(liaison.county, "SELECT count(*) FROM answer") == [(5,)]


async def test_a_second_poller_is_stood_by_and_reported_once(opened: County, monkeypatch) -> None:
    intake, admin = opened.program.intake, opened["office", "admin"]
    naps: list[float] = []
    sleep = asyncio.sleep

    async def nap(seconds: float, result: object = None) -> object:
        naps.append(seconds)
        if len(naps) > 3:
            raise asyncio.CancelledError
        return await sleep(0, result)

    async def conflict(_: int) -> int:
        raise Conflict("terminated by other getUpdates request")

    with monkeypatch.context() as odd:
        odd.setattr(asyncio, "sleep", nap)
        odd.setattr(intake, "poll", conflict)
        with pytest.raises(asyncio.CancelledError):
            await intake.run()
    assert naps == [STANDBY_SECONDS * factor for factor in (1, 2, 4, 8)]
    await opened.settle()
    assert admin.news().count("另有一个程序在用我的令牌收消息") == 1


async def test_a_webhook_that_was_set_is_taken_away_before_polling(opened: County, monkeypatch) -> None:
    opened.world.webhook = Webhook("https://elsewhere.example/hook")

    async def once(_: int) -> int:
        raise asyncio.CancelledError

    monkeypatch.setattr(opened.program.intake, "poll", once)
    with pytest.raises(asyncio.CancelledError):
        await opened.program.intake.run()
    assert opened.world.webhook is None


async def _down(county: County, until: str) -> None:
    """The program is down, with its last look at Telegram where the clock was."""
    await county.settle()
    county.clock.set(moment(until))
    county.world.clock.set(county.clock.now(), 0)
    await county.restart()


async def test_a_network_that_comes_back_later_than_the_program_is_waited_for(opened: County) -> None:
    opened.world.add_fault(Fault("outage", method="getMe", times=5))
    await opened.restart()
    await opened.at("2008-07-02 09:00")
    assert opened["port", "liaison"].news().count(PROMPT) == 1


async def test_an_outage_of_25_hours_is_told_and_open_questions_are_asked_again_once(
    liaison: Resident,
) -> None:
    county, admin, idle = liaison.county, liaison.county["office", "admin"], liaison.county["port", "liaison"]
    await _down(county, "2008-07-02 10:30")
    told = admin.news()
    assert told.count("我没有收到消息，超过Telegram保存的24小时") == 1
    assert "7月1日09:00至7月2日10:30" in told
    assert "已请1人重新回答" in told
    again = liaison.news()
    assert again.count("您这期间发来的可能没有记上") == 1
    assert "请依次回复" in again
    assert "没有记上" not in idle.news()
    assert "已记录" in await liaison.says("3 1 2 15.6 0")
    await county.restart()
    assert "没有记上" not in liaison.news()
    assert admin.news() == ""


async def test_an_outage_of_twenty_hours_needs_no_words(liaison: Resident) -> None:
    county = liaison.county
    county.world.say(liaison.person, "3 1 2 15.6 0")
    county.clock.set(moment("2008-07-02 05:00"))
    county.world.clock.set(county.clock.now(), 0)
    await county.restart()
    assert "已记录" in liaison.news()
    assert county["office", "admin"].news() == ""


async def test_telegram_out_of_reach_for_25_hours_is_an_outage_too(liaison: Resident) -> None:
    county = liaison.county
    fault = county.world.add_fault(Fault("outage", times=0))
    with pytest.raises(Exception, match=r".*"):
        await county.program.intake.poll(0)
    county.world.faults.clear(fault.id)
    county.clock.set(moment("2008-07-02 10:30"))
    county.world.clock.set(county.clock.now(), 0)
    await county.settle()
    assert county["office", "admin"].news().count("超过Telegram保存的24小时") == 1


async def test_a_press_that_telegram_forgot_is_made_good_by_the_next_reminder(opened: County) -> None:
    liaison = opened["port", "liaison"]
    await opened.at("2008-07-02 09:00")
    opened.world.press(liaison.person, label="开始填报")
    opened.clock.set(moment("2008-07-02 09:10"))
    opened.world.clock.set(opened.clock.now(), 0)
    await opened.settle()
    liaison.news()
    await opened.at("2008-07-02 15:30")
    assert "提醒：" in liaison.news()
    assert "请依次回复" in await liaison.presses("开始填报")


async def test_a_general_flood_control_slows_down_and_loses_nothing(opened: County, watch: Watch) -> None:
    opened.world.add_fault(Fault("429", method="sendMessage", retry_after=5, times=2))
    await opened.at("2008-07-02 09:00")
    for _ in range(10):
        watch.seconds += 10
        await opened.settle()
    for unit in ("traffic_police", "port", "fire_brigade"):
        assert opened[unit, "liaison"].news().count(PROMPT) == 1
    assert opened.program.delivery.pace.rate(watch.seconds) == opened.program.delivery.pace.overall


async def test_a_clock_set_back_and_forth_sends_nothing_twice(opened: County) -> None:
    await opened.at("2008-07-02 09:00")
    await opened.at("2008-07-02 08:00")
    await opened.at("2008-07-02 10:00")
    await opened.at("2008-07-02 09:00")
    assert opened["port", "liaison"].news().count(PROMPT) == 1


async def test_a_stop_under_load_finishes_what_was_taken(opened: County, rows) -> None:
    for unit in ("traffic_police", "port", "fire_brigade"):
        opened.world.say(opened[unit, "liaison"].person, "填报")
    opened.clock.set(moment("2008-07-02 09:00"))
    await opened.program.tick()
    await opened.program.intake.poll(0)
    async with asyncio.timeout(10):
        await opened.program.drain()
    assert opened.program.idle
    assert "请依次回复" in opened["port", "liaison"].news()
    assert rows(opened, "SELECT count(*) FROM outbox WHERE state = 'sending'") == [(0,)]
    assert not opened.world.updates.pending
