"""Which update goes to which conversation."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from telegram import Message, Update
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from handlers import (
    auditing,
    compiling,
    contact,
    exceptions,
    filling,
    history,
    joining,
    overseeing,
    people,
    reviewing,
    settings,
    uploading,
)
from handlers.edge import Door, secret_in
from reporting.permissions import Action
from services import answering, groups, pressing
from services import compiling as compile_
from services import filling as fill
from services import reviewing as review
from templates.commands import command_in, is_command, line_in
from templates.words import kind_word

Typed = Callable[[Door, Update, str], Awaitable[None]]

COMMANDS: dict[str, Typed] = {
    "start": joining.start,
    "help": joining.help_,
    "status": joining.status,
    "register": joining.register,
    "sign": reviewing.sign,
    "return": reviewing.return_,
    "sheet": compiling.sheet,
    "digest": compiling.digest,
    "publish": compiling.publish,
    "release": compiling.release,
    "audit": auditing.show,
    "history": history.offer,
    "load": history.load,
    "unload": history.unload,
    "board": overseeing.show,
    "chaser": overseeing.chaser,
    "people": people.who,
}

# 18 digits are the most that surely fit a database's integer.
_PRESS = re.compile(r"^([a-z]{2,12}):([0-9a-z-]{1,18}):([0-9]{1,9})$")
_KINDS = [
    "sticker",
    "voice",
    "video_note",
    "video",
    "photo",
    "animation",
    "document",
    "audio",
    "venue",
    "location",
    "contact",
    "dice",
    "poll",
    "story",
]


def routes(door: Door) -> list[BaseHandler[Any, Any, Any]]:
    """All handlers, in the order in which they are asked."""

    def through(work: Callable[[Door, Update], Coroutine[Any, Any, None]]) -> Any:
        async def handle(update: Update, _: object) -> None:
            await work(door, update)

        return handle

    private = filters.ChatType.PRIVATE
    return [
        CallbackQueryHandler(through(pressed)),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE & private, through(edited)),
        MessageHandler(filters.UpdateType.MESSAGE & private, through(private_message)),
        MessageHandler(filters.StatusUpdate.MIGRATE, through(joining.migrated)),
        MessageHandler(filters.UpdateType.MESSAGE & filters.TEXT, through(group_message)),
        ChatMemberHandler(through(joining.membership), ChatMemberHandler.MY_CHAT_MEMBER),
        TypeHandler(Update, through(_nothing)),
    ]


async def _nothing(_: Door, __: Update) -> None:
    """Kinds of updates that mean nothing here are taken and done with."""


async def private_message(door: Door, update: Update) -> None:
    """A message from a person: screened first, then a command, then an answer."""
    message = update.effective_message
    assert message is not None
    if (secret := secret_in(message)) is not None:
        await door.refuse(update, secret)
    elif (why := _not_an_answer(message)) is not None:
        if door.first_of_album(message):
            await door.refuse(update, why[0], what=why[1])
    elif message.document is not None:
        await uploading.document(door, update)
    else:
        await typed(door, update, message.text or "")


def _not_an_answer(message: Message) -> tuple[str, str] | None:
    """(refusal, kind) for anything that is neither plain text typed for this bot nor a file."""
    if message.forward_origin is not None:
        return "forwarded", ""
    if message.media_group_id is not None:
        return "album", ""
    if message.text is None and message.document is None:
        return "not_text", kind_word(next((kind for kind in _KINDS if getattr(message, kind)), "other"))
    return None


async def typed(door: Door, update: Update, text: str) -> None:
    """A command by name or by its word, else an answer."""
    command = command_in(text)
    if command is None and (line := line_in(text)) and await door.may(update, settings.ACTION):
        command = line
    if command is None:
        await door.let(update, Action.ANSWER, answering.typed, text)
        return
    name, rest = command
    if name in COMMANDS:
        await COMMANDS[name](door, update, _raw_rest(text) if name == "start" else rest)
    elif name in filling.TYPED:
        await door.let(update, filling.ACTION, filling.TYPED[name])
    elif name in filling.ON_QUESTION:
        await door.let(update, filling.ACTION, filling.ON_QUESTION[name])
    elif name in settings.TYPED:
        await door.let(update, settings.ACTION, settings.TYPED[name], rest)
    elif name in exceptions.TYPED:
        await door.let(update, exceptions.ACTION, exceptions.TYPED[name], rest)
    elif name in people.ALONE:
        await door.let(update, *people.ALONE[name])
    elif name in people.WITH_REST:
        await door.let(update, *people.WITH_REST[name], rest)
    elif name in contact.WITH_REST:
        await door.let(update, *contact.WITH_REST[name], rest)
    elif name in compiling.WITH_REST:
        await door.let(update, *compiling.WITH_REST[name], rest)
    else:
        await door.refuse(update, "unknown_command")


def _raw_rest(text: str) -> str:
    """The code after /start exactly as it came: letters' case counts."""
    return text.strip().partition(" ")[2].strip()


