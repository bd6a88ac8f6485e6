"""Making what an edition's letters name: after the commit, once, by a process of its own."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from typing import Any

from reporting.edition import Edition
from services import editions
from templates.message import Attachment
from templates.press import LENGTH, delivered, framed, length_in, ordered

PRESS = "templates.press"
SECONDS = 60.0
Make = Callable[[str, Edition], Awaitable[Attachment | None]]


class NotMade(Exception):  # noqa: N818
    """An output could not be made: its letter fails, and the admins are told."""


class Machine:
    """The process that makes outputs: started with the first order, gone when nothing is ordered for a while.

    One for a whole edition, because starting costs more than most outputs do. One order at a time.
    """

    def __init__(self) -> None:
        self._process: Process | None = None

    async def __call__(self, name: str, edition: Edition) -> Attachment | None:
        order = framed(ordered(name, edition))
        try:
            async with asyncio.timeout(SECONDS):
                made = await self._answer(order) or await self._answer(order)
        except TimeoutError:
            await self.stop()
            raise NotMade(name) from None
        if made is None:
            raise NotMade(f"{name}: the process ended")
        try:
            return delivered(made)
        except ValueError as error:
            raise NotMade(f"{name}: {error}") from None

    async def _answer(self, order: bytes) -> bytes | None:
        """None when the process had just gone, which an order may meet once."""
        process = await self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(order)
            await process.stdin.drain()
            length = length_in(await process.stdout.readexactly(LENGTH))
            return await process.stdout.readexactly(length)
        except (ConnectionError, asyncio.IncompleteReadError):
            await self.stop()
            return None

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            command = (sys.executable, "-I", "-m", PRESS)
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}
            )
        return self._process

    async def stop(self) -> None:
        """End the process; it holds nothing."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        # Reads what is left and lets go of the pipes.
        await process.communicate()


class Press:
    """One output is made at a time: the rest of the machine belongs to those who are answering.

    ``insist`` runs a service until the database can.
    """

    def __init__(self, insist: Callable[..., Awaitable[Any]], make: Make | None = None) -> None:
        self._insist = insist
        self._machine = Machine()
        self._make = make or self._machine
        self._one = asyncio.Semaphore(1)

    async def output(self, of: editions.Ordered) -> Attachment | None:
        """The output as it was made the first time, or made now and kept; None where there is nothing to show."""
        async with self._one:
            known, edition = await self._insist(editions.material, of)
            if edition is None:
                return known if isinstance(known, Attachment) else None
            made = await self._make(of.name, edition)
            await self._insist(editions.keep, of, made)
            return made

    async def stop(self) -> None:
        await self._machine.stop()
