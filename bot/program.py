"""Wiring: from settings to a running program."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ApplicationBuilder
from telegram.request import BaseRequest

from bot.clock import SystemClock, VirtualClock
from bot.delivery import Delivery
from bot.flood import Flood
from bot.intake import Intake, Webhook, came_at, collect
from bot.lead import Lead
from bot.line import Line
from bot.logs import note
from bot.mouth import failure, set_menu
from bot.pace import Pace
from bot.painter import Paint, Painter, paint_apart
from bot.press import Make
from bot.robots import Robot, Robots
from bot.settings import Settings
from bot.uploads import Uploads
from handlers.edge import Door
from handlers.routes import routes
from schedules.cycle import ring
from schedules.housekeeping import sweep
from schedules.selfcheck import look
from services import duty, groups, letters
from services.board import awake
from services.desk import Clock
from services.runtime import NotOnDuty, Runtime
from storage.database import Database, StorageError
from storage.leadership import Lock
from templates.commands import menu

log = structlog.get_logger()

T = TypeVar("T")

TICK_SECONDS = 5
LOOK_SECONDS = 60
CATCH_UP_SECONDS = 1.0
# A stop in less than ten seconds, whatever is in hand.
DRAIN_SECONDS = 5.0
LAST_SECONDS = 1.0
REACH_SECONDS = 3.0
SWEEP_HOURS = 6
REQUEST_SECONDS = 15.0


def read_programme_files(folder: Path) -> dict[str, str]:
    """Texts of a programme's files by relative name."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.toml"))
    }


def clock_of(settings: Settings) -> Clock:
    """The machine's clock, or a virtual one when a start is set."""
    if settings.clock_start is None:
        return SystemClock()
    return VirtualClock(settings.clock_start, settings.clock_rate)


