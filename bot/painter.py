"""Pictures of tables: drawn by a process of its own, and sent before the text that they belong to."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.mouth import Cause, failure, send_pictures
from templates.chart_model import Chart
from templates.picture_model import Picture, unpacked

log = structlog.get_logger()

DRAWING = "templates.picture"
SECONDS = 10.0  # until it is drawn, or the text goes without it
Paint = Callable[[Picture | Chart], Awaitable[list[bytes]]]


async def paint_apart(picture: Picture | Chart) -> list[bytes]:
    """The picture's pages. Drawing keeps a processor busy: in a thread it would slow down every transaction."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        DRAWING,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        output, _ = await process.communicate(json.dumps(picture.as_json()).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return unpacked(output) if process.returncode == 0 else []


class Painter:
    """One picture is drawn at a time: the rest of the machine belongs to those who are answering."""

    def __init__(self, bot: Bot, paint: Paint = paint_apart) -> None:
        self._bot = bot
        self._paint = paint
        self._one = asyncio.Semaphore(1)

    async def show(self, address: str, picture: Picture | Chart, hurry: asyncio.Event | None = None) -> None:
        """Send a picture. What Telegram does not take, or cannot be drawn, is only logged: its text says the same.

        ``hurry`` breaks it off. TelegramError is raised where the text would be refused for the same reason.
        """
        try:
            await _unless(hurry or asyncio.Event(), self._show(address, picture))
        except TelegramError as error:
            cause = failure(error).cause
            log.warning("picture not delivered", cause=str(cause))
            if cause not in (Cause.REFUSED, Cause.IN_DOUBT):
                raise
        except TimeoutError:
            log.warning("picture not in time")
        except (OSError, ValueError) as error:
            log.warning("picture not drawn", error=type(error).__name__)

    async def _show(self, address: str, picture: Picture | Chart) -> None:
        async with asyncio.timeout(SECONDS), self._one:
            pages = await self._paint(picture)
        if pages:
            await send_pictures(self._bot, address, pages, picture.caption)
        else:
            log.warning("picture not drawn", kind=type(picture).__name__)


async def _unless(hurry: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Work, given up as soon as there is a hurry."""
    working, hurrying = asyncio.create_task(work), asyncio.create_task(hurry.wait())
    try:
        await asyncio.wait({working, hurrying}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        working.cancel()
        hurrying.cancel()
        await asyncio.gather(working, hurrying, return_exceptions=True)
