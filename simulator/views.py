"""People, chats and messages as the control API shows them: what a member of the chat sees."""

from simulator.bot_common import keyboard_note
from simulator.clock import stamp
from simulator.model import Chat, Json, Message, Person
from simulator.state import file_note


def person_view(person: Person) -> Json:
    """A person and their standing with the bot."""
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "username": person.username,
        "language_code": person.language_code,
        "started": person.started,
        "blocked": person.blocked,
        "deactivated": person.deactivated,
        "about": person.about,
    }


def group_view(group: Chat) -> Json:
    """A group, its members and the bot's standing."""
    return {
        "id": group.id,
        "type": group.type,
        "title": group.title,
        "members": [{"id": number, "status": status} for number, status in group.members.items()],
        "bot_status": group.bot_status,
        "migrated_to": group.migrated_to,
        "pinned": group.pinned,
    }


def chat_view(chat: Chat) -> Json:
    """Any chat, without its messages."""
    last = len(chat.messages)
    if chat.person is None:
        return {**group_view(chat), "last_message_id": last}
    shape = {"id": chat.id, "type": "private", "title": chat.person.first_name, "pinned": chat.pinned}
    return {**shape, "person": person_view(chat.person), "last_message_id": last}


def message_view(message: Message) -> Json:
    """A message with everything visible; an unseen field is null or empty."""
    return {
        "message_id": message.message_id,
        "from": {"id": message.sender.id, "name": message.sender.first_name, "bot": message.from_bot},
        "date": stamp(message.date),
        "text": message.text,
        "entities": message.entities,
        "caption": message.caption,
        "caption_entities": message.caption_entities,
        "media": message.media,
        "file": file_note(message.document),
        "buttons": keyboard_note(message.buttons),
        "reply_buttons": message.reply_buttons,
        "reply_to": message.reply_to.message_id if message.reply_to else None,
        "extra": message.extra,
        "edited": stamp(message.edit_date) if message.edit_date else None,
        "deleted": message.deleted,
        "pinned": message.pinned,
    }