async def group_message(door: Door, update: Update) -> None:
    """In groups only commands to this bot count; everything else is other people's talk."""
    message = update.effective_message
    assert message is not None
    assert message.text is not None
    command = command_in(message.text) if message.text.lstrip().startswith(("/", "／")) else None
    if command is None or not is_command(command[0]) or _for_another_bot(door, message.text):
        return
    if message.sender_chat is not None:
        await _anonymous(door, update, command[0], message.sender_chat.id == message.chat_id)
    elif command[0] == "register":
        await joining.register(door, update, "")
    else:
        await door.refuse(update, "private_only")


async def _anonymous(door: Door, update: Update, name: str, of_this_group: bool) -> None:
    """Nobody is known by name here. One thing can be asked for: a code that an admin types in private."""
    if name == "register" and of_this_group:
        await door.let(update, Action.GROUP_CODE, groups.show_code)
    else:
        await door.refuse(update, "anonymous")


def _for_another_bot(door: Door, text: str) -> bool:
    name = text.split()[0].partition("@")[2]
    return bool(name) and name.casefold() != door.bot_name.casefold()


async def edited(door: Door, update: Update) -> None:
    """An edited message changes nothing: what counts is what was answered when it was asked."""
    await door.refuse(update, "edited")


async def pressed(door: Door, update: Update) -> None:
    """A button. Its data comes from the client: only its form is believed, the rest is looked up."""
    query = update.callback_query
    assert query is not None
    match = _PRESS.match(query.data or "")
    if match is None:
        await door.refuse(update, "stale")
        return
    verb, of, version = match[1], match[2], int(match[3])
    if verb in filling.ON_TASK and of.isdecimal():
        await door.let(update, filling.ACTION, pressing.on_task, int(of), version, filling.ON_TASK[verb])
    elif verb in reviewing.ON_TASK and of.isdecimal():
        await door.let(update, reviewing.ACTION, pressing.on_task, int(of), version, reviewing.ON_TASK[verb])
    elif verb in exceptions.ON_TASK and of.isdecimal():
        service_ = exceptions.ON_TASK[verb]
        await door.let(update, filling.ACTION, pressing.on_task, int(of), version, service_)
    elif verb in settings.PRESSED:
        await door.let(update, settings.ACTION, settings.PRESSED[verb], of, version)
    elif verb in exceptions.ON_QUESTION:
        await door.let(update, filling.ACTION, pressing.on_question, version, exceptions.ON_QUESTION[verb])
    elif verb in filling.ON_QUESTION:
        service = filling.ON_QUESTION[verb]
        await door.let(update, filling.ACTION, pressing.on_question, version, service)
    else:
        await _pressed_else(door, update, verb, of, version)


async def _pressed_else(door: Door, update: Update, verb: str, of: str, version: int) -> None:
    number = int(of) if of.isdecimal() else 0
    if verb == "item":
        service = partial(fill.change, place=number)
        await door.let(update, filling.ACTION, pressing.on_question, version, service)
    elif verb == "mark":
        service = partial(review.mark, place=number)
        await door.let(update, reviewing.ACTION, pressing.on_question, version, service)
    elif verb in reviewing.ON_QUESTION:
        service_ = reviewing.ON_QUESTION[verb]
        await door.let(update, reviewing.ACTION, pressing.on_question, version, service_)
    elif verb in history.ON_QUESTION:
        service_ = history.ON_QUESTION[verb]
        await door.let(update, history.ACTION, pressing.on_question, version, service_)
    elif verb == "history":
        await history.offer_one(door, update, number)
    elif verb == "view":
        await door.let(update, reviewing.ACTION, review.card, number)
    elif verb == "sheet":
        await door.let(update, Action.BOARD, compile_.sheet, number)
    elif verb in compiling.ON_DRAFT:
        await door.let(update, *compiling.ON_DRAFT[verb], of, version)
    elif verb in compiling.ON_EDITION and of.isdecimal():
        await door.let(update, Action.OUTPUT, compiling.ON_EDITION[verb], number, version)
    elif verb in people.ON_NUMBER and of.isdecimal():
        await door.let(update, *people.ON_NUMBER[verb], number)
    elif verb in people.ON_UNIT:
        await door.let(update, *people.ON_UNIT[verb], of)
    elif verb in contact.ON_NUMBER and of.isdecimal():
        await door.let(update, *contact.ON_NUMBER[verb], number)
    elif verb in contact.ON_SPAN:
        await door.let(update, *contact.ON_SPAN[verb], of)
    elif verb == "auditbook":
        await auditing.export(door, update)
    elif verb in overseeing.PRESSED:
        action, look = overseeing.PRESSED[verb]
        await door.let(update, action, look, of)
    elif verb in exceptions.DECISIONS:
        await door.let(update, Action.DECIDE, exceptions.DECISIONS[verb], number)
    elif verb == "group":
        await door.let(update, Action.REGISTER_GROUP, groups.register_group, number)
    else:
        await door.refuse(update, "stale")
