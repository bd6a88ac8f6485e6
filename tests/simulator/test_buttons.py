"""Pressing buttons: only those that are there, unless forged; answered once and in time."""

from collections.abc import Callable
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram import Message as TelegramMessage
from telegram.error import BadRequest

from simulator.refusals import WorldError
from simulator.world import Message, Person, World

TOO_OLD = "Query is too old and response timeout expired or query id is invalid"
KEYS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("同意签字", callback_data="sign:7:1"),
            InlineKeyboardButton("退回", callback_data="back:7:1"),
        ],
        [InlineKeyboardButton("看表", url="https://example.cn/")],
    ]
)


@pytest.fixture
async def asked(bot: Bot, world: World, lin: Person) -> Message:
    await bot.send_message(lin.id, "请签字", reply_markup=KEYS)
    return world.last(lin)


async def test_a_press_carries_the_button_and_its_message(
    bot: Bot, world: World, lin: Person, asked: Message
) -> None:
    act = world.press(lin, label="同意签字")
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert (query.id, query.data, query.from_user.id) == (act.callback_query_id, "sign:7:1", lin.id)
    assert isinstance(query.message, TelegramMessage)
    assert query.message.message_id == asked.message_id == act.message_id
    assert query.message.reply_markup == KEYS
    assert query.chat_instance


async def test_buttons_are_found_by_data_label_or_place(
    world: World, bot: Bot, lin: Person, asked: Message
) -> None:
    world.press(lin, lin, asked.message_id, data="back:7:1")
    world.press(lin, lin, asked, label="退回")
    world.press(lin, row=0, col=1)
    assert [u.callback_query.data for u in await bot.get_updates() if u.callback_query] == ["back:7:1"] * 3


async def test_the_answer_is_what_the_person_sees_once(
    bot: Bot, world: World, lin: Person, asked: Message
) -> None:
    act = world.press(lin, label="同意签字")
    assert act.callback_query_id is not None
    await bot.answer_callback_query(act.callback_query_id, "已签字", show_alert=True)
    (answer,) = world.answers(lin)
    assert (answer.text, answer.alert) == ("已签字", True)
    with pytest.raises(BadRequest) as refused:
        await bot.answer_callback_query(act.callback_query_id)
    assert refused.value.message == TOO_OLD


async def test_a_press_older_than_150_seconds_cannot_be_answered(
    bot: Bot, world: World, lin: Person, asked: Message
) -> None:
    act = world.press(lin, label="同意签字")
    assert act.callback_query_id is not None
    world.clock.advance(seconds=151)
    with pytest.raises(BadRequest) as refused:
        await bot.answer_callback_query(act.callback_query_id)
    assert refused.value.message == TOO_OLD


async def test_only_buttons_that_are_there_can_be_pressed(
    bot: Bot, world: World, lin: Person, asked: Message
) -> None:
    stranger = world.add_person("陌生人")
    attempts: list[Callable[[], object]] = [
        lambda: world.press(lin, data="sign:8:1"),
        lambda: world.press(lin, label="签"),
        lambda: world.press(lin, row=5),
        lambda: world.press(lin, label="看表"),
        lambda: world.press(lin),
        lambda: world.press(lin, lin, 99, label="退回"),
        lambda: world.press(stranger, lin, asked, label="退回"),
        lambda: world.press(stranger, label="退回"),
    ]
    for attempt in attempts:
        with pytest.raises(WorldError):
            attempt()
    await bot.edit_message_text("已签字", lin.id, asked.message_id)
    with pytest.raises(WorldError):
        world.press(lin, lin, asked.message_id, data="sign:7:1")
    await bot.delete_message(lin.id, asked.message_id)
    with pytest.raises(WorldError):
        world.press(lin, lin, asked.message_id, data="sign:7:1")


async def test_a_forged_press_carries_any_data(bot: Bot, world: World, lin: Person, asked: Message) -> None:
    stranger = world.add_person("陌生人")
    world.press(stranger, lin, asked.message_id, "sign:8:1", force=True)
    world.press(lin, lin, 4242, "sign:9:1", force=True)
    world.press(lin, lin, asked.message_id, "sign:7:1", force=True, inaccessible=True)
    queries: list[Any] = [update.callback_query for update in await bot.get_updates()]
    assert [query.data for query in queries] == ["sign:8:1", "sign:9:1", "sign:7:1"]
    # python-telegram-bot 22.8 makes a Message of all three; only its date tells them apart.
    assert [query.message.is_accessible for query in queries] == [True, False, False]
