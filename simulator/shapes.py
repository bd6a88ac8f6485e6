"""Our objects in the Bot API's field names."""

from typing import Any

from simulator.model import Chat, Json, Keyboard, Message, StoredFile, User

_MEMBER_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
)
_PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
)


def user_json(user: User) -> Json:
    """A User; optional fields only when known."""
    shape: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    for name in ("last_name", "username", "language_code"):
        value = getattr(user, name)
        if value is not None:
            shape[name] = value
    return shape


def chat_json(chat: Chat) -> Json:
    """A Chat as it appears inside messages."""
    if chat.person is None:
        return {"id": chat.id, "type": chat.type, "title": chat.title}
    person = user_json(chat.person)
    names: Json = {name: person[name] for name in ("first_name", "last_name", "username") if name in person}
    return {"id": chat.id, "type": "private", **names}


def full_chat_json(chat: Chat) -> Json:
    """getChat's fuller answer, with the fields python-telegram-bot requires."""
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        False,
    )
    shape = {**chat_json(chat), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}
    if not chat.is_private:
        shape["permissions"] = dict.fromkeys(_PERMISSIONS, True)
    pinned = next((m for i in reversed(chat.pinned) if (m := chat.live(i))), None)
    if pinned is not None:
        shape["pinned_message"] = message_json(pinned)
    return shape


def member_json(user: User, status: str) -> Json:
    """A ChatMember of any status."""
    shape: Json = {"user": user_json(user), "status": status}
    if status == "creator":
        shape["is_anonymous"] = False
    elif status == "administrator":
        shape |= {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(_MEMBER_RIGHTS, True)}
    elif status == "kicked":
        shape["until_date"] = 0
    return shape


def keyboard_json(keyboard: Keyboard) -> Json:
    """An InlineKeyboardMarkup."""
    rows: list[list[dict[str, str]]] = []
    for row in keyboard:
        rows.append([])
        for button in row:
            target = {"url": button.url} if button.url is not None else {"callback_data": button.data or ""}
            rows[-1].append({"text": button.text, **target})
    return {"inline_keyboard": rows}


def message_json(message: Message, *, with_reply: bool = True) -> Json:
    """A Message; a reply is nested once, as Telegram does."""
    shape: Json = {
        "message_id": message.message_id,
        "from": user_json(message.sender),
        "chat": chat_json(message.chat),
        "date": int(message.date.timestamp()),
        **message.extra,
        **message.media,
    }
    _put(shape, "edit_date", int(message.edit_date.timestamp()) if message.edit_date else None)
    _put(shape, "text", message.text)
    _put(shape, "entities", message.entities)
    _put(shape, "caption", message.caption)
    _put(shape, "caption_entities", message.caption_entities)
    if message.buttons:
        shape["reply_markup"] = keyboard_json(message.buttons)
    if with_reply and message.reply_to is not None:
        shape["reply_to_message"] = message_json(message.reply_to, with_reply=False)
    return shape


def inaccessible_json(chat: Chat, message_id: int) -> Json:
    """A message the bot may no longer see: the date is always 0."""
    return {"chat": chat_json(chat), "message_id": message_id, "date": 0}


def file_json(stored: StoredFile) -> Json:
    """The part that Document, Voice, PhotoSize and File share."""
    return {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": stored.size}


def document_json(stored: StoredFile) -> Json:
    """A Document."""
    return {**file_json(stored), "file_name": stored.name, "mime_type": stored.mime}


def photo_json(stored: StoredFile, width: int, height: int) -> list[Json]:
    """Photo sizes, small to large; both name the same bytes because nothing is rendered here."""
    thumb = max(width, height)
    small = (max(1, width * 90 // thumb), max(1, height * 90 // thumb))
    sizes = (small, (width, height)) if thumb > 90 else ((width, height),)
    return [{**file_json(stored), "width": w, "height": h} for w, h in sizes]


def _put(shape: Json, name: str, value: Any) -> None:
    if value:
        shape[name] = value
