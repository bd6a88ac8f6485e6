"""A small web server beside the program."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress

import uvicorn

from bot.program import Program

# Whoever waits for an answer that the program can give no more is hung up on.
GRACE_SECONDS = 2


class _Server(uvicorn.Server):
    """Leaves signals to the program."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serve_beside(program: Program, config: uvicorn.Config) -> AsyncIterator[None]:
    config.timeout_graceful_shutdown = GRACE_SECONDS
    server = _Server(config)
    task = program.background(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        with suppress(Exception):
            await task