class Program:
    """Everything that runs for one bot. Tests build it with a request of their own and drive it step by step."""

    def __init__(
        self,
        runtime: Runtime,
        token: str,
        api_base_url: str = "",
        *,
        request: Callable[[], BaseRequest] | None = None,
        pace: Pace | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        heartbeat_url: str = "",
        paint: Paint = paint_apart,
        flood: Flood | None = None,
        make_output: Make | None = None,
        robots: Sequence[Robot] = (),
    ) -> None:
        make = request or Line
        builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any] = ApplicationBuilder()
        builder = builder.token(token).updater(None).request(make()).get_updates_request(make())
        if api_base_url:
            builder = builder.base_url(f"{api_base_url}/bot").base_file_url(f"{api_base_url}/file/bot")
        self.application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        self.runtime = runtime
        runtime.note = note
        self._monotonic = monotonic
        self.heartbeat_url = heartbeat_url
        self._polling: asyncio.Task[None] | None = None
        self.draining = False
        self.ticked_at: float | None = None
        # Set once it is clear whether this program is on duty or stands by.
        self.placed = asyncio.Event()
        self._beside: set[asyncio.Task[Any]] = set()
        pace = pace or Pace()
        painter = Painter(self.application.bot, paint)
        self.delivery = Delivery(
            self.application.bot,
            runtime,
            pace,
            painter,
            monotonic=monotonic,
            make=make_output,
            robots=Robots(robots),
        )
        self.robots = [(one.address, one.title) for one in robots]
        self.intake = Intake(
            self.application, runtime, pace, painter, monotonic, self.delivery.ring, flood or Flood(0)
        )
        self.uploads = Uploads(self.application.bot, runtime, self.intake.say)

    async def start(self) -> None:
        """Reach Telegram and put the handlers in place: updates may be taken."""
        await self._reach()
        bot = self.application.bot
        self.runtime.shelf.bot_name = bot.username
        door = Door(self.runtime, bot.id, bot.username, collect, self.uploads.ring, came_at)
        for handler in routes(door):
            self.application.add_handler(handler)

    async def _reach(self) -> None:
        """After a power cut the network may come back later than this program."""
        while True:
            try:
                return await self.application.initialize()
            except InvalidToken:
                raise
            except TelegramError as error:
                log.warning("Telegram not reached yet", error=type(error).__name__)
                await asyncio.sleep(max(failure(error).seconds, REACH_SECONDS))

    async def take_over(self) -> None:
        """Go on duty: end every earlier program's term, and take up what a killed one left."""
        bot = self.application.bot
        term, seen_at = await self.runtime.tick(duty.begin, bot.id)
        self.runtime.duty = (bot.id, term)
        self.intake.silent_since = seen_at
        await self.runtime.lead(letters.recover)
        with contextlib.suppress(TelegramError):
            await set_menu(bot, menu(()))
        await self.runtime.lead(awake)
        await self.runtime.lead(groups.robots_at, self.robots)
        await self.intake.resume()
        self.uploads.on_duty = True
        self.uploads.ring()
        self.placed.set()

    async def tick(self) -> None:
        """One ring of the bell: do what is due, then let delivery look."""
        if await ring(self.runtime):
            self.delivery.ring()
        self.ticked_at = self._monotonic()

    async def drain(self) -> None:
        """Take and begin nothing more; finish what was taken and what is on its way, but not for ever."""
        self.draining = True
        if self._polling is not None:
            self._polling.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await asyncio.gather(self.intake.settle(), self.delivery.drain())
                await self.intake.confirm()

    async def stop(self) -> None:
        """Let go of Telegram."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_SECONDS):
                await self.intake.settle()
        await self.uploads.stop()
        await self.delivery.press.stop()
        await self.application.shutdown()

    @property
    def tick_age(self) -> float | None:
        """Seconds since the last tick that went well; None before the first."""
        return None if self.ticked_at is None else self._monotonic() - self.ticked_at

    @property
    def on_duty(self) -> bool:
        """Whether this program ticks, delivers and reads files."""
        return self.runtime.duty is not None

    @property
    def idle(self) -> bool:
        """True when nothing is being handled or sent at this moment."""
        return not (self.intake.busy or self.delivery.busy or self.uploads.busy)

    def background(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something beside the program; it is kept until it ends."""
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)
        return task

    async def run(self, lock: Lock, webhook: Webhook | None = None) -> None:
        """Run until cancelled, or until Telegram refuses the token.

        With a webhook every program takes updates; otherwise the one on duty polls.
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(Lead(lock).run(partial(self._on_duty, webhook), self._stand_by))
            group.create_task(self._catch_up())

    async def _on_duty(self, webhook: Webhook | None) -> None:
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(self._tick_safely, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1)
        scheduler.add_job(sweep, "interval", hours=SWEEP_HOURS, args=[self.runtime], coalesce=True)
        scheduler.add_job(self.look_after, "interval", seconds=LOOK_SECONDS, coalesce=True, max_instances=1)
        try:
            await self._take_over_safely()
            scheduler.start()
            await self._tick_safely()
            async with asyncio.TaskGroup() as group:
                group.create_task(self.delivery.run())
                taking = self.intake.run() if webhook is None else self.intake.listen(webhook)
                self._polling = group.create_task(taking)
        finally:
            self.uploads.on_duty = False
            self.runtime.duty = None
            if scheduler.running:
                scheduler.shutdown(wait=False)

    def _stand_by(self) -> None:
        """Another program is on duty."""
        self.placed.set()

    async def _take_over_safely(self) -> None:
        """A database that cannot is tried again: nobody else can do better with it."""
        while True:
            try:
                return await self.take_over()
            except StorageError as error:
                log.warning("duty not taken over yet", error=type(error).__name__)
                await asyncio.sleep(1.0)

    async def _catch_up(self) -> None:
        """Ask whoever Telegram did not let us answer, also when not on duty: only this program knows them."""
        while True:
            await asyncio.sleep(CATCH_UP_SECONDS)
            try:
                await self.intake.catch_up()
            except StorageError as error:
                log.warning("questions wait for the database", error=type(error).__name__)

    async def look_after(self) -> None:
        """Check ourselves; only when all is well, say so outside. Silence there is the alarm."""
        try:
            found = await look(self.runtime)
            if found:
                log.error("self-check found", **found)
                self.delivery.ring()
            elif self.heartbeat_url:
                async with httpx.AsyncClient(timeout=REQUEST_SECONDS, trust_env=False) as client:
                    (await client.get(self.heartbeat_url)).raise_for_status()
        except NotOnDuty:
            return
        except (StorageError, httpx.HTTPError) as error:
            log.error("self-check or its heartbeat failed", error=type(error).__name__)

    async def _tick_safely(self) -> None:
        """A tick that fails is logged and comes again; the bell goes on ringing."""
        try:
            await self.tick()
            self.uploads.ring()
        except NotOnDuty:
            return  # delivery finds out too, and ends the shift
        except Exception:
            log.exception("tick failed")


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Program]:
    """A started program on the settings' database; everything is closed at the end."""
    async with Database(settings.database_url) as database:
        runtime = Runtime(database, clock_of(settings))
        pace = Pace(overall=settings.messages_per_second)
        token = settings.token.get_secret_value()
        flood = Flood(settings.most_a_minute)
        program = Program(
            runtime,
            token,
            settings.api_base_url,
            pace=pace,
            heartbeat_url=settings.heartbeat_url,
            flood=flood,
            robots=settings.robots,
        )
        await program.start()
        try:
            yield program
        finally:
            await program.stop()
