"""Taking updates: in order per chat, confirmed to Telegram only after their transaction committed."""

from __future__ import annotations

import asyncio
import contextlib
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from telegram import Update
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application, CallbackContext

from bot.delivery import TokenRefused
from bot.flood import Flood
from bot.mouth import Cause, Failure, edit, failure, send, send_file, set_menu, take_buttons
from bot.pace import Pace
from bot.painter import Painter
from forms.problems import Refused
from reporting.checking import came_at as earliest
from services import duty, letters
from services.reference import reference
from services.runtime import Runtime
from storage.database import StorageError
from templates.commands import menu
from templates.message import Message, Reply
from templates.words import refusal, say

log = structlog.get_logger()

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
LONG_POLL = 50
# getUpdates, spelt so that the library does not take it for its own method of that name.
RAW_GET_UPDATES = "get_Updates"
# Seconds beyond the long poll after which its answer is not waited for.
SLACK = 10.0
REPLY_TRIES = 3
# Seconds for which a chat's lane may wait for flood control: whoever writes there next holds up the whole batch.
PATIENCE = 3.0
# Replies that may wait for room at a time; with more, the rest are said later.
MOST_QUEUEING = 30
STANDBY_SECONDS = 5.0
MOST_STANDBY_SECONDS = 60.0
BATCH = 100
# Seconds within which updates are handed out that were waiting; later ones were sent at this moment.
AT_ONCE = 1.0
# How often it is written down that updates can be taken.
SEEN_EVERY = timedelta(minutes=1)

