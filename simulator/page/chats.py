"""What a telephone shows: the list of chats, a chat's bubbles, what stands beneath the last one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from simulator.model import Chat, Json, Message, Person
from simulator.people import IN_CHAT
from simulator.state import is_service
from simulator.world import World

# Messages shown when a chat is opened, and at each pull upwards.
PAGE = 60
_PREVIEW = 60
_LOOK_BACK = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the list on the left."""

    chat: Chat
    title: str
    about: str
    preview: str
    at: datetime | None
    unread: int


@dataclass(slots=True)
class Bubble:
    """One message, or an album; `day` stands above it when another day begins."""

    parts: list[Message]
    mine: bool
    named: bool
    day: date | None = None
    fresh: bool = True

    @property
    def first(self) -> Message:
        return self.parts[0]

    @property
    def last(self) -> Message:
        return self.parts[-1]

    @property
    def worded(self) -> Message:
        """The part that carries the caption."""
        return next((part for part in self.parts if part.caption), self.first)


@dataclass(frozen=True, slots=True)
class Bottom:
    """Beneath the bubbles: a reply keyboard, or whom the next text answers."""

    keyboard: list[list[str]] = field(default_factory=list)
    answering: Message | None = None
    placeholder: str = ""


@dataclass(slots=True)
class ReadMarks:
    """Up to which message each chat was looked at; kept for the page, Telegram's world knows nothing of it."""

    upto: dict[int, int] = field(default_factory=dict)
    begun: bool = False

    def begin(self, world: World) -> None:
        """What happened before somebody looked for the first time counts as read."""
        if not self.begun:
            self.begun = True
            self.upto = {chat.id: len(chat.messages) for chat in world.chats.values()}

    def see(self, chat: Chat) -> None:
        self.upto[chat.id] = len(chat.messages)

    def unread(self, chat: Chat) -> int:
        """Messages of the bot since then."""
        ids = range(self.upto.get(chat.id, 0) + 1, len(chat.messages) + 1)
        return sum(1 for number in ids if (found := chat.live(number)) and found.from_bot)


def listing(world: World, marks: ReadMarks) -> list[Line]:
    """Everybody and every group, in the order they came to be."""
    shown = (chat for chat in world.chats.values() if chat.migrated_to is None)
    return [_line(chat, marks) for chat in shown]


def _line(chat: Chat, marks: ReadMarks) -> Line:
    last = next((m for m in backwards(chat, len(chat.messages)) if not is_service(m)), None)
    preview = _preview(last) if last else ""
    title, about = chat.title or "", ""
    if chat.person is not None:
        title, about = full_name(chat.person), chat.person.about
    return Line(chat, title, about, preview, last.date if last else None, marks.unread(chat))


def _preview(message: Message) -> str:
    text = message.text or message.caption or (message.document.name if message.document else "")
    return " ".join(text.split())[:_PREVIEW]


def full_name(person: Person) -> str:
    return " ".join(name for name in (person.first_name, person.last_name) if name)


def backwards(chat: Chat, upto: int) -> Iterator[Message]:
    """Messages still there, from number `upto` to the first: numbers have no gaps."""
    for number in range(upto, 0, -1):
        found = chat.live(number)
        if found is not None:
            yield found


def history(chat: Chat, viewer: Person | None, zone: ZoneInfo, before: int | None = None) -> list[Bubble]:
    """The last bubbles of a chat, or the last before a message."""
    found: list[Message] = []
    for message in backwards(chat, len(chat.messages) if before is None else before - 1):
        if len(found) >= PAGE and not _same_album(message, found[-1]):
            break
        found.append(message)
    return _bubbles(found[::-1], viewer, zone)


def changed(chat: Chat, viewer: Person | None, zone: ZoneInfo, numbers: set[int], last: int) -> list[Bubble]:
    """Bubbles that are new after message `last`, and older ones in which something happened."""
    members: dict[int, Message] = {}
    for number in {*(each for each in numbers if each <= last), *range(last + 1, len(chat.messages) + 1)}:
        for part in _album(chat, number):
            members[part.message_id] = part
    bubbles = _bubbles([members[number] for number in sorted(members)], viewer, zone)
    for bubble in bubbles:
        bubble.fresh = bubble.first.message_id > last
    return bubbles


