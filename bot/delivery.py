"""Delivering the outbox: in order per chat, at Telegram's pace, each outcome recorded."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import groupby
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from markupsafe import Markup
from telegram import Bot
from telegram.error import TelegramError

from bot.mouth import Cause, Failure, edit, failure, pieces, send, send_file, send_pictures, set_menu
from bot.pace import Pace
from bot.painter import Painter
from bot.press import Make, Press
from bot.robots import RobotFailed, Robots
from reporting.recipients import ROBOT
from services import letters
from services.desk import Desk
from services.editions import Ordered, ordered_in
from services.runtime import Runtime
from storage.database import StorageError
from storage.outbox import Letter
from templates.canvas import twin_of
from templates.commands import menu
from templates.message import Message, from_json

log = structlog.get_logger()

P = ParamSpec("P")
T = TypeVar("T")

IDLE_SECONDS = 1.0
BACK_OFF = 2.0
MOST_DOUBLINGS = 5
# Letters claimed at once: what a killed program leaves in doubt stays little.
MOST_CLAIMED = 30
# Sends on their way at once: the client's other connections are for replies, however slow Telegram is.
MOST_FLYING = 40
# A letter that would wait longer for its turn is put back rather than held.
PATIENCE = 2.0


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
        make: Make | None = None,
        robots: Robots | None = None,
    ) -> None:
        self.bot = bot
        self.robots = robots or Robots()
        self.press = Press(self._insist, make)
        self.runtime = runtime
        self.pace = pace
        self.painter = painter
        self._monotonic = monotonic
        self._bell = asyncio.Event()
        self._claiming = asyncio.Lock()
        self._lost_claim = False
        self._stopping = False
        self._flying: set[asyncio.Task[None]] = set()
        self._broken: BaseException | None = None
        # Letters whose picture went out although their text has to be sent again.
        self._shown: set[int] = set()

    @property
    def busy(self) -> bool:
        return self._claiming.locked() or bool(self._flying)

    def ring(self) -> None:
        """There may be something to deliver."""
        self._bell.set()

    async def run(self) -> None:
        """Deliver until cancelled or drained; a database that cannot is tried again."""
        self._stopping = False
        try:
            while not self._stopping:
                self._bell.clear()
                if not await self._round_safely():
                    await self._bell_or_idle()
        finally:
            if not self._stopping:
                self.abandon()

    async def deliver(self) -> int:
        """Send what may go now and see it through; returns how many letters were taken up."""
        taken = 0
        while found := await self._round():
            taken += found
            await self._landed()
        return taken

    async def drain(self) -> None:
        """Begin nothing more; returns when what is on its way has arrived or failed."""
        self._stopping = True
        self.ring()
        async with self._claiming:
            await self._landed()

    def abandon(self) -> None:
        """Let go at once: another program may have taken over. What is on its way is in doubt."""
        for task in self._flying:
            task.cancel()

    async def _bell_or_idle(self) -> None:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                await self._bell.wait()
        except TimeoutError:
            return

    async def _round_safely(self) -> int:
        try:
            return await self._round()
        except StorageError as error:
            log.warning("letters wait for the database", error=type(error).__name__)
            return 0

    async def _round(self) -> int:
        """Claim a few letters, one for each chat, and set each on its way in its turn; returns how many."""
        if self._broken is not None:
            raise self._broken
        held = self.pace.held(self._monotonic())
        if "" in held:
            return 0
        async with self._claiming:
            found = await self._claim(held)
            by_address = sorted(found, key=lambda letter: (letter.address or "", letter.id))
            for _, chat in groupby(by_address, key=lambda letter: letter.address or letter.id):
                await self._turn(list(chat))
            return len(found)

    async def _turn(self, batch: list[Letter]) -> None:
        """Wait for this chat's turn, then let its oldest letter go; others to the same chat go back."""
        first, *others = batch
        for waiting in others:
            await self._insist(letters.put_off, waiting, "behind another")
        if first.address is None or not first.reachable:
            await self._insist(letters.nobody, first)
            return
        while (delay := self.pace.turn(self._monotonic())) > 0:
            if delay > PATIENCE or self._stopping:
                break
            await asyncio.sleep(delay)
        if delay > 0 or self._stopping:
            await self._insist(letters.put_off, first, "not its turn")
            return
        while len(self._flying) >= MOST_FLYING:
            await asyncio.wait(self._flying, return_when=asyncio.FIRST_COMPLETED)
        self.pace.sent(first.address, self._monotonic(), letter=True)
        task = asyncio.create_task(self._letter(first, first.address))
        self._flying.add(task)
        task.add_done_callback(self._arrived)

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._broken = error
        self.ring()

    async def _landed(self) -> None:
        while self._flying:
            await asyncio.wait(self._flying)
        if self._broken is not None:
            raise self._broken

    async def _letter(self, letter: Letter, address: str) -> None:
        try:
            ref = await self._send(letter, address)
        except TelegramError as error:
            await self._failed(letter, address, failure(error))
        except RobotFailed as error:
            await self._failed(letter, address, error.failure)
        except Exception as error:
            # One letter that breaks us must not stop the others, now or after each restart.
            log.exception("letter broke delivery", **_about(letter))
            await self._insist(letters.failed, letter, type(error).__name__)
        else:
            await self._insist(letters.sent, letter, ref)
            log.info("letter sent", **_about(letter))

    async def _claim(self, held: set[str]) -> list[Letter]:
        """A claim whose commit was not answered may have taken letters that nobody holds: they are in doubt."""
        try:
            if self._lost_claim:
                await self._landed()
                await self.runtime.lead(letters.recover)
            self._lost_claim = False
            return await self.runtime.lead(letters.claim, held, MOST_CLAIMED)
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

    async def _send(self, letter: Letter, address: str) -> int:
        if address.startswith(ROBOT):
            return await self._to_robot(letter, address)
        if letter.kind == "menu":
            await set_menu(self.bot, menu(await self.runtime.tick(letters.roles_of, letter)), address)
            return 0
        if letter.file_id is not None:
            name, content = await self._insist(letters.file_of, letter.file_id)
            return (await send_file(self.bot, address, name, content)).message_id
        if (of := ordered_in(letter.message)) is not None:
            return await self._send_output(of, address)
        message = from_json(letter.message)
        if "edits" in letter.message:
            return await self._edit(letter.message["edits"], address, message)
        if message.picture is not None and letter.id not in self._shown:
            await self.painter.show(address, message.picture)
            self._shown.add(letter.id)
            self.pace.sent(address, self._monotonic(), letter=True)
        for _ in pieces(str(message.text))[1:]:
            self.pace.sent(address, self._monotonic(), letter=True)
        sent = await send(self.bot, address, message)
        self._shown.discard(letter.id)
        return sent.message_id

    async def _to_robot(self, letter: Letter, address: str) -> int:
        """Words only. What a robot said cannot be edited: it says what is right now instead."""
        if letter.file_id is None and ordered_in(letter.message) is None:
            await self.robots.send(address, str(from_json(letter.message).text))
        return 0

    async def _send_output(self, of: Ordered, address: str) -> int:
        """A document or picture of an edition; 0 where the edition has nothing to show, or for a picture."""
        made = await self.press.output(of)
        if made is None:
            return 0
        if made.name.endswith(".png"):
            await send_pictures(self.bot, address, [made.content], twin_of(made.content))
            return 0
        return (await send_file(self.bot, address, made.name, made.content)).message_id

    async def _edit(self, key: str, address: str, message: Message) -> int:
        """Replace what an earlier letter said; what never arrived needs no correction."""
        ref = int(await self._insist(letters.ref_of, key))
        if ref:
            await edit(self.bot, address, ref, Message(Markup(pieces(str(message.text))[0]), message.buttons))  # noqa: S704
        return ref

    async def _failed(self, letter: Letter, address: str, why: Failure) -> None:
        log.warning("letter not delivered", cause=str(why.cause), **_about(letter))
        now = self._monotonic()
        if why.cause is Cause.FLOOD:
            self.pace.flooded(address, now, why.seconds)
            await self._insist(letters.put_off, letter, why.says)
        elif why.cause is Cause.NOT_SENT:
            self.pace.pause(address, now + _back_off(letter))
            await self._insist(letters.put_off, letter, why.says)
        elif why.cause is Cause.MOVED:
            await self._insist(letters.moved, letter, why.moved_to)
        elif why.cause is Cause.IN_DOUBT:
            self.pace.pause(address, now + _back_off(letter))
            await self._insist(letters.in_doubt, letter)
        else:
            await self._ended(letter, why)

    async def _ended(self, letter: Letter, why: Failure) -> None:
        if why.cause is Cause.FORBIDDEN_TOKEN:
            await self._insist(letters.put_off, letter, why.says)
            raise TokenRefused(why.says)
        if why.cause is Cause.REFUSED:
            await self._insist(letters.failed, letter, why.says)
        else:
            await self._insist(letters.unreachable, letter, str(why.cause))


def _back_off(letter: Letter) -> float:
    """Seconds to leave a chat alone after a passing failure: 2, 4, 8 … 64."""
    return BACK_OFF * 2.0 ** min(letter.attempts - 1, MOST_DOUBLINGS)


def _about(letter: Letter) -> dict[str, object]:
    """What a log line says of a letter: never its text."""
    period = next((part for part in letter.key.split(":") if part[:4].isdigit() and len(part) > 4), "")
    return {"letter": letter.id, "kind": letter.kind, "person": letter.person_id, "period": period}
