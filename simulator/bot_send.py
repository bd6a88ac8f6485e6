"""Bot API methods that make new messages."""

import itertools
from typing import Any

from simulator.bot_common import (
    Method,
    caption_text,
    count_send,
    message_text,
    open_chat,
    record,
    replied,
    sent_file,
)
from simulator.entities import MAX_CAPTION, Rich, read_text
from simulator.markup import read_markup
from simulator.model import Chat, Json, Message, StoredFile
from simulator.pictures import picture_size
from simulator.refusals import bad_request
from simulator.requests import Call
from simulator.shapes import document_json, message_json, photo_json
from simulator.world import World

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_albums = itertools.count(13_000_000_000_000_001)


def send_message(world: World, call: Call) -> Json:
    """sendMessage."""
    chat = open_chat(world, call)
    rich = message_text(call)
    return _send(world, call, chat, text=rich.text, entities=rich.entities)


def send_document(world: World, call: Call) -> Json:
    """sendDocument."""
    return _send_file(world, call, "document")


def send_photo(world: World, call: Call) -> Json:
    """sendPhoto; only bytes that look like a picture pass."""
    return _send_file(world, call, "photo")


def send_media_group(world: World, call: Call) -> list[Json]:
    """sendMediaGroup: 2 to 10 documents, or as many photos."""
    chat = open_chat(world, call)
    items = call.parsed("media", "media")
    if not isinstance(items, list) or not items:
        raise bad_request("there are no messages to send")
    if len(items) > 10:
        raise bad_request("too many messages to send as an album")
    kinds = {item.get("type") if isinstance(item, dict) else None for item in items}
    if not kinds <= {"document", "photo"}:
        raise bad_request("can't parse InputMedia: type of the media is invalid or not imitated")
    if len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    contents = [_album_item(world, call, item) for item in items]
    reply = replied(call, chat)
    count_send(world, chat.id, len(items))
    extra = {"media_group_id": str(next(_albums))}
    return [_accept(world, call, chat, reply_to=reply, extra=dict(extra), **each) for each in contents]


def send_chat_action(world: World, call: Call) -> bool:
    """sendChatAction."""
    chat = open_chat(world, call)
    if call.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    record(world, call, chat, action=call.text("action"))
    return True


def _send_file(world: World, call: Call, kind: str) -> Json:
    chat = open_chat(world, call)
    caption = caption_text(call)
    stored = sent_file(world, call, call.params.get(kind), kind, f"{kind}s")
    return _send(world, call, chat, **_file_content(kind, stored, caption))


def _album_item(world: World, call: Call, item: Json) -> dict[str, Any]:
    kind = str(item["type"])
    caption = read_text(
        str(item.get("caption") or ""),
        str(item.get("parse_mode") or ""),
        item.get("caption_entities"),
        limit=MAX_CAPTION,
        too_long="message caption is too long",
    )
    # Parts of an album are named by attach:// alone, never by the parameter's own name.
    stored = sent_file(world, call, item.get("media"), "", f"{kind}s")
    return _file_content(kind, stored, caption)


def _file_content(kind: str, stored: StoredFile, caption: Rich) -> dict[str, Any]:
    content = {"document": stored, "caption": caption.text, "caption_entities": caption.entities}
    if kind == "photo":
        return {**content, "media": {"photo": photo_json(stored, *picture_size(stored.content))}}
    return {**content, "media": {"document": document_json(stored)}}


def _send(world: World, call: Call, chat: Chat, **content: Any) -> Json:
    markup = read_markup(call)
    reply = replied(call, chat)
    count_send(world, chat.id)
    extra = {"has_protected_content": True} if call.flag("protect_content") else {}
    return _accept(
        world,
        call,
        chat,
        buttons=markup.buttons,
        reply_markup=markup.other,
        reply_to=reply,
        extra=extra,
        **content,
    )


def _accept(world: World, call: Call, chat: Chat, **content: Any) -> Json:
    message: Message = world.post(chat, world.bot, **content)
    record(world, call, chat, message, reply_keyboard=message.reply_markup)
    return message_json(message)


METHODS: dict[str, Method] = {
    "sendmessage": send_message,
    "senddocument": send_document,
    "sendphoto": send_photo,
    "sendmediagroup": send_media_group,
    "sendchataction": send_chat_action,
}
