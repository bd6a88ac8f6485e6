"""Being on duty: of all programs on one database, the one that holds the lock ticks, delivers and reads files."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from services.runtime import NotOnDuty
from storage.leadership import Lock

log = structlog.get_logger()

# How often a program standing by asks for the lock, and how often its holder makes sure of it.
LOOK_SECONDS = 2.0
HEARTBEAT_SECONDS = 1.0
# A holder that gets no answer for this long has lost the lock as far as it can know.
ANSWER_SECONDS = 3.0


class Lead:
    """``work`` runs while the lock is held and is cancelled at once when it is lost.

    The holder notices a lost lock within heartbeat and answer, four seconds; whoever takes over waits for the
    lock's grace before beginning. Between the two the old one has stopped.
    """

    def __init__(self, lock: Lock, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._lock = lock
        self._sleep = sleep

    async def run(self, work: Callable[[], Coroutine[Any, Any, None]], stand_by: Callable[[], None]) -> None:
        """Until cancelled, or until the work itself fails."""
        try:
            while True:
                if await asyncio.to_thread(self._lock.take):
                    await self._serve(work)
                    log.warning("no longer on duty")
                stand_by()
                await self._sleep(LOOK_SECONDS)
        finally:
            self._lock.release()

    async def _serve(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        task = asyncio.create_task(self._after_grace(work))
        try:
            while not task.done() and await self._holds():
                await asyncio.wait({task}, timeout=HEARTBEAT_SECONDS)
        finally:
            task.cancel()
            await asyncio.wait({task})
            self._lock.release()
        if not task.cancelled() and (error := task.exception()) is not None and not _only_off_duty(error):
            raise error

    async def _after_grace(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        await self._sleep(self._lock.grace)
        await work()

    async def _holds(self) -> bool:
        # Not wait_for: before Python 3.12 it loses a cancellation that comes together with the answer.
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await asyncio.to_thread(self._lock.holds)
        except TimeoutError:
            return False


def _only_off_duty(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return all(_only_off_duty(one) for one in error.exceptions)
    return isinstance(error, NotOnDuty)
