"""getUpdates: long polling, confirmation, conflicts, forgetting."""

import asyncio
import time
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import Conflict, InvalidToken

from simulator.world import Person, World

SIGN = InlineKeyboardMarkup.from_button(InlineKeyboardButton("同意签字", callback_data="sign:7:1"))


async def test_a_waiting_poll_wakes_as_soon_as_someone_writes(
    world: World, bot: Bot, lin: Person, until: Any
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await until(lambda: world.updates.polling)
    began = time.monotonic()
    said = world.say(lin, "3 1 2 15.6 0")
    (update,) = await poll
    assert time.monotonic() - began < 1
    assert update.update_id == said.update_id
    assert update.message is not None
    assert update.message.text == "3 1 2 15.6 0"
    assert update.message.message_id == said.message_id
    assert not world.updates.polling


async def test_an_empty_poll_without_timeout_returns_at_once(bot: Bot) -> None:
    assert await bot.get_updates(timeout=0) == ()


async def test_an_offset_confirms_everything_below_it(world: World, bot: Bot, lin: Person) -> None:
    first, second, third = (world.say(lin, text).update_id for text in "甲乙丙")
    assert [u.update_id for u in await bot.get_updates()] == [first, second, third]
    assert [u.update_id for u in await bot.get_updates(offset=second)] == [second, third]
    assert [u.update_id for u in await bot.get_updates()] == [second, third]
    assert third is not None
    assert await bot.get_updates(offset=third + 1) == ()
    assert world.updates.count() == 0


async def test_a_negative_offset_keeps_only_the_latest(world: World, bot: Bot, lin: Person) -> None:
    ids = [world.say(lin, text).update_id for text in "甲乙丙"]
    assert [u.update_id for u in await bot.get_updates(offset=-1)] == ids[-1:]
    assert world.updates.count() == 1


async def test_the_limit_bounds_a_batch(world: World, bot: Bot, lin: Person) -> None:
    for number in range(120):
        world.say(lin, str(number))
    assert len(await bot.get_updates(limit=7)) == 7
    assert len(await bot.get_updates()) == 100


async def test_a_second_poller_throws_out_the_first(world: World, bot: Bot, lin: Person, until: Any) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=50))
    await until(lambda: world.updates.polling)
    second = asyncio.create_task(bot.get_updates(timeout=50))
    with pytest.raises(Conflict) as refused:
        await first
    assert refused.value.message == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    world.say(lin, "在")
    assert len(await second) == 1


async def test_polling_is_refused_while_a_webhook_is_set(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_setting_a_webhook_ends_a_waiting_poll(world: World, bot: Bot, until: Any) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await until(lambda: world.updates.polling)
    await bot.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll


async def test_only_allowed_kinds_are_made_and_the_choice_is_remembered(
    world: World, bot: Bot, lin: Person
) -> None:
    await bot.get_updates(allowed_updates=[Update.MESSAGE])
    assert world.block(lin).update_id is None
    world.unblock(lin)
    assert world.say(lin, "在").update_id is not None
    await bot.get_updates(allowed_updates=[])
    assert world.block(lin).update_id is not None


async def test_updates_are_forgotten_after_a_day_and_presses_after_150_seconds(
    world: World, bot: Bot, lin: Person
) -> None:
    world.clock.set(rate=0)
    await bot.send_message(lin.id, "签字？", reply_markup=SIGN)
    world.say(lin, "先说一句")
    world.press(lin, label="同意签字")
    assert world.updates.count() == 2
    world.clock.advance(seconds=151)
    assert [u.callback_query for u in await bot.get_updates()] == [None]
    world.clock.advance(hours=24)
    assert await bot.get_updates() == ()


async def test_update_numbers_may_restart_lower(world: World, bot: Bot, lin: Person) -> None:
    high = world.say(lin, "旧").update_id
    assert high is not None
    world.updates.restart(5)
    low = world.say(lin, "新").update_id
    assert low == 5
    assert [u.update_id for u in await bot.get_updates(offset=high + 1)] == [5]
    assert await bot.get_updates(offset=6) == ()


async def test_a_poll_whose_client_left_no_longer_waits(world: World, bot: Bot, until: Any) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await until(lambda: world.updates.polling)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    assert not world.updates.polling


async def test_a_wrong_token_and_an_unknown_method(
    world: World, make_bot: Any, client: httpx.AsyncClient
) -> None:
    with pytest.raises(InvalidToken, match="Unauthorized"):
        await make_bot("1:wrong").get_me()
    answer = await client.get(f"/bot{world.token}/sendTelepathy")
    assert answer.status_code == 404
    assert answer.json() == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}
    assert (await client.get("/elsewhere")).json()["description"] == "Not Found"


async def test_getupdates_works_by_get_with_a_query(
    world: World, client: httpx.AsyncClient, lin: Person
) -> None:
    world.say(lin, "在")
    answer = await client.get(f"/bot{world.token}/GETUPDATES", params={"limit": 1, "timeout": 0})
    assert answer.json()["result"][0]["message"]["text"] == "在"
