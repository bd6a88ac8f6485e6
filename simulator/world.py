"""The pretend world, as tests and the control API drive it."""

from simulator import media
from simulator.actions import Actions
from simulator.faults import Fault
from simulator.model import Act, CallbackAnswer, Chat, Group, Json, Message, Person
from simulator.state import ChatRef, PersonRef

__all__ = ["Act", "Chat", "Group", "Message", "Person", "World"]


class World(Actions):
    """One pretend Telegram with one bot. Synchronous; call it on the event loop's own thread."""

    def messages(self, chat: ChatRef, *, deleted: bool = False) -> list[Message]:
        """The chat as its members see it; `deleted=True` keeps what was deleted since."""
        return [each for each in self.chat(chat).messages.values() if deleted or not each.deleted]

    def last(self, chat: ChatRef, *, from_bot: bool | None = None) -> Message:
        """The latest message still there (from the bot, or from people, when said)."""
        for each in reversed(self.chat(chat).messages.values()):
            if not each.deleted and from_bot in (None, each.from_bot):
                return each
        raise LookupError("no such message in this chat")

    def said_since(self, chat: ChatRef, message_id: int) -> list[Message]:
        """What the bot wrote after this message."""
        return [m for m in self.messages(chat) if m.message_id > message_id and m.from_bot]

    def answers(self, person: PersonRef | None = None) -> list[CallbackAnswer]:
        """What people saw after pressing: toasts and alerts, in order."""
        who = None if person is None else self.person(person).id
        return [each for each in self.callback_answers if who in (None, each.person_id)]

    def send_document(
        self,
        person: PersonRef,
        name: str,
        content: bytes,
        chat: ChatRef | None = None,
        *,
        caption: str = "",
        mime: str = "application/octet-stream",
        media_group_id: str | None = None,
    ) -> Act:
        """A person sends a file."""
        attachment = media.document(name, content, mime)
        return self.send(person, attachment, chat, caption=caption, media_group_id=media_group_id)

    def migrate(self, group: ChatRef) -> Group:
        """A group becomes a supergroup with another id; the old one refuses with migrate_to_chat_id."""
        old = self.group(group)
        new = self.add_group(old.title or "", "supergroup")
        new.members, new.bot_status = dict(old.members), old.bot_status
        owner = next((self.people[i] for i, s in old.members.items() if s == "creator"), None)
        sender = owner or self.bot
        self.tell("message", self.post(old, sender, extra={"migrate_to_chat_id": new.id}))
        self.tell("message", self.post(new, sender, extra={"migrate_from_chat_id": old.id}))
        old.migrated_to = new.id
        self.ledger.record("person", sender.id, old.id, "migrate", {"to": new.id})
        return new

    def add_fault(self, fault: Fault) -> Fault:
        """Put a fault in force; `update_id_restart` happens at once and stays in force for nothing."""
        if fault.kind == "update_id_restart":
            self.updates.restart(fault.next_update_id)
            return fault
        return self.faults.add(fault)

    def status(self) -> Json:
        """Whether anything is still moving: the numbers a driver waits for."""
        return {
            "pending_updates": self.updates.count(),
            "next_update_id": self.updates.next_id,
            "next_ledger_seq": len(self.ledger.entries) + 1,
            "poll_waiting": self.updates.polling,
            "requests_in_flight": self.in_flight,
            "limits": self.limits.on,
            "faults": len(self.faults.rules),
            "bot": {"id": self.bot.id, "username": self.bot.username},
        }
