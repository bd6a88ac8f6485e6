"""Where Telegram ends: an update becomes an Origin, a service runs, its reply is handed on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Concatenate, ParamSpec

from telegram import CallbackQuery, Chat, Message, Update

from forms.problems import Refused
from forms.screening import find_secret
from reporting.permissions import Action, Place
from services.desk import Origin, Turn
from services.runtime import Runtime
from templates.message import Reply

P = ParamSpec("P")
Collect = Callable[[Update, Reply], None]

_PLACES = {Chat.PRIVATE: Place.PRIVATE, Chat.GROUP: Place.GROUP, Chat.SUPERGROUP: Place.GROUP}


class Door:
    """What every handler is given: the runtime, the bot's own names, and where replies go after commit.

    ``file_came`` wakes whoever reads files; ``came_at`` says since when the update at hand may have waited.
    """

    def __init__(
        self,
        runtime: Runtime,
        bot_id: int,
        bot_name: str,
        collect: Collect,
        file_came: Callable[[], None],
        came_at: Callable[[], datetime | None],
    ) -> None:
        self.runtime = runtime
        self.bot_id = bot_id
        self.bot_name = bot_name
        self.collect = collect
        self._albums: deque[str] = deque(maxlen=256)
        self.file_came = file_came
        self._came_at = came_at

    async def let(
        self,
        update: Update,
        action: Action,
        service: Callable[Concatenate[Turn, P], Reply],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Run one service for whoever sent this update; the reply is said after the commit."""
        reply = await self.runtime.act(self.origin(update), action, service, *args, **kwargs)
        self.collect(update, reply)

    async def may(self, update: Update, action: Action) -> bool:
        """Whether whoever sent this is allowed that: for words that mean something else to others."""
        return await self.runtime.may(self.origin(update), action)

    async def refuse(self, update: Update, key: str, **fields: object) -> None:
        """Say why not; nothing is stored."""
        self.collect(update, await self.runtime.refuse(self.origin(update), Refused(key, **fields)))

    def first_of_album(self, message: Message) -> bool:
        """False for the second and later parts of an album, which need no answer of their own."""
        album = message.media_group_id
        if album is None or album not in self._albums:
            self._albums.extend([album] if album else [])
            return True
        return False

    def origin(self, update: Update) -> Origin:
        """Who and where. A forwarded or anonymous sender is never taken for a person."""
        user, chat, message = update.effective_user, update.effective_chat, update.effective_message
        reply_to = message.reply_to_message if isinstance(message, Message) else None
        return Origin(
            bot_id=self.bot_id,
            update_id=update.update_id,
            address=str(user.id) if user else "",
            place=_PLACES.get(chat.type, Place.CHANNEL) if chat else Place.PRIVATE,
            ref=message.message_id if message else 0,
            name=user.full_name if user else "",
            chat=str(chat.id) if chat else "",
            chat_title=(chat.title or "") if chat else "",
            reply_to=reply_to.message_id if reply_to else None,
            pressed=update.callback_query is not None,
            shown_at=_shown_at(update.callback_query),
            came_at=self._came_at(),
        )


def _shown_at(press: CallbackQuery | None) -> datetime | None:
    """When the pressed button was put there; very long ago when Telegram does not tell any more."""
    message = press.message if press else None
    if message is None:
        return None
    return (message.edit_date if isinstance(message, Message) else None) or message.date


def secret_in(message: Message) -> str | None:
    """What must not be stored, logged or passed on: looked for before anything else is done."""
    texts = [message.text, message.caption, message.document.file_name if message.document else None]
    return next((found for text in texts if text and (found := find_secret(text))), None)
