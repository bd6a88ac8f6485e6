"""Whole transactions in worker threads: synchronous inside, asynchronous at the edge.

On SQLite one thread writes, and whatever is waiting shares one COMMIT; on PostgreSQL a few threads each run
one serializable transaction at a time. A caller is told the outcome only after the commit that settles it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from collections.abc import Callable
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import URL, make_url

from storage.rooms.call import Call, StorageError, Tx
from storage.rooms.postgres import PostgresRoom, postgres_engine
from storage.rooms.room import EngineRoom, Pause
from storage.rooms.sqlite import SqliteRoom

__all__ = ["BUSY_TIMEOUT", "Database", "StorageError", "Tx"]

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT = 10.0
"""Seconds SQLite itself waits for another process's lock before each retry of ours."""


def _open_room(url: URL, pool_size: int, busy_timeout: float, pause: Pause) -> EngineRoom:
    match url.get_backend_name():
        case "sqlite":
            return SqliteRoom(url, busy_timeout, pause)
        case "postgresql":
            return PostgresRoom(postgres_engine(url, pool_size), pool_size, pause)
        case other:
            raise ValueError(f"yibao knows SQLite and PostgreSQL, not {other}")


class Database:
    """The one door to stored data: hand it a function and it runs as one whole transaction.

    A function may be run again after a conflict, and its writes may be undone after it returned, so it must
    have no effect outside the database.
    """

    def __init__(
        self, url: str, *, pool_size: int = 4, busy_timeout: float = BUSY_TIMEOUT, pause: Pause = time.sleep
    ) -> None:
        self._url = make_url(url)
        self._room = _open_room(self._url, pool_size, busy_timeout, pause)
        self._room.start()

    def __repr__(self) -> str:
        return f"Database({self._url.set(query={}).render_as_string(hide_password=True)!r})"

    @property
    def commits(self) -> int:
        """COMMITs so far; on SQLite far fewer than transactions when callers are many."""
        return self._room.commits

    @property
    def retries(self) -> int:
        """How often an attempt was repeated: the database was locked, away, or another transaction got in the way."""
        return self._room.retries

    async def run(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs `fn(tx, …)` as one transaction in a worker thread and returns its result after the commit.

        If `fn` raises, its writes are undone and the exception is raised here. Cancelled before its turn, it
        is not run; cancelled later, it is committed all the same.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._room.submit(Call(fn, args, kwargs, future, loop))
        return await future

    def run_sync(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for a thread that may wait: the command line and tests, never an event loop."""
        if self._room.runs_here():
            raise RuntimeError("already inside a transaction: call the function with its tx instead")
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        self._room.submit(Call(fn, args, kwargs, future))
        return future.result()

    def close(self) -> None:
        """Finishes what was submitted, refuses what comes after, and lets go of the database."""
        self._room.close()

    async def aclose(self) -> None:
        """`close` without holding up the event loop, whose callers are still to be told."""
        await asyncio.to_thread(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
