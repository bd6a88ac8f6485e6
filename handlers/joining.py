"""Joining, help, status, and the groups that the bot is put into."""

from __future__ import annotations

from telegram import ChatMember, Update

from handlers.edge import Door
from reporting.permissions import Action, Place
from services import groups, joining, letters

GONE = frozenset({ChatMember.LEFT, ChatMember.BANNED})


async def start(door: Door, update: Update, code: str) -> None:
    await door.let(update, Action.JOIN, joining.start, code)


async def help_(door: Door, update: Update, _: str) -> None:
    await door.let(update, Action.HELP, joining.help_)


async def status(door: Door, update: Update, _: str) -> None:
    await door.let(update, Action.STATUS, joining.status)


async def register(door: Door, update: Update, code: str) -> None:
    """/register in a group, or the code from one, typed in private."""
    if door.origin(update).place is Place.GROUP:
        await door.let(update, Action.REGISTER_GROUP, groups.ask_registration)
    else:
        await door.let(update, Action.REGISTER_GROUP, groups.register_by_code, code)


async def membership(door: Door, update: Update) -> None:
    """The bot was put into a group or taken out, or a person blocked or unblocked it."""
    changed = update.my_chat_member
    assert changed is not None
    origin = door.origin(update)
    gone = changed.new_chat_member.status in GONE
    if origin.place is Place.GROUP:
        reply = await door.runtime.tick(letters.group_changed, origin, changed.chat.title or "", not gone)
        door.collect(update, reply)
    elif origin.place is Place.PRIVATE:
        await door.runtime.tick(letters.person_changed, origin, not gone)


async def migrated(door: Door, update: Update) -> None:
    """The group became a supergroup: its address changed."""
    message = update.effective_message
    assert message is not None
    if message.migrate_to_chat_id:
        await door.runtime.tick(letters.migrated, str(message.chat_id), str(message.migrate_to_chat_id))
