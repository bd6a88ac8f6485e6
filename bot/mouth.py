"""Saying things through Telegram: messages, keyboards, documents, and what its refusals mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
)
from telegram import Message as Sent
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from templates.message import Button, Message

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
ALBUM = 10
_TAGS = re.compile(r"<[^>]*>")


class Cause(StrEnum):
    """What a failed send means. Temporary and lasting failures are different values."""

    FLOOD = "flood"
    NOT_SENT = "not_sent"
    IN_DOUBT = "in_doubt"
    BLOCKED = "blocked"
    DEACTIVATED = "deactivated"
    GONE = "gone"
    MOVED = "moved"
    REFUSED = "refused"
    FORBIDDEN_TOKEN = "token"  # noqa: S105 - not a secret


@dataclass(frozen=True, slots=True)
class Failure:
    """``seconds`` is how long flood control asks to wait; ``moved_to`` a group's new address."""

    cause: Cause
    says: str
    seconds: float = 0
    moved_to: str = ""


def failure(error: TelegramError) -> Failure:
    """Read an error of the library. BadRequest is a NetworkError there, so the order matters."""
    says = str(error)
    if isinstance(error, RetryAfter):
        return Failure(Cause.FLOOD, says, seconds=_seconds(error))
    if isinstance(error, ChatMigrated):
        return Failure(Cause.MOVED, says, moved_to=str(error.new_chat_id))
    if isinstance(error, InvalidToken):
        return Failure(Cause.FORBIDDEN_TOKEN, says)
    if isinstance(error, Forbidden):
        return Failure(_forbidden(says), says)
    if isinstance(error, BadRequest):
        return Failure(Cause.GONE if "chat not found" in says.lower() else Cause.REFUSED, says)
    if isinstance(error, TimedOut):
        never = "pool timeout" in says.lower() or _caused_by(error, "ConnectTimeout")
        return Failure(Cause.NOT_SENT if never else Cause.IN_DOUBT, says)
    if isinstance(error, NetworkError):
        return Failure(_network(error, says), says)
    return Failure(Cause.IN_DOUBT, says)


def _seconds(error: RetryAfter) -> float:
    # The attribute warns that its type will change; the private one has the timedelta already.
    return max(float(error._retry_after.total_seconds()), 1.0)


def _forbidden(says: str) -> Cause:
    lower = says.lower()
    if "blocked" in lower:
        return Cause.BLOCKED
    return Cause.DEACTIVATED if "deactivated" in lower else Cause.GONE


def _network(error: NetworkError, says: str) -> Cause:
    """A server error refused the request; a broken connection may have come after it was accepted."""
    if _caused_by(error, "ConnectError") or "ConnectError" in says:
        return Cause.NOT_SENT
    return Cause.IN_DOUBT if "httpx." in says or "Invalid server response" in says else Cause.NOT_SENT


def _caused_by(error: BaseException, name: str) -> bool:
    cause = error.__cause__
    return cause is not None and type(cause).__name__ == name


def keyboard(rows: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.data) for b in row] for row in rows]
    )


def pieces(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """Split a text that is too long at its line ends. Tags never span lines in our texts."""
    if _length(text) <= limit:
        return [text]
    found: list[str] = []
    piece = ""
    for line in text.split("\n"):
        joined = f"{piece}\n{line}" if piece else line
        if piece and _length(joined) > limit:
            found.append(piece)
            piece = line
        else:
            piece = joined
    return [*found, piece]


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def plain(text: str) -> str:
    """The text without markup: the fall-back when Telegram cannot read our entities."""
    bare = _TAGS.sub("", text)
    return (
        bare.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#34;", '"')
        .replace("&#39;", "'")
        .replace("&amp;", "&")
    )


async def send(bot: Bot, address: str, message: Message) -> Sent:
    """Send one message (in pieces when it is long, the keyboard under the last); returns the last one sent."""
    parts = pieces(str(message.text))
    for part in parts[:-1]:
        await _send_text(bot, address, part, None)
    return await _send_text(bot, address, parts[-1], keyboard(message.buttons))


async def _send_text(bot: Bot, address: str, text: str, markup: InlineKeyboardMarkup | None) -> Sent:
    try:
        return await bot.send_message(address, text, parse_mode=ParseMode.HTML, reply_markup=markup)
    except BadRequest as error:
        if "parse entities" not in str(error):
            raise
        return await bot.send_message(address, plain(text), reply_markup=markup)


async def send_file(bot: Bot, address: str, name: str, content: bytes) -> Sent:
    return await bot.send_document(address, InputFile(content, filename=name))


async def send_pictures(bot: Bot, address: str, pages: list[bytes], caption: str) -> None:
    """Send pages as pictures, several as albums; as files where Telegram takes them for no pictures."""
    said = caption[:CAPTION_LIMIT]
    named = [(f"{number}.png", page) for number, page in enumerate(pages, 1)]
    for first in range(0, len(named), ALBUM):
        album = named[first : first + ALBUM]
        try:
            await _send_photos(bot, address, album, said)
        except BadRequest as error:
            if failure(error).cause is not Cause.REFUSED:
                raise
            await _send_as_files(bot, address, album, said)


async def _send_photos(bot: Bot, address: str, album: list[tuple[str, bytes]], caption: str) -> None:
    if len(album) == 1:
        await bot.send_photo(address, InputFile(album[0][1], filename=album[0][0]), caption=caption)
    else:
        photos = [InputMediaPhoto(page, filename=name) for name, page in album]
        await bot.send_media_group(address, photos, caption=caption)


async def _send_as_files(bot: Bot, address: str, album: list[tuple[str, bytes]], caption: str) -> None:
    if len(album) == 1:
        await bot.send_document(address, InputFile(album[0][1], filename=album[0][0]), caption=caption)
    else:
        files = [InputMediaDocument(page, filename=name) for name, page in album]
        await bot.send_media_group(address, files, caption=caption)


async def set_menu(bot: Bot, commands: list[tuple[str, str]], address: str = "") -> None:
    """The command menu of one chat, or everybody's when no address is given."""
    scope = BotCommandScopeChat(address) if address else None
    await bot.set_my_commands([BotCommand(name, says) for name, says in commands], scope=scope)


async def edit(bot: Bot, address: str, ref: int, message: Message) -> None:
    """Replace a message in place; "not modified" is success."""
    try:
        await bot.edit_message_text(
            str(message.text),
            chat_id=address,
            message_id=ref,
            parse_mode=ParseMode.HTML,
            reply_markup=keyboard(message.buttons),
        )
    except BadRequest as error:
        if "not modified" not in str(error):
            raise


async def take_buttons(bot: Bot, address: str, ref: int) -> None:
    """Take the keyboard off a message whose buttons have done their work."""
    try:
        await bot.edit_message_reply_markup(chat_id=address, message_id=ref, reply_markup=None)
    except BadRequest as error:
        if (
            "not modified" not in str(error)
            and "not found" not in str(error)
            and "can't be edited" not in str(error)
        ):
            raise
