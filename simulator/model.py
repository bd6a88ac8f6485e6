"""The things of the pretend world: people, chats, messages, buttons, files."""

import hashlib
import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Json = dict[str, Any]
GroupType = Literal["group", "supergroup"]


@dataclass(eq=False)
class User:
    """Anyone who can send: a person or the bot."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False


@dataclass(eq=False)
class Person(User):
    """A person with a telephone; `started` means they opened the chat with the bot.

    `about` is what the page writes beneath the name (a post, a unit); the bot never learns it.
    """

    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    about: str = ""

    @property
    def chat_id(self) -> int:
        """The private chat with the bot carries the person's own id."""
        return self.id


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button."""

    text: str
    data: str | None = None
    url: str | None = None


Keyboard = list[list[Button]]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file held in memory; `path` is what getFile answers."""

    file_id: str
    unique_id: str
    path: str
    name: str
    mime: str
    content: bytes = field(repr=False)
    sha256: str

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.content)


class FileStore:
    """Every uploaded file, by its file_id and by its path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._numbers = itertools.count(1)

    def add(self, folder: str, name: str, mime: str, content: bytes) -> StoredFile:
        """Keep a file; only the suffix of its name reaches the path."""
        number = next(self._numbers)
        suffix = name.rpartition(".")[2] if "." in name else "bin"
        safe = suffix.lower() if suffix.isascii() and suffix.isalnum() else "bin"
        stored = StoredFile(
            f"SIMFILE-{folder}-{number:08d}",
            f"SIMU{number:08d}",
            f"{folder}/file_{number}.{safe}",
            name,
            mime,
            content,
            hashlib.sha256(content).hexdigest(),
        )
        self._by_id[stored.file_id] = self._by_path[stored.path] = stored
        return stored

    def get(self, file_id: str) -> StoredFile | None:
        """By file_id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """By the path that getFile gave."""
        return self._by_path.get(path)


@dataclass(eq=False)
class Message:
    """One message as everyone in the chat sees it now."""

    message_id: int
    chat: "Chat" = field(repr=False)
    sender: User
    date: datetime
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    caption: str = ""
    caption_entities: list[Json] = field(default_factory=list)
    media: Json = field(default_factory=dict)
    document: StoredFile | None = None
    buttons: Keyboard = field(default_factory=list)
    reply_markup: Json | None = None
    reply_to: "Message | None" = field(default=None, repr=False)
    extra: Json = field(default_factory=dict)
    edit_date: datetime | None = None
    deleted: bool = False
    pinned: bool = False

    @property
    def from_bot(self) -> bool:
        """Whether the bot sent it."""
        return self.sender.is_bot

    @property
    def edited(self) -> bool:
        """Whether its text or caption was changed after sending."""
        return self.edit_date is not None

    @property
    def media_group_id(self) -> str | None:
        """The album it belongs to."""
        return self.extra.get("media_group_id")

    @property
    def reply_buttons(self) -> list[list[str]]:
        """Labels of the reply keyboard that came with it (not inline buttons)."""
        rows = (self.reply_markup or {}).get("keyboard", [])
        return [[key if isinstance(key, str) else str(key.get("text", "")) for key in row] for row in rows]

    def button(self, label: str) -> Button:
        """The inline button that reads exactly so; KeyError when there is none."""
        for row in self.buttons:
            for each in row:
                if each.text == label:
                    return each
        raise KeyError(label)


@dataclass(eq=False)
class Chat:
    """A private chat, group or supergroup; `members` maps a user id to a chat-member status."""

    id: int
    type: str
    title: str | None = None
    person: Person | None = None
    members: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict, repr=False)
    pinned: list[int] = field(default_factory=list)
    bot_status: str = "none"
    migrated_to: int | None = None

    @property
    def is_private(self) -> bool:
        """Whether it is a person's chat with the bot."""
        return self.person is not None

    def live(self, message_id: int) -> Message | None:
        """The message with this id unless it was deleted."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message

    def next_message_id(self) -> int:
        """One sequence per chat, from 1; deleted numbers are not used again."""
        return len(self.messages) + 1


class Group(Chat):
    """A group or supergroup."""


@dataclass(eq=False)
class Press:
    """A button press waiting for answerCallbackQuery."""

    id: str
    person: Person
    chat: Chat
    message_id: int
    data: str
    at: datetime
    answered: bool = False


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What the person saw after a press: a toast, an alert (`alert=True`), or nothing (empty text)."""

    callback_query_id: str
    person_id: int
    text: str
    alert: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class Act:
    """The ids an action of a person made; `update_id` is None when the bot is not told of it."""

    chat_id: int
    message_id: int | None = None
    update_id: int | None = None
    callback_query_id: str | None = None
