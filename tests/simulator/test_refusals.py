"""Every refusal word for word, and the exception python-telegram-bot makes of it."""

from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, NetworkError

from simulator.world import Person, World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def buttons(data: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "键", "callback_data": data}]]}


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "message text is empty"),
        ({}, "message text is empty"),
        ({"text": "报" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": 12345}, "chat not found"),
        ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "x", "reply_markup": buttons("键" * 22)}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": buttons("")}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "键"}]]}},
            "text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "reply_to_message_id": 99}, "message to be replied not found"),
        (
            {"text": "<x>", "parse_mode": "HTML"},
            'can\'t parse entities: Unsupported start tag "x" at byte offset 0',
        ),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        (
            {"text": "x", "parse_mode": "MarkdownV2"},
            "can't parse entities: MarkdownV2 is not imitated by the simulator",
        ),
    ],
)
async def test_a_message_is_refused_in_telegrams_words(
    api: Any, lin: Person, world: World, params: dict[str, Any], reason: str
) -> None:
    before = len(world.ledger.entries)
    answer = await api("sendMessage", **{"chat_id": lin.id, **params})
    assert answer == {"ok": False, "error_code": 400, "description": f"Bad Request: {reason}"}
    assert len(world.ledger.entries) == before


async def test_the_length_is_counted_after_the_tags_are_gone(bot: Bot, world: World, lin: Person) -> None:
    await bot.send_message(lin.id, "<b>" + "报" * 4096 + "</b>", parse_mode="HTML")
    await bot.send_message(lin.id, "&lt;" * 4096, parse_mode="HTML")
    assert len(world.last(lin).text) == 4096


async def test_sixty_four_bytes_of_data_are_allowed(bot: Bot, lin: Person) -> None:
    markup = InlineKeyboardMarkup.from_button(InlineKeyboardButton("键", callback_data="键" * 21 + "a"))
    assert (await bot.send_message(lin.id, "x", reply_markup=markup)).reply_markup == markup


async def test_a_bot_cannot_speak_first(bot: Bot, world: World) -> None:
    stranger = world.add_person("陌生人")
    with pytest.raises(Forbidden) as refused:
        await bot.send_message(stranger.id, "您好")
    assert refused.value.message == "Forbidden: bot can't initiate conversation with a user"


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("editMessageText", {"text": "原文"}, NOT_MODIFIED),
        ("editMessageReplyMarkup", {}, NOT_MODIFIED),
        ("editMessageText", {"text": "新", "message_id": 99}, "message to edit not found"),
        ("editMessageText", {"text": "新", "message_id": 1}, "message can't be edited"),
        ("editMessageText", {"text": "新", "message_id": ""}, "message identifier is not specified"),
        ("editMessageCaption", {"caption": "新"}, "there is no caption in the message to edit"),
        ("deleteMessage", {"message_id": 99}, "message to delete not found"),
        ("pinChatMessage", {"message_id": 99}, "message to pin not found"),
        ("unpinChatMessage", {}, "message to unpin not found"),
        ("sendChatAction", {"action": "sleeping"}, "wrong parameter action in request"),
        ("setMyCommands", {"commands": [{"command": "帮助", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ("getChatMember", {"user_id": 4}, "user not found"),
        ("getFile", {"file_id": "nothing"}, "wrong file_id or the file is temporarily unavailable"),
        ("sendDocument", {}, "there is no document in the request"),
        ("sendDocument", {"document": "nothing"}, "wrong file identifier/HTTP URL specified"),
        ("sendMediaGroup", {"media": []}, "there are no messages to send"),
        ("setWebhook", {"url": "ftp://127.0.0.1/"}, "bad webhook: An HTTPS URL must be provided for webhook"),
    ],
)
async def test_other_methods_refuse_in_telegrams_words(
    api: Any, bot: Bot, lin: Person, method: str, params: dict[str, Any], reason: str
) -> None:
    sent = await bot.send_message(lin.id, "原文")
    answer = await api(method, **{"chat_id": lin.id, "message_id": sent.message_id, **params})
    assert answer["description"] == f"Bad Request: {reason}"


async def test_refusals_reach_the_library_as_its_own_exceptions(bot: Bot, lin: Person) -> None:
    sent = await bot.send_message(lin.id, "原文")
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("原文", lin.id, sent.message_id)
    with pytest.raises(BadRequest, match=r"[Cc]aption is too long"):
        await bot.send_document(lin.id, b"x", caption="报" * 1025)
    with pytest.raises(BadRequest, match=r"[Ff]ile must be non-empty"):
        await bot.send_document(lin.id, b"", filename="空.xlsx")
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(lin.id, b"not a picture")


async def test_a_body_of_more_than_fifty_megabytes_is_refused(bot: Bot, lin: Person) -> None:
    for size in (50 * 1024 * 1024 + 1, 53 * 1024 * 1024):
        with pytest.raises(NetworkError, match="Request Entity Too Large"):
            await bot.send_document(lin.id, bytes(size), filename="大.bin")


async def test_a_broken_body_is_refused_not_a_crash(world: World, client: httpx.AsyncClient) -> None:
    url = f"/bot{world.token}/sendMessage"
    for kind, body in (
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"[" * 100_000),
        ("multipart/form-data; boundary=x", b"nonsense"),
        ("multipart/form-data", b"nonsense"),
    ):
        answer = await client.post(url, content=body, headers={"content-type": kind})
        assert answer.status_code == 400
        assert answer.json()["ok"] is False
