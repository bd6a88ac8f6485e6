"""Faults spoil exactly what they name; limits hold the bot back."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from telegram import Bot
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from simulator.faults import Fault, FaultKind
from simulator.limits import Limits
from simulator.transport import InProcessTransport
from simulator.world import Person, World


async def test_flood_control_of_one_chat_leaves_the_others_alone(bot: Bot, world: World, lin: Person) -> None:
    wang = world.add_person("王建国")
    world.start(wang)
    world.add_fault(Fault("429", chat_id=lin.id, retry_after=35))
    await bot.send_message(wang.id, "照发")
    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(lin.id, "等")
    assert refused.value.retry_after == timedelta(seconds=35)
    await bot.send_message(lin.id, "只一次")


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("429", RetryAfter, "Flood control exceeded"),
        ("5xx", NetworkError, "Bad Gateway"),
        ("outage", NetworkError, "Service Unavailable"),
        ("401", InvalidToken, "Unauthorized"),
        ("malformed", TelegramError, "Invalid server response"),
    ],
)
async def test_a_spoilt_call_is_not_accepted(
    bot: Bot, world: World, lin: Person, kind: FaultKind, error: type[TelegramError], words: str
) -> None:
    world.add_fault(Fault(kind, times=2))
    before = len(world.messages(lin))
    for _ in range(2):
        with pytest.raises(error) as refused:
            await bot.send_message(lin.id, "x")
        assert words in str(refused.value)
    await bot.send_message(lin.id, "好了")
    assert len(world.messages(lin)) == before + 1
    assert world.faults.rules == []


async def test_a_fault_without_a_number_lasts_until_cleared(bot: Bot, world: World, lin: Person) -> None:
    rule = world.add_fault(Fault("5xx", times=0, method="sendMessage", status=500))
    for _ in range(3):
        with pytest.raises(NetworkError, match="Internal Server Error"):
            await bot.send_message(lin.id, "x")
    assert await bot.get_me()
    assert world.faults.clear(rule.id) == 1
    await bot.send_message(lin.id, "好了")


async def test_polling_is_spared_unless_named_but_not_by_an_outage(bot: Bot, world: World) -> None:
    world.add_fault(Fault("5xx"))
    assert await bot.get_updates() == ()
    world.faults.clear()
    world.add_fault(Fault("5xx", method="getUpdates"))
    with pytest.raises(NetworkError):
        await bot.get_updates()
    world.add_fault(Fault("outage"))
    with pytest.raises(NetworkError):
        await bot.get_updates()


async def test_a_message_may_be_accepted_and_its_answer_lost(
    bot: Bot, world: World, lin: Person, app: Starlette, make_bot: Callable[..., Bot]
) -> None:
    world.add_fault(Fault("timeout_after_accept"))
    with pytest.raises(NetworkError):
        await bot.send_message(lin.id, "第一封")
    assert world.last(lin).text == "第一封"
    async with make_bot(transport=InProcessTransport(app)) as patient:
        world.add_fault(Fault("timeout_after_accept"))
        with pytest.raises(TimedOut):
            await patient.send_message(lin.id, "第二封")
    assert world.last(lin).text == "第二封"
    assert world.ledger.entries[-1].payload["text"] == "第二封"


async def test_a_slow_answer_runs_into_the_readers_timeout(
    world: World, lin: Person, app: Starlette, make_bot: Callable[..., Bot], bot: Bot
) -> None:
    world.add_fault(Fault("slow", latency=0.02))
    await bot.send_message(lin.id, "慢")
    async with make_bot(transport=InProcessTransport(app)) as hurried:
        world.add_fault(Fault("slow", latency=60))
        with pytest.raises(TimedOut):
            await hurried.send_message(lin.id, "太慢", read_timeout=0.01)
    assert world.last(lin).text == "慢"
    assert world.in_flight == 0


async def test_a_malformed_answer_may_hide_an_accepted_message(bot: Bot, world: World, lin: Person) -> None:
    world.add_fault(Fault("malformed", accept=True))
    with pytest.raises(TelegramError):
        await bot.send_message(lin.id, "其实发了")
    assert world.last(lin).text == "其实发了"


async def test_updates_may_come_twice(bot: Bot, world: World, lin: Person) -> None:
    world.add_fault(Fault("duplicate_updates", times=2))
    ids = [world.say(lin, text).update_id for text in "甲乙丙"]
    assert [u.update_id for u in await bot.get_updates()] == [ids[0], ids[0], ids[1], ids[1], ids[2]]


async def test_update_numbers_restart_at_once(world: World, lin: Person) -> None:
    world.add_fault(Fault("update_id_restart", next_update_id=7))
    assert world.say(lin, "甲").update_id == 7
    assert world.faults.rules == []


class FakeTime:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_one_chat_gets_about_one_message_a_second() -> None:
    clock = FakeTime()
    limits = Limits(on=True, monotonic=clock)
    assert [limits.retry_after(5) for _ in range(3)] == [None, None, 1]
    assert limits.retry_after(6) is None
    clock.now += 1
    assert limits.retry_after(5) is None


def test_a_group_gets_twenty_messages_a_minute() -> None:
    clock = FakeTime()
    limits = Limits(on=True, monotonic=clock)
    for _ in range(20):
        assert limits.retry_after(-5) is None
        clock.now += 1
    assert limits.retry_after(-5) == 40
    clock.now += 40
    assert limits.retry_after(-5) is None


def test_all_chats_together_get_thirty_messages_a_second() -> None:
    limits = Limits(on=True, monotonic=FakeTime())
    assert [limits.retry_after(chat) for chat in range(1, 32)] == [None] * 30 + [1]


async def test_limits_are_off_until_switched_on(bot: Bot, world: World, lin: Person) -> None:
    for _ in range(3):
        await bot.send_message(lin.id, "x")
    world.limits.on = True
    await asyncio.gather(*(bot.send_message(lin.id, "x") for _ in range(2)))
    with pytest.raises(RetryAfter):
        await bot.send_message(lin.id, "x")


async def test_a_refused_message_says_when_to_try_again(world: World, client: Any, lin: Person) -> None:
    world.add_fault(Fault("429", retry_after=3))
    answer = await client.post(f"/bot{world.token}/sendMessage", json={"chat_id": lin.id, "text": "x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    assert answer.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
