"""What Bot API methods share: finding the chat, permission to write, texts, files, the ledger."""

from collections.abc import Awaitable, Callable
from typing import Any

from simulator.entities import MAX_CAPTION, MAX_TEXT, Rich, read_text
from simulator.model import Button, Chat, Json, Keyboard, Message, StoredFile
from simulator.people import IN_CHAT
from simulator.refusals import RefusalError, bad_request, forbidden, too_many
from simulator.requests import Call
from simulator.state import file_note
from simulator.world import World

MAX_UPLOAD = 50 * 1024 * 1024
Method = Callable[[World, Call], Any]
AsyncMethod = Callable[[World, Call], Awaitable[Any]]


def known_chat(world: World, call: Call) -> Chat:
    """The chat meant by chat_id, if the bot has ever met it."""
    given = call.text("chat_id")
    if not given:
        raise bad_request("chat_id is empty")
    chat = world.chats.get(call.integer("chat_id"))
    if chat is None or (not chat.is_private and chat.bot_status == "none"):
        raise bad_request("chat not found")
    if chat.migrated_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    return chat


def open_chat(world: World, call: Call) -> Chat:
    """A chat the bot may act in now; otherwise Telegram's 403."""
    chat = known_chat(world, call)
    if chat.person is not None:
        if chat.person.deactivated:
            raise forbidden("user is deactivated")
        if chat.person.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.person.started:
            raise forbidden("bot can't initiate conversation with a user")
    elif chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    elif chat.bot_status not in IN_CHAT:
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    return chat


def count_send(world: World, chat_id: int | None, messages: int = 1) -> None:
    """Hold the bot to its limits, when they are on; call it just before accepting."""
    wait = world.limits.retry_after(chat_id, messages)
    if wait is not None:
        raise too_many(wait)


def message_text(call: Call) -> Rich:
    """The text parameter, parsed and measured."""
    rich = read_text(
        call.text("text"),
        call.text("parse_mode"),
        call.parsed("entities", "message entities"),
        limit=MAX_TEXT,
        too_long="message is too long",
    )
    if not rich.text:
        raise bad_request("message text is empty")
    return rich


def caption_text(call: Call) -> Rich:
    """The caption parameter, parsed and measured; may be empty."""
    return read_text(
        call.text("caption"),
        call.text("parse_mode"),
        call.parsed("caption_entities", "message entities"),
        limit=MAX_CAPTION,
        too_long="message caption is too long",
    )


def replied(call: Call, chat: Chat) -> Message | None:
    """The message being answered, by reply_parameters or the older reply_to_message_id."""
    given = call.parsed("reply_parameters", "reply parameters")
    number = given.get("message_id") if isinstance(given, dict) else call.integer("reply_to_message_id")
    if not number:
        return None
    message = chat.live(number) if isinstance(number, int) else None
    lenient = given.get("allow_sending_without_reply") if isinstance(given, dict) else None
    if message is None and not (lenient or call.flag("allow_sending_without_reply")):
        raise bad_request("message to be replied not found")
    return message


def sent_file(world: World, call: Call, value: Any, own_part: str, folder: str) -> StoredFile:
    """A file given as an upload, as attach://part, or as the id of one already here."""
    part = (
        value.removeprefix("attach://")
        if isinstance(value, str) and value.startswith("attach://")
        else own_part
    )
    upload = call.uploads.get(part)
    if upload is None:
        return _known_file(world, value, own_part)
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > MAX_UPLOAD:
        raise RefusalError(413, "Request Entity Too Large")
    return world.files.add(folder, upload.name, upload.mime, upload.content)


def _known_file(world: World, value: Any, kind: str) -> StoredFile:
    if not isinstance(value, str) or not value or value.startswith("attach://"):
        raise bad_request(f"there is no {kind} in the request")
    stored = world.files.get(value)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return stored


def record(
    world: World, call: Call, chat: Chat | None, message: Message | None = None, **payload: Any
) -> None:
    """Write one accepted call into the ledger."""
    if message is not None:
        payload |= {"text": message.text or message.caption, "document": file_note(message.document)}
        payload["keyboard"] = keyboard_note(message.buttons)
        payload["reply_to"] = message.reply_to.message_id if message.reply_to else None
    kept = {name: value for name, value in payload.items() if value not in (None, "", [])}
    number = message.message_id if message is not None else None
    world.ledger.record("bot", world.bot.id, chat.id if chat else None, call.method, kept, number)


def keyboard_note(keyboard: Keyboard) -> list[list[Json]]:
    """Labels and data of a keyboard, for the ledger and the control API."""
    return [[_button_note(button) for button in row] for row in keyboard]


def _button_note(button: Button) -> Json:
    target = {"url": button.url} if button.url is not None else {"data": button.data}
    return {"text": button.text, **target}
