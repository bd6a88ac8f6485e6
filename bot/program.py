"""Wiring: from settings to a running program."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram.error import TelegramError
from telegram.ext import Application, ApplicationBuilder
from telegram.request import BaseRequest, HTTPXRequest

from bot.clock import SystemClock, VirtualClock
from bot.delivery import Delivery
from bot.intake import Intake, collect
from bot.mouth import set_menu
from bot.pace import Pace
from bot.painter import Paint, Painter, paint_apart
from bot.settings import Settings
from bot.uploads import Uploads
from handlers.edge import Door
from handlers.routes import routes
from schedules.cycle import ring
from schedules.housekeeping import sweep
from services import letters
from services.board import awake
from services.desk import Clock
from services.runtime import Runtime
from storage.database import Database
from templates.commands import menu

log = structlog.get_logger()

T = TypeVar("T")

TICK_SECONDS = 5
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
        paint: Paint = paint_apart,
    ) -> None:
        make = request or (
            lambda: HTTPXRequest(
                connection_pool_size=64, read_timeout=REQUEST_SECONDS, pool_timeout=REQUEST_SECONDS
            )
        )
        builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any] = ApplicationBuilder()
        builder = builder.token(token).updater(None).request(make()).get_updates_request(make())
        if api_base_url:
            builder = builder.base_url(f"{api_base_url}/bot").base_file_url(f"{api_base_url}/file/bot")
        self.application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        self.runtime = runtime
        self._beside: set[asyncio.Task[Any]] = set()
        pace = pace or Pace()
        painter = Painter(self.application.bot, paint)
        self.delivery = Delivery(self.application.bot, runtime, pace, painter, monotonic=monotonic)
        self.intake = Intake(self.application, runtime, pace, painter, monotonic, self.delivery.ring)
        self.uploads = Uploads(self.application.bot, runtime, self.intake.say)

    async def start(self) -> None:
        """Reach Telegram, put the handlers in place, and take up what a killed program left."""
        await self.application.initialize()
        bot = self.application.bot
        self.runtime.shelf.bot_name = bot.username
        door = Door(self.runtime, bot.id, bot.username, collect, self.uploads.ring)
        for handler in routes(door):
            self.application.add_handler(handler)
        with contextlib.suppress(TelegramError):
            await set_menu(bot, menu(()))
        await self.runtime.tick(letters.recover)
        await self.runtime.tick(awake)
        await self.intake.resume()
        self.uploads.ring()

    async def tick(self) -> None:
        """One ring of the bell: do what is due, then let delivery look."""
        if await ring(self.runtime):
            self.delivery.ring()

    async def stop(self) -> None:
        """Finish what was taken, then let go of Telegram."""
        await self.intake.settle()
        await self.uploads.stop()
        await self.application.shutdown()

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

    async def run(self) -> None:
        """Run until cancelled, or until Telegram refuses the token."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(self._tick_safely, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1)
        scheduler.add_job(sweep, "interval", hours=SWEEP_HOURS, args=[self.runtime], coalesce=True)
        scheduler.start()
        try:
            await self._tick_safely()
            async with asyncio.TaskGroup() as group:
                group.create_task(self.intake.run())
                group.create_task(self.delivery.run())
        finally:
            scheduler.shutdown(wait=False)

    async def _tick_safely(self) -> None:
        """A tick that fails is logged and comes again; the bell goes on ringing."""
        try:
            await self.tick()
            await self.intake.catch_up()
            self.uploads.ring()
        except Exception:
            log.exception("tick failed")


@contextlib.asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Program]:
    """A started program on the settings' database; everything is closed at the end."""
    async with Database(settings.database_url) as database:
        runtime = Runtime(database, clock_of(settings))
        program = Program(runtime, settings.token.get_secret_value(), settings.api_base_url)
        await program.start()
        try:
            yield program
        finally:
            await program.stop()
