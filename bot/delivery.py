"""Delivering the outbox: in order per chat, at Telegram's pace, each outcome recorded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import groupby
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.mouth import Cause, Failure, failure, send, send_file, set_menu
from bot.pace import Pace
from bot.painter import Painter
from services import letters
from services.desk import Desk
from services.runtime import Runtime
from storage.database import StorageError
from storage.outbox import Letter
from templates.commands import menu
from templates.message import from_json

log = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")

IDLE_SECONDS = 1.0
BACK_OFF = 2.0
MOST_DOUBLINGS = 5


class TokenRefused(Exception):  # noqa: N818
    """Telegram no longer accepts the token: nothing can be done but stop, loudly."""


class Delivery:
    """One per bot. ``ring()`` wakes it; it also looks by itself every second."""

    def __init__(
        self,
        bot: Bot,
        runtime: Runtime,
        pace: Pace,
        painter: Painter,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.bot = bot
        self.runtime = runtime
        self.pace = pace
        self.painter = painter
        self.busy = False
        self._lost_claim = False
        self._monotonic = monotonic
        self._bell = asyncio.Event()
        # Letters whose picture went out although their text has to be sent again.
        self._shown: set[int] = set()

    def ring(self) -> None:
        """There may be something to deliver."""
        self._bell.set()

    async def run(self) -> None:
        """Deliver until cancelled; a database that cannot is tried again."""
        while True:
            self._bell.clear()
            try:
                while await self.deliver():
                    pass
            except* StorageError as errors:
                log.warning("letters wait for the database", errors=len(errors.exceptions))
            try:
                await asyncio.wait_for(self._bell.wait(), IDLE_SECONDS)
            except TimeoutError:
                continue

    async def deliver(self) -> int:
        """Send what may go now; returns how many letters were taken up."""
        self.busy = True
        try:
            found = await self._claim()
            by_address = sorted(found, key=lambda letter: (letter.address or "", letter.id))
            chats = [list(batch) for _, batch in groupby(by_address, key=lambda letter: letter.address or "")]
            await asyncio.gather(*(self._chat(batch) for batch in chats))
            return len(found)
        finally:
            self.busy = False

    async def _claim(self) -> list[Letter]:
        """A claim whose commit was not answered may have taken letters that nobody holds: they are in doubt."""
        try:
            if self._lost_claim:
                await self.runtime.tick(letters.recover)
            self._lost_claim = False
            return await self.runtime.tick(letters.claim, self.pace.paused(self._monotonic()))
        except StorageError:
            self._lost_claim = True
            raise

    async def _insist(self, work: Callable[Concatenate[Desk, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What became of a letter is known here alone until it is stored: a database that cannot is waited for."""
        while True:
            try:
                return await self.runtime.tick(work, *args, **kwargs)
            except StorageError:
                log.warning("a claimed letter waits for the database")
                await asyncio.sleep(IDLE_SECONDS)

    async def _chat(self, batch: list[Letter]) -> None:
        """One chat's letters in order; after a passing failure the rest wait too."""
        for place, letter in enumerate(batch):
            if not await self._letter(letter):
                for waiting in batch[place + 1 :]:
                    await self._insist(letters.put_off, waiting, "behind another")
                return

    async def _letter(self, letter: Letter) -> bool:
        """True when the next letter to this chat may follow."""
        if letter.address is None or not letter.reachable:
            await self._insist(letters.nobody, letter)
            return True
        if (delay := self.pace.wait(letter.address, self._monotonic())) > 0:
            await asyncio.sleep(delay)
        try:
            ref = await self._send(letter, letter.address)
        except TelegramError as error:
            return await self._failed(letter, letter.address, failure(error))
        except StorageError:
            raise
        except Exception as error:
            # One letter that breaks us must not stop the others, now or after each restart.
            log.exception("letter broke delivery", letter=letter.id, kind=letter.kind)
            await self._insist(letters.failed, letter, type(error).__name__)
            return True
        await self._insist(letters.sent, letter, ref)
        return True

    async def _send(self, letter: Letter, address: str) -> int:
        if letter.kind == "menu":
            await set_menu(self.bot, menu(await self.runtime.tick(letters.roles_of, letter)), address)
            return 0
        self.pace.sent(address, self._monotonic())
        if letter.file_id is not None:
            name, content = await self._insist(letters.file_of, letter.file_id)
            return (await send_file(self.bot, address, name, content)).message_id
        message = from_json(letter.message)
        if message.picture is not None and letter.id not in self._shown:
            await self.painter.show(address, message.picture)
            self._shown.add(letter.id)
            self.pace.sent(address, self._monotonic())
        sent = await send(self.bot, address, message)
        self._shown.discard(letter.id)
        return sent.message_id

    async def _failed(self, letter: Letter, address: str, why: Failure) -> bool:
        log.warning("letter not delivered", letter=letter.id, kind=letter.kind, cause=str(why.cause))
        now = self._monotonic()
        if why.cause is Cause.FLOOD:
            self.pace.pause(address, now + why.seconds)
            await self._insist(letters.put_off, letter, why.says)
            return False
        if why.cause is Cause.NOT_SENT:
            self.pace.pause(address, now + _back_off(letter))
            await self._insist(letters.put_off, letter, why.says)
            return False
        if why.cause is Cause.MOVED:
            await self._insist(letters.moved, letter, why.moved_to)
            return False
        await self._ended(letter, why)
        return why.cause is not Cause.IN_DOUBT

    async def _ended(self, letter: Letter, why: Failure) -> None:
        if why.cause is Cause.FORBIDDEN_TOKEN:
            await self._insist(letters.put_off, letter, why.says)
            raise TokenRefused(why.says)
        if why.cause is Cause.IN_DOUBT:
            self.pace.pause(letter.address or "", self._monotonic() + _back_off(letter))
            await self._insist(letters.in_doubt, letter.id, letter.key, letter.kind, letter.attempts)
        elif why.cause is Cause.REFUSED:
            await self._insist(letters.failed, letter, why.says)
        else:
            await self._insist(letters.unreachable, letter, str(why.cause))


def _back_off(letter: Letter) -> float:
    """Seconds to leave a chat alone after a passing failure: 2, 4, 8 … 64."""
    return BACK_OFF * 2.0 ** min(letter.attempts, MOST_DOUBLINGS)
