"""The bot writes, edits, deletes, pins; what each member of the chat then sees."""

from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MessageEntity,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, Forbidden

from simulator.world import Person, World


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=f"v:{text}") for text in labels]])


async def test_the_bot_knows_itself(bot: Bot, world: World) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.is_bot) == (world.bot.id, "yibao_bot", True)
    assert me.can_read_all_group_messages is False


async def test_a_message_is_seen_as_the_bot_meant_it(bot: Bot, world: World, lin: Person) -> None:
    sent = await bot.send_message(
        lin.id,
        "😀<b>一月一报</b>\n<i>安全</i>",
        parse_mode=ParseMode.HTML,
        reply_markup=keyboard("提交", "返回"),
    )
    seen = world.last(lin)
    assert seen.text == "😀一月一报\n安全" == sent.text
    assert sent.parse_entities() == {sent.entities[0]: "一月一报", sent.entities[1]: "安全"}
    assert [[(b.text, b.data) for b in row] for row in seen.buttons] == [
        [("提交", "v:提交"), ("返回", "v:返回")]
    ]
    assert (seen.from_bot, seen.edited, seen.deleted, seen.pinned) == (True, False, False, False)
    assert sent.reply_markup == keyboard("提交", "返回")
    assert sent.date == seen.date.replace(microsecond=0)


async def test_explicit_entities_replace_a_parse_mode(bot: Bot, lin: Person) -> None:
    sent = await bot.send_message(lin.id, "报告", entities=[MessageEntity("bold", 0, 1)])
    assert [entity.type for entity in sent.entities] == ["bold"]


async def test_a_reply_carries_the_message_it_answers(bot: Bot, world: World, lin: Person) -> None:
    asked = world.say(lin, "怎么填？")
    assert asked.message_id is not None
    sent = await bot.send_message(
        lin.id, "这样填", reply_parameters=ReplyParameters(asked.message_id), protect_content=True
    )
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "怎么填？"
    assert sent.has_protected_content
    lenient = ReplyParameters(999, allow_sending_without_reply=True)
    assert (await bot.send_message(lin.id, "也行", reply_parameters=lenient)).reply_to_message is None


async def test_reply_keyboards_are_seen_but_are_not_inline_buttons(
    bot: Bot, world: World, lin: Person
) -> None:
    await bot.send_message(lin.id, "选", reply_markup=ReplyKeyboardMarkup([["零报告", "无"]]))
    assert world.last(lin).reply_buttons == [["零报告", "无"]]
    for markup in (ReplyKeyboardRemove(), ForceReply()):
        await bot.send_message(lin.id, "收", reply_markup=markup)
        assert world.last(lin).buttons == []


async def test_an_edit_changes_text_and_buttons_and_leaves_a_mark(
    bot: Bot, world: World, lin: Person
) -> None:
    sent = await bot.send_message(lin.id, "旧", reply_markup=keyboard("提交"))
    edited = await bot.edit_message_text("新", lin.id, sent.message_id)
    seen = world.last(lin)
    assert (seen.text, seen.buttons, seen.edited) == ("新", [], True)
    assert not isinstance(edited, bool)
    assert edited.edit_date is not None
    await bot.edit_message_reply_markup(lin.id, sent.message_id, reply_markup=keyboard("再来"))
    assert world.last(lin).button("再来").data == "v:再来"


async def test_captions_can_be_edited(bot: Bot, world: World, lin: Person) -> None:
    sent = await bot.send_document(lin.id, b"x", filename="月报.xlsx", caption="旧")
    await bot.edit_message_caption(lin.id, sent.message_id, caption="<b>新</b>", parse_mode="HTML")
    assert world.last(lin).caption == "新"


async def test_a_deleted_message_disappears_but_its_number_is_not_used_again(
    bot: Bot, world: World, lin: Person
) -> None:
    sent = await bot.send_message(lin.id, "误发")
    assert await bot.delete_message(lin.id, sent.message_id)
    assert sent.message_id not in [m.message_id for m in world.messages(lin)]
    assert world.messages(lin, deleted=True)[-1].deleted
    assert (await bot.send_message(lin.id, "再发")).message_id == sent.message_id + 1


async def test_what_is_older_than_two_days_cannot_be_deleted(bot: Bot, world: World, lin: Person) -> None:
    sent = await bot.send_message(lin.id, "旧")
    world.clock.advance(hours=49)
    with pytest.raises(BadRequest, match="can't be deleted for everyone"):
        await bot.delete_message(lin.id, sent.message_id)


async def test_pinning_shows_in_the_chat_and_unpinning_takes_it_away(
    bot: Bot, world: World, lin: Person
) -> None:
    sent = await bot.send_message(lin.id, "公告")
    await bot.pin_chat_message(lin.id, sent.message_id)
    assert world.messages(lin)[-2].pinned
    assert "pinned_message" in world.last(lin).extra
    chat = await bot.get_chat(lin.id)
    assert chat.pinned_message is not None
    assert chat.pinned_message.text == "公告"
    await bot.unpin_chat_message(lin.id)
    assert (await bot.get_chat(lin.id)).pinned_message is None


async def test_commands_are_kept_by_scope_and_language(bot: Bot, lin: Person) -> None:
    commands = [BotCommand("help", "怎么用")]
    scope = BotCommandScopeChat(lin.id)
    await bot.set_my_commands(commands)
    await bot.set_my_commands([BotCommand("digest", "通报")], scope=scope, language_code="zh")
    assert list(await bot.get_my_commands()) == commands
    assert (await bot.get_my_commands(scope=scope, language_code="zh"))[0].command == "digest"
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()


async def test_chat_actions_are_accepted(bot: Bot, world: World, lin: Person) -> None:
    assert await bot.send_chat_action(lin.id, ChatAction.UPLOAD_DOCUMENT)
    assert world.ledger.entries[-1].payload == {"action": "upload_document"}


async def test_a_person_is_known_only_after_opening_the_chat(bot: Bot, world: World) -> None:
    stranger = world.add_person("陌生人")
    with pytest.raises(BadRequest, match=r"[Cc]hat not found"):
        await bot.get_chat(stranger.id)
    world.start(stranger)
    assert (await bot.get_chat(stranger.id)).first_name == "陌生人"


async def test_form_and_json_bodies_mean_the_same(api: Any, bot: Bot, world: World, lin: Person) -> None:
    markup = {"inline_keyboard": [[{"text": "好", "callback_data": "v:好"}]]}
    await api("sendMessage", chat_id=lin.id, text="甲", reply_markup=markup)
    by_json = world.last(lin)
    await bot.send_message(lin.id, "甲", reply_markup=keyboard("好"))
    assert (world.last(lin).text, world.last(lin).buttons) == (by_json.text, by_json.buttons)


async def test_blocked_and_deactivated_people_cannot_be_written_to(
    bot: Bot, world: World, lin: Person
) -> None:
    world.block(lin)
    with pytest.raises(Forbidden) as refused:
        await bot.send_message(lin.id, "在吗")
    assert refused.value.message == "Forbidden: bot was blocked by the user"
    world.start(lin)
    await bot.send_message(lin.id, "欢迎回来")
    world.deactivate(lin)
    with pytest.raises(Forbidden) as refused:
        await bot.send_message(lin.id, "在吗")
    assert refused.value.message == "Forbidden: user is deactivated"
