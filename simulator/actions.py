"""What people do with their telephones: write, send things, edit, delete, press."""

import itertools
import re

from simulator.entities import MAX_CAPTION, MAX_TEXT, find_entities
from simulator.media import Attachment
from simulator.model import Act, Button, Chat, Json, Message, Person, Press
from simulator.people import IN_CHAT, People
from simulator.refusals import WorldError
from simulator.shapes import inaccessible_json, message_json, user_json
from simulator.state import ChatRef, PersonRef, file_note
from simulator.utf16 import utf16_len

START_CODE = re.compile(r"[A-Za-z0-9_-]{0,64}")


class Actions(People):
    """The part of the world that moves when a person moves a finger."""

    def start(self, person: PersonRef, code: str = "", *, force: bool = False) -> Act:
        """Open t.me/<bot>?start=CODE and press Start; lifts a block, as the Restart button does."""
        who = self.person(person)
        if not force and not START_CODE.fullmatch(code):
            raise WorldError("a start code is at most 64 of A-Z a-z 0-9 _ -")
        if who.blocked:
            self.unblock(who)
        return self.say(who, f"/start {code}" if code else "/start")

    def say(
        self,
        person: PersonRef,
        text: str,
        chat: ChatRef | None = None,
        *,
        reply_to: Message | int | None = None,
        forward: bool = False,
        media_group_id: str | None = None,
        force: bool = False,
    ) -> Act:
        """Write a text, by default to the bot; `force` sends what no client would (empty, too long)."""
        who, where = self._speaker(person, chat)
        if not force and (not text.strip(" \n\t\r") or utf16_len(text) > MAX_TEXT):
            raise WorldError("a client does not send an empty text or one of more than 4096 units")
        extra = self._extra(who, forward, media_group_id)
        message = self.post(
            where,
            who,
            text=text,
            entities=find_entities(text),
            reply_to=self._replied(where, reply_to),
            extra=extra,
        )
        act = Act(where.id, message.message_id, self.tell("message", message))
        return self.note(who, "say", act, text=text, forward=forward)

    def send(
        self,
        person: PersonRef,
        attachment: Attachment,
        chat: ChatRef | None = None,
        *,
        caption: str = "",
        reply_to: Message | int | None = None,
        forward: bool = False,
        media_group_id: str | None = None,
    ) -> Act:
        """Send anything that is not text; `simulator.media` makes the attachments."""
        who, where = self._speaker(person, chat)
        if utf16_len(caption) > MAX_CAPTION:
            raise WorldError("a client does not send a caption of more than 1024 units")
        stored = attachment.store(self.files)
        message = self.post(
            where,
            who,
            media=attachment.shape(stored),
            document=stored,
            caption=caption,
            caption_entities=find_entities(caption),
            reply_to=self._replied(where, reply_to),
            extra=self._extra(who, forward, media_group_id),
        )
        act = Act(where.id, message.message_id, self.tell("message", message))
        return self.note(who, f"send_{attachment.kind}", act, caption=caption, document=file_note(stored))

    def edit(self, person: PersonRef, message: Message | int, text: str, chat: ChatRef | None = None) -> Act:
        """Change one's own text or caption; the bot gets edited_message."""
        who, where = self._speaker(person, chat)
        changed = self._own(where, who, message)
        if changed.media:
            changed.caption, changed.caption_entities = text, find_entities(text)
        else:
            changed.text, changed.entities = text, find_entities(text)
        changed.edit_date = self.clock.now()
        act = Act(where.id, changed.message_id, self.tell("edited_message", changed))
        return self.note(who, "edit", act, text=text)

    def delete(self, person: PersonRef, message: Message | int, chat: ChatRef | None = None) -> Act:
        """Delete a message for everyone; a bot is never told."""
        who, where = self._speaker(person, chat)
        gone = self._find(where, message)
        if gone.sender is not who and not where.is_private:
            raise WorldError("only one's own messages can be deleted in a group")
        gone.deleted = True
        return self.note(who, "delete", Act(where.id, gone.message_id))

    def press(
        self,
        person: PersonRef,
        chat: ChatRef | None = None,
        message_id: Message | int | None = None,
        data: str | None = None,
        *,
        label: str | None = None,
        row: int | None = None,
        col: int | None = None,
        force: bool = False,
        inaccessible: bool = False,
    ) -> Act:
        """Press an inline button, by default one on the latest message that has buttons.

        `force` forges: any data, deleted messages, non-members; `inaccessible` hides the message (date 0).
        """
        who = self.person(person)
        where = self.chat(who if chat is None else chat)
        if not force:
            self._may_speak(who, where)
        pressed = self._pressed(where, message_id, force)
        forged = Button("", data) if force and data is not None else None
        button = forged or _choose(pressed, data, label, row, col)
        return self._push_press(who, where, pressed, button, inaccessible, forged=force)

    def _push_press(
        self, who: Person, where: Chat, pressed: Message, button: Button, inaccessible: bool, *, forged: bool
    ) -> Act:
        if button.data is None:
            raise WorldError("this button opens a link; the bot hears nothing of it")
        query = Press(
            f"{7_000_000_000_000_000_000 + next(self._numbers)}",
            who,
            where,
            pressed.message_id,
            button.data,
            self.clock.now(),
        )
        self.presses[query.id] = query
        hidden = inaccessible or pressed.deleted
        payload: Json = {
            "id": query.id,
            "from": user_json(who),
            "message": inaccessible_json(where, pressed.message_id) if hidden else message_json(pressed),
            "chat_instance": str(-(where.id * 1_000_003) % 2**63),
            "data": button.data,
        }
        there = where.is_private or where.bot_status in IN_CHAT
        update_id = self.updates.push("callback_query", payload, ("user", who.id)) if there else None
        act = Act(where.id, pressed.message_id, update_id, query.id)
        return self.note(who, "press", act, data=button.data, label=button.text, forged=forged)

    def _pressed(self, where: Chat, message: Message | int | None, force: bool) -> Message:
        if message is None:
            shown = (m for m in reversed(where.messages.values()) if m.buttons and not m.deleted)
            found = next(shown, None)
            if found is None:
                raise WorldError("no message here has buttons")
            return found
        number = message if isinstance(message, int) else message.message_id
        kept = where.messages.get(number) if force else where.live(number)
        if kept is None and force:
            # Someone else's client may claim a press on a message that never was.
            return Message(number, where, self.bot, self.clock.now(), deleted=True)
        if kept is None:
            raise WorldError("no such message", 404)
        return kept

    def _speaker(self, person: PersonRef, chat: ChatRef | None) -> tuple[Person, Chat]:
        """The person and the chat, after checking they can write there; writing opens a private chat."""
        who = self.person(person)
        where = self.chat(who if chat is None else chat)
        self._may_speak(who, where)
        if where.is_private:
            who.started = True
        return who, where

    def _may_speak(self, who: Person, where: Chat) -> None:
        if who.deactivated:
            raise WorldError("the account is deactivated")
        if where.migrated_to is not None:
            raise WorldError("the group has become a supergroup")
        if where.is_private and (where.person is not who or who.blocked):
            raise WorldError("not their chat, or they have blocked the bot")
        if not where.is_private and where.members.get(who.id) not in IN_CHAT:
            raise WorldError("not a member of the group")

    def _extra(self, who: Person, forward: bool, media_group_id: str | None) -> Json:
        extra: Json = {}
        if forward:
            date = int(self.clock.now().timestamp())
            extra["forward_origin"] = {"type": "user", "date": date, "sender_user": user_json(who)}
        if media_group_id is not None:
            extra["media_group_id"] = media_group_id
        return extra

    def _replied(self, where: Chat, message: Message | int | None) -> Message | None:
        return None if message is None else self._find(where, message)

    def _find(self, where: Chat, message: Message | int) -> Message:
        found = where.live(message if isinstance(message, int) else message.message_id)
        if found is None:
            raise WorldError("no such message", 404)
        return found

    def _own(self, where: Chat, who: Person, message: Message | int) -> Message:
        found = self._find(where, message)
        if found.sender is not who:
            raise WorldError("only one's own messages can be edited")
        return found


def _choose(
    message: Message, data: str | None, label: str | None, row: int | None, col: int | None
) -> Button:
    """The button meant by data, label or place on the keyboard as it is now."""
    if row is not None or col is not None:
        try:
            return message.buttons[row or 0][col or 0]
        except IndexError:
            raise WorldError("no button in that place") from None
    if data is None and label is None:
        raise WorldError("say which button: data, label, or row and col", 400)
    for button in itertools.chain.from_iterable(message.buttons):
        if data in (None, button.data) and label in (None, button.text):
            return button
    raise WorldError("the message has no such button now")