def gone(chat: Chat, numbers: set[int]) -> list[int]:
    """Of these messages, the ones that were deleted."""
    return [number for number in numbers if number in chat.messages and chat.messages[number].deleted]


def _album(chat: Chat, number: int) -> list[Message]:
    """The message with the rest of its album; nothing when it is gone."""
    message = chat.live(number)
    if message is None or message.media_group_id is None:
        return [message] if message else []
    nearby = range(max(1, number - 10), min(len(chat.messages), number + 10) + 1)
    return [part for each in nearby if (part := chat.live(each)) and _same_album(part, message)]


def _same_album(one: Message, other: Message) -> bool:
    return one.media_group_id is not None and one.media_group_id == other.media_group_id


def _bubbles(messages: list[Message], viewer: Person | None, zone: ZoneInfo) -> list[Bubble]:
    made: list[Bubble] = []
    for message in messages:
        if made and _same_album(made[-1].last, message):
            made[-1].parts.append(message)
            continue
        mine = message.sender is viewer
        made.append(Bubble([message], mine, not mine and not message.chat.is_private))
        made[-1].day = _new_day(message, zone)
    return made


def _new_day(message: Message, zone: ZoneInfo) -> date | None:
    """The message's day when the one before it is of another day."""
    day = message.date.astimezone(zone).date()
    before = next(backwards(message.chat, message.message_id - 1), None)
    return None if before is not None and before.date.astimezone(zone).date() == day else day


def bottom(chat: Chat) -> Bottom:
    """The reply keyboard in force, and the message that asks for an answer."""
    answering: Message | None = None
    newest: Message | None = None
    for count, message in enumerate(backwards(chat, len(chat.messages))):
        if count >= _LOOK_BACK:
            break
        if not message.from_bot or is_service(message):
            newest = newest or message
            continue
        markup = message.reply_markup or {}
        if markup.get("force_reply") and newest is None:
            answering = answering or message
        newest = newest or message
        if markup.get("keyboard") or markup.get("remove_keyboard"):
            return Bottom(message.reply_buttons, answering, _placeholder(answering or message))
    return Bottom([], answering, _placeholder(answering))


def _placeholder(message: Message | None) -> str:
    markup = message.reply_markup if message else None
    return str((markup or {}).get("input_field_placeholder", ""))


def menu(world: World, chat: Chat, viewer: Person | None) -> list[Json]:
    """The commands a client offers here: the narrowest scope that was set wins, a language before none."""
    language = (viewer.language_code or "").partition("-")[0] if viewer else ""
    for scope in _scopes(chat, viewer):
        for spoken in (language, ""):
            found = world.commands.get(json.dumps([scope, spoken], sort_keys=True))
            if found:
                return found
    return []


def _scopes(chat: Chat, viewer: Person | None) -> Iterator[Json]:
    if chat.is_private:
        yield {"type": "chat", "chat_id": chat.id}
        yield {"type": "all_private_chats"}
    else:
        if viewer is not None:
            yield {"type": "chat_member", "chat_id": chat.id, "user_id": viewer.id}
        if viewer is not None and chat.members.get(viewer.id) in {"creator", "administrator"}:
            yield {"type": "chat_administrators", "chat_id": chat.id}
            yield {"type": "all_chat_administrators"}
        yield {"type": "chat", "chat_id": chat.id}
        yield {"type": "all_group_chats"}
    yield {"type": "default"}


def viewers(world: World, chat: Chat) -> list[Person]:
    """Who can look at this chat: its person, or the group's members, plain ones before who made it."""
    if chat.person is not None:
        return [chat.person]
    inside = [(world.people[number], status) for number, status in chat.members.items() if status in IN_CHAT]
    return [person for person, _ in sorted(inside, key=lambda each: each[1] != "member")]