_replies: ContextVar[list[Reply]] = ContextVar("replies")
_errors: ContextVar[list[Exception]] = ContextVar("errors")
_came: ContextVar[datetime | None] = ContextVar("came", default=None)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram pushes updates, and the secret that it shows."""

    url: str
    secret: str


class NotCommitted(Exception):  # noqa: N818
    """The database could not take an update: it is not confirmed and comes again."""


def collect(_: Update, reply: Reply) -> None:
    """Where handlers put what is to be said after the commit."""
    _replies.get().append(reply)


def came_at() -> datetime | None:
    """When the update being handled was sent at the earliest, for all that we know."""
    return _came.get()


async def _broken(_: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
    """The library would swallow what is raised here, so the error is only kept."""
    assert isinstance(context.error, Exception)
    _errors.get().append(context.error)


class Intake:
    """One per bot. A lane per chat keeps its order; chats run side by side."""

    def __init__(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        runtime: Runtime,
        pace: Pace,
        painter: Painter,
        monotonic: Callable[[], float],
        ring: Callable[[], None],
        flood: Flood,
    ) -> None:
        self.flood = flood
        self.application = application
        self.bot = application.bot
        self.runtime = runtime
        self.pace = pace
        self.painter = painter
        self.offset = 0
        self._monotonic = monotonic
        self._ring = ring
        self._lanes: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}
        self._speaking: set[asyncio.Task[None]] = set()
        self._showing: dict[str, tuple[asyncio.Task[None], asyncio.Event]] = {}
        self._queueing = 0
        self._unsaid: set[str] = set()
        self.taken: Counter[str] = Counter()
        self._seen: datetime | None = None
        # When the last answer of Telegram came: whatever waited since then may have waited all that time.
        self._listened: datetime | None = None
        # Since when nothing could be taken; None while all is well.
        self.silent_since: datetime | None = None
        application.add_error_handler(_broken)

    @property
    def busy(self) -> bool:
        return bool(self._speaking)

    @property
    def in_hand(self) -> int:
        """Updates that are being handled or answered."""
        return len(self._speaking)

    async def run(self) -> None:
        """Poll until cancelled. Only one program may poll a token: a second one stands by."""
        await self._no_webhook()
        standby = STANDBY_SECONDS
        while True:
            try:
                await self.poll(LONG_POLL)
                standby = STANDBY_SECONDS
            except Conflict as error:
                await self._second_poller(str(error))
                await asyncio.sleep(standby)
                standby = min(standby * 2, MOST_STANDBY_SECONDS)
            except RetryAfter as error:
                await asyncio.sleep(failure(error).seconds)
            except (TelegramError, NotCommitted) as error:
                log.warning("updates not taken", error=type(error).__name__)
                await asyncio.sleep(1.0)

    async def listen(self, webhook: Webhook) -> None:
        """Tell Telegram where to push, and note every minute that it may. Pushes come in elsewhere."""
        while True:
            try:
                await self.bot.set_webhook(
                    webhook.url, secret_token=webhook.secret, allowed_updates=ALLOWED, max_connections=40
                )
                break
            except InvalidToken as error:
                raise TokenRefused(str(error)) from error
            except TelegramError as error:
                log.error("webhook not set", says=str(error))
                await asyncio.sleep(max(failure(error).seconds, STANDBY_SECONDS))
        while True:
            with contextlib.suppress(StorageError):
                await self._reached()
            await asyncio.sleep(SEEN_EVERY.total_seconds())

    async def _no_webhook(self) -> None:
        """While a webhook is set nobody can poll: it is taken away, and said so."""
        with contextlib.suppress(TelegramError):
            if url := (await self.bot.get_webhook_info()).url:
                log.warning(
                    "a webhook was set; it is removed, because this program polls",
                    host=urlsplit(url).hostname,
                )
                await self.bot.delete_webhook()

    async def _second_poller(self, says: str) -> None:
        """Somebody else uses this token: whoever looks after us is told once a day."""
        log.error("another program polls this token, or a webhook is set", says=says)
        self._unreached()
        with contextlib.suppress(StorageError):
            await self.runtime.lead(letters.conflict)

    async def poll(self, wait: int = 0) -> int:
        """Take one batch; the offset moves on only when all of it is committed. Returns how many came."""
        began = self._monotonic()
        try:
            bodies = await self._get_updates(wait)
        except TelegramError:
            self._unreached()
            raise
        now = self.runtime.clock.now()
        waited = self._monotonic() - began > AT_ONCE
        came = earliest(now, self._listened or self.silent_since, waited=waited)
        self._listened = now
        await self.take(bodies, came)
        if bodies:
            self.offset = int(bodies[-1]["update_id"]) + 1
        if len(bodies) < BATCH:
            await self._reached()
        return len(bodies)

    async def confirm(self) -> None:
        """Tell Telegram, before leaving, what was taken: it would come again."""
        if self.offset:
            with contextlib.suppress(TelegramError):
                await self._get_updates(0, limit=1)

    def _unreached(self) -> None:
        self.silent_since = self.silent_since or self._listened or self._seen

    async def _reached(self) -> None:
        """Everything that waited is taken: after a long silence, make good what Telegram forgot meanwhile."""
        now = self.runtime.clock.now()
        if self.silent_since is not None:
            await self.runtime.lead(duty.gap, self.silent_since)
            self.silent_since = None
            self._ring()
        if self._seen is None or not timedelta(0) <= now - self._seen < SEEN_EVERY:
            await self.runtime.lead(duty.seen, self.bot.id)
            self._seen = now

    async def _get_updates(self, wait: int, limit: int = BATCH) -> Sequence[Mapping[str, Any]]:
        """Updates as they came. The library would refuse the whole batch for one that it cannot read."""
        asked = {"offset": self.offset, "limit": limit, "timeout": wait, "allowed_updates": ALLOWED}
        try:
            found = await self.bot.do_api_request(
                RAW_GET_UPDATES, api_kwargs=asked, read_timeout=wait + SLACK
            )
        except EndPointNotFound as error:
            # Telegram says 401 or 404 of a token that is taken back; the library reads both so of a raw call.
            raise TokenRefused(str(error)) from error
        return cast("Sequence[Mapping[str, Any]]", found)

    async def take(self, bodies: Sequence[Mapping[str, Any]], came: datetime | None = None) -> None:
        """Handle updates, each chat's in order; returns when all are committed, replies may still be going out."""
        _came.set(came or self.runtime.clock.now())
        committed = [self._start(update) for body in bodies if (update := await self._read(body)) is not None]
        results = await asyncio.gather(*committed, return_exceptions=True)
        if errors := [result for result in results if isinstance(result, BaseException)]:
            raise NotCommitted from errors[0]

    async def _read(self, body: Mapping[str, Any]) -> Update | None:
        """An update that the library cannot read is put aside like any other that breaks the program."""
        try:
            return Update.de_json(dict(body), self.bot)
        except Exception as error:
            try:
                await self._bury(int(body["update_id"]), error)
            except Exception as again:
                raise NotCommitted from again
            return None

    def _start(self, update: Update) -> asyncio.Future[None]:
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._lane(update, committed))
        self._speaking.add(task)
        task.add_done_callback(self._speaking.discard)
        return committed

    async def _swallow(self, update: Update, committed: asyncio.Future[None]) -> None:
        """One too many from this person: done with, and said so once a minute."""
        _settle(committed, None)
        if self.flood.may_be_told(update, self._monotonic()):
            assert update.effective_user is not None
            address = str(update.effective_user.id)
            await self.runtime.tick(letters.flooded, address)
            await self.tell(address, Message(refusal(Refused("flood"))))

    async def _lane(self, update: Update, committed: asyncio.Future[None]) -> None:
        structlog.contextvars.bind_contextvars(update=update.update_id)
        self.taken[_kind(update)] += 1
        if self.flood.is_too_much(update, self._monotonic()):
            await self._swallow(update, committed)
            return
        lane = _lane_of(update)
        lock = self._lanes.setdefault(lane, asyncio.Lock())
        self._waiting[lane] = self._waiting.get(lane, 0) + 1
        try:
            async with lock:
                await self._handle(update, committed)
        finally:
            self._waiting[lane] -= 1
            if not self._waiting[lane]:
                del self._waiting[lane], self._lanes[lane]

    async def _handle(self, update: Update, committed: asyncio.Future[None]) -> None:
        replies: list[Reply] = []
        errors: list[Exception] = []
        _replies.set(replies)
        _errors.set(errors)
        try:
            await self.application.process_update(update)
            for error in errors:
                replies.append(await self._bury(update.update_id, error))
        except Exception as error:
            _settle(committed, error)
            return
        _settle(committed, None)
        for reply in replies:
            await self.speak(update, reply)
        self._ring()

    async def _bury(self, update_id: int, error: Exception) -> Reply:
        """An unexpected error: the person and the admins get one reference number, the others flow on.

        What the database could not take, not even as broken, is raised: it is not confirmed and comes again.
        """
        if isinstance(error, StorageError):
            raise error
        number = reference(self.bot.id, update_id)
        trace = _where(error)
        log.error("update broke the program", reference=number, update=update_id, exception=trace)
        await self.runtime.tick(letters.bury, number, self.bot.id, update_id, trace)
        return Reply((Message(say("joining.trouble", reference=number)),))

    async def speak(self, update: Update, reply: Reply) -> None:
        """Say a reply to whoever is present; the number of the message that asks is recorded."""
        chat = update.effective_chat
        query = update.callback_query
        if query is not None:
            with contextlib.suppress(TelegramError):
                await query.answer(reply.toast[:200] or None)
        if chat is None:
            return
        address = str(chat.id)
        message = update.effective_message
        if query is not None and message is not None and (reply.settled or reply.edit):
            await self._touch(address, message.message_id, reply)
        await self.say(address, reply)

    async def say(self, address: str, reply: Reply) -> None:
        """Say a reply. One with a picture is said beside everything else: drawing and sending it take their time.

        Whoever writes on meanwhile gets the text at once, without what is left of the picture.
        """
        if address in self._showing:
            said, hurry = self._showing[address]
            hurry.set()
            await asyncio.wait([said])
        hurry = asyncio.Event()
        saying = self._say(address, reply, hurry)
        if not any(said.picture for said in reply.messages):
            await saying
            return
        task = asyncio.create_task(saying)
        self._speaking.add(task)
        self._showing[address] = (task, hurry)
        task.add_done_callback(self._speaking.discard)
        task.add_done_callback(lambda _: self._showing.pop(address, None))

    async def _say(self, address: str, reply: Reply, hurry: asyncio.Event) -> None:
        """The messages of a reply, each behind its picture, then the files."""
        for said in reply.messages:
            if said.picture is not None:
                self.pace.sent(address, self._monotonic())
                with contextlib.suppress(TelegramError):
                    await self.painter.show(address, said.picture, hurry)
            await self.tell(address, said)
        if reply.menu_for:
            await self._menu(address, reply.menu_for)
        for one in reply.attachments:
            content = await asyncio.to_thread(one.drawn) if one.drawn else one.content
            await self._tell_file(address, one.name, content)

    async def _menu(self, address: str, roles: frozenset[str]) -> None:
        """The command menu shows what this person may do; a menu that fails is no loss."""
        with contextlib.suppress(TelegramError):
            await set_menu(self.bot, menu(roles), address)

    async def _touch(self, address: str, ref: int, reply: Reply) -> None:
        try:
            if reply.edit is not None:
                await edit(self.bot, address, ref, reply.edit)
                await self._asked(address, reply.edit, ref)
            else:
                await take_buttons(self.bot, address, ref)
        except TelegramError as error:
            log.warning("pressed message not changed", cause=str(failure(error).cause))

    async def tell(self, address: str, said: Message) -> None:
        """Send one message now, again after a passing failure; what stays unsaid is not lost."""
        for attempt in range(REPLY_TRIES):
            if not await self._turn(address):
                break
            try:
                sent = await send(self.bot, address, said)
            except TelegramError as error:
                why = failure(error)
                log.warning("reply not delivered", cause=str(why.cause), attempt=attempt)
                if not await self._passing(address, why):
                    return
                if why.cause is Cause.FLOOD:
                    self.pace.flooded(address, self._monotonic(), why.seconds)
                if why.seconds > PATIENCE:
                    break
                await asyncio.sleep(why.seconds or 1.0)
            else:
                await self._asked(address, said, sent.message_id)
                return
        await self._say_later(address, said)

    async def _turn(self, address: str) -> bool:
        """Wait for room among the other replies; False when that would take too long, as after an outage.

        Nobody's reply waits while they have written on: their next message is to be taken first.
        """
        waited = 0.0
        while (delay := self.pace.reply_turn(self._monotonic())) > 0:
            waited += delay
            crowded = self._queueing >= MOST_QUEUEING or self._waiting.get(address, 0) > 1
            if waited > PATIENCE or crowded:
                return False
            self._queueing += 1
            try:
                await asyncio.sleep(delay)
            finally:
                self._queueing -= 1
        self.pace.sent(address, self._monotonic())
        return True

    async def _say_later(self, address: str, said: Message) -> None:
        """A question is asked again as it then stands; anything else waits in the outbox."""
        if said.asks is not None:
            self._unsaid.add(address)
        else:
            await self.runtime.tick(letters.leave, address, said)

    async def _asked(self, address: str, said: Message, ref: int) -> None:
        if said.asks is not None:
            await self.runtime.tick(letters.prompted, address, said.asks, ref)

    async def _passing(self, address: str, why: Failure) -> bool:
        """Whether it may go better soon."""
        if why.cause in (Cause.BLOCKED, Cause.DEACTIVATED, Cause.GONE):
            await self.runtime.tick(letters.lost_contact, address, str(why.cause))
            return False
        if why.cause is Cause.FORBIDDEN_TOKEN:
            raise TokenRefused(why.says)
        return why.cause is not Cause.REFUSED

    async def _tell_file(self, address: str, name: str, content: bytes) -> None:
        try:
            await send_file(self.bot, address, name, content)
        except TelegramError as error:
            log.warning("file not delivered", cause=str(failure(error).cause))

    async def resume(self) -> None:
        """At start: ask again whoever's question never went out because the program was killed before it."""
        for address, message in await self.runtime.tick(letters.unasked):
            await self.tell(address, message)

    async def catch_up(self) -> None:
        """Ask again those whom Telegram would not let us answer a while ago."""
        missed = self._unsaid - self.pace.paused(self._monotonic())
        if not missed:
            return
        self._unsaid -= missed
        for address, message in await self.runtime.tick(letters.unasked):
            if address in missed:
                await self.tell(address, message)

    async def settle(self) -> None:
        """Wait until everything taken so far is handled and said."""
        while self._speaking:
            await asyncio.gather(*self._speaking, return_exceptions=True)


def _where(error: BaseException) -> str:
    """Frames and kinds of errors, never their words: those may quote what somebody typed."""
    earlier = error.__cause__ or error.__context__
    lines = [*([_where(earlier)] if earlier else []), *traceback.format_tb(error.__traceback__)]
    return f"{''.join(lines)}{type(error).__qualname__}\n"


def _settle(committed: asyncio.Future[None], error: BaseException | None) -> None:
    if committed.done():
        return
    if error is None:
        committed.set_result(None)
    else:
        committed.set_exception(error)


def _kind(update: Update) -> str:
    """The update's kind as Telegram calls it."""
    return next((kind for kind in ALLOWED if getattr(update, kind) is not None), "other")


def _lane_of(update: Update) -> str:
    """Private chats and presses of one person share a lane; a group has its own."""
    chat = update.effective_chat
    return str(chat.id) if chat else f"update {update.update_id}"
