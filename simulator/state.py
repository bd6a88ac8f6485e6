"""What the pretend Telegram remembers, and the two things everything else is made of: post and tell."""

import itertools
from pathlib import Path
from typing import Any

from simulator.clock import Clock
from simulator.faults import FaultBoard
from simulator.ledger import Ledger
from simulator.limits import Limits
from simulator.model import (
    Act,
    CallbackAnswer,
    Chat,
    FileStore,
    Group,
    Json,
    Message,
    Person,
    Press,
    StoredFile,
    User,
)
from simulator.refusals import WorldError
from simulator.shapes import message_json
from simulator.updates import UpdateQueue
from simulator.webhook import Webhook

DEFAULT_TOKEN = "700000001:SIMULATED-TOKEN-0000000000000000000"  # noqa: S105 - opens nothing real
PersonRef = Person | int
ChatRef = Chat | Person | int


class State:
    """People, chats, files, updates and settings of one pretend Telegram with one bot."""

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        username: str = "yibao_bot",
        name: str = "一报",
        clock: Clock | None = None,
        ledger: str | Path | None = None,
        limits: bool = False,
        privacy: bool = True,
        first_update_id: int = 1001,
    ) -> None:
        self.token = token
        self.bot = User(int(token.partition(":")[0]), name, username=username, is_bot=True)
        self.clock = clock or Clock()
        self.ledger = Ledger(self.clock.now, ledger)
        self.limits = Limits(on=limits)
        self.faults = FaultBoard()
        self.updates = UpdateQueue(self.clock.now, first_update_id)
        self.webhook: Webhook | None = None
        self.privacy = privacy
        self.files = FileStore()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.callback_answers: list[CallbackAnswer] = []
        self.commands: dict[str, list[Json]] = {}
        self.in_flight = 0
        self._numbers = itertools.count(1)

    def person(self, who: PersonRef) -> Person:
        """The person with this id."""
        found = self.people.get(who.id if isinstance(who, Person) else who)
        if found is None:
            raise WorldError("no such person", 404)
        return found

    def chat(self, where: ChatRef) -> Chat:
        """The chat with this id; a person stands for their private chat."""
        found = self.chats.get(where if isinstance(where, int) else where.id)
        if found is None:
            raise WorldError("no such chat", 404)
        return found

    def group(self, where: ChatRef) -> Group:
        """The group with this id."""
        found = self.chat(where)
        if not isinstance(found, Group):
            raise WorldError("not a group")
        return found

    def user(self, user_id: int) -> User | None:
        """A person or the bot itself."""
        return self.bot if user_id == self.bot.id else self.people.get(user_id)

    def post(self, chat: Chat, sender: User, **content: Any) -> Message:
        """Put a message into a chat, numbered and dated; tells nobody."""
        message = Message(chat.next_message_id(), chat, sender, self.clock.now(), **content)
        chat.messages[message.message_id] = message
        return message

    def tell(self, kind: str, message: Message) -> int | None:
        """Let the bot know of a person's message, if it may see it; returns the update's id."""
        if not self.sees(message):
            return None
        return self.updates.push(kind, message_json(message), ("chat", message.chat.id))

    def sees(self, message: Message) -> bool:
        """Privacy mode: in a group only commands, replies to the bot and service messages."""
        chat = message.chat
        if chat.person is not None:
            return not chat.person.blocked
        if chat.bot_status == "administrator" or (chat.bot_status == "member" and not self.privacy):
            return True
        if chat.bot_status != "member":
            return False
        if message.reply_to is not None and message.reply_to.sender is self.bot:
            return True
        return is_service(message) or self._commands_bot(message)

    def _commands_bot(self, message: Message) -> bool:
        text = message.text or message.caption
        word = text.split(maxsplit=1)[0] if text.startswith("/") else ""
        _, at, name = word.partition("@")
        return len(word) > 1 and (not at or name.lower() == str(self.bot.username).lower())

    def note(self, person: Person, method: str, act: Act, **payload: Any) -> Act:
        """Write a person's accepted action into the ledger."""
        kept = {name: value for name, value in payload.items() if value not in (None, "", False)}
        self.ledger.record("person", person.id, act.chat_id, method, kept, act.message_id)
        return act


def is_service(message: Message) -> bool:
    """Whether Telegram itself wrote it: someone joined, left, pinned, or the group moved."""
    return not SERVICE.isdisjoint(message.extra)


SERVICE = frozenset(
    {"new_chat_members", "left_chat_member", "pinned_message", "migrate_to_chat_id", "migrate_from_chat_id"}
)


def file_note(stored: StoredFile | None) -> Json | None:
    """A file as the ledger names it."""
    if stored is None:
        return None
    return {"name": stored.name, "size": stored.size, "sha256": stored.sha256, "file_id": stored.file_id}
