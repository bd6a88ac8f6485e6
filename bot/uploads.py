"""Files that people sent: fetched and read beside everything else, one at a time, under limits."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from telegram import Bot
from telegram.error import TelegramError

from reporting.permissions import Action, Place
from services import history, holidays, roster, uploading
from services.desk import Origin
from services.runtime import Runtime
from storage.database import StorageError
from storage.drafts import Waiting
from templates import read_workbook
from templates.message import Reply
from templates.read_workbook import HISTORY, HOLIDAYS, MOST_BYTES, Read, understood

log = structlog.get_logger()

FETCH_TRIES = 3
SECONDS = 5.0  # of wall time: a process that only sleeps uses no processor


async def read_apart(content: bytes) -> Read:
    """Read a workbook in a process of its own, which knows nothing of us and dies of its own limits."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        read_workbook.__file__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(content), SECONDS)
    except TimeoutError:
        return Read(problem="too_heavy")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return understood(output)


def _meant(read: Read) -> tuple[Action, Callable[..., Reply]]:
    """What a file is for, as it says itself; whether its sender may do that is asked for."""
    if read.problem is not None:
        return Action.SEND_FILE, uploading.show
    if read.roster is not None:
        return Action.ROSTER, roster.show
    if read.head["task"] == HISTORY:
        return Action.HISTORY, history.show
    if read.head["task"] == HOLIDAYS:
        return Action.SETTINGS, holidays.show_holidays
    return Action.FILL, uploading.show


class Uploads:
    """What waits is a row for each sender, so a restart loses no file and nobody can queue more than one."""

    def __init__(self, bot: Bot, runtime: Runtime, say: Callable[[str, Reply], Awaitable[None]]) -> None:
        self._bot = bot
        self._runtime = runtime
        self._say = say
        self._work: asyncio.Task[None] | None = None
        self._again = False
        self.on_duty = False

    @property
    def busy(self) -> bool:
        return self._work is not None and not self._work.done()

    def ring(self) -> None:
        """A file may be waiting. Who is not on duty leaves it to the one that is, who looks at every tick."""
        if not self.on_duty:
            return
        self._again = True
        if not self.busy:
            self._work = asyncio.create_task(self._drain())

    async def settle(self) -> None:
        """Wait until every file is read and answered."""
        while self.busy:
            assert self._work is not None
            await asyncio.wait([self._work])

    async def stop(self) -> None:
        """Stop at once: what is not read stays a row, and is read after the next start."""
        if self.busy:
            assert self._work is not None
            self._work.cancel()
            await asyncio.wait([self._work])

    async def _drain(self) -> None:
        try:
            while self._again:
                self._again = False
                while waiting := await self._runtime.lead(uploading.waiting):
                    await self._take(waiting[0])
        except Exception:
            log.exception("files not read")  # rows stay: the next ring reads them

    async def _take(self, waiting: Waiting) -> None:
        try:
            await self._answer(waiting)
        except StorageError:
            raise
        except Exception:
            log.exception("file broke the program", update=waiting.update_id)
        await self._runtime.tick(uploading.forget, waiting)

    async def _answer(self, waiting: Waiting) -> None:
        origin = Origin(
            waiting.bot_id, waiting.update_id, waiting.address, Place.PRIVATE, chat=waiting.address
        )
        content, action = await self._fetch(waiting.file_ref), Action.SEND_FILE
        if content is None:
            service = partial(uploading.refuse, file_ref=waiting.file_ref)
        else:
            read = await self._read(content)
            action, show = _meant(read)
            service = partial(show, file_ref=waiting.file_ref, read=read)
        await self._say(waiting.address, await self._runtime.go_on(origin, action, service))

    async def _fetch(self, file_ref: str) -> bytes | None:
        """The file's content; None when the messenger does not hand it out."""
        for attempt in range(FETCH_TRIES):
            try:
                file = await self._bot.get_file(file_ref)
                if (file.file_size or 0) > MOST_BYTES:
                    return None
                return bytes(await file.download_as_bytearray())
            except TelegramError as error:
                log.warning("file not fetched", error=type(error).__name__, attempt=attempt)
                await asyncio.sleep(1.0)
        return None

    async def _read(self, content: bytes) -> Read:
        try:
            return await read_apart(content)
        except (OSError, ValueError) as error:
            log.error("file broke its reader", error=type(error).__name__)
            return Read(problem="broken")
