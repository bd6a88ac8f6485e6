"""Whole transactions in worker threads: synchronous inside, asynchronous at the edge.

On SQLite one thread writes, and whatever is waiting shares one COMMIT; on PostgreSQL a few threads each run
one serializable transaction at a time. A caller is told the outcome only after the commit that settles it.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import random
import sqlite3
import threading
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeAlias, TypeVar

import sqlalchemy
from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

Tx: TypeAlias = sqlalchemy.Connection
"""What a function inside a transaction is handed; it must not outlive the function."""

P = ParamSpec("P")
T = TypeVar("T")
Pause: TypeAlias = Callable[[float], None]

GROUP_CAP = 128
"""Most transactions under one commit: bounds how long the first waits for the last."""

BUSY_TIMEOUT = 10.0
"""Seconds SQLite itself waits for another process's lock before each retry of ours."""

BACKOFFS = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds, each shortened by up to half at random, between attempts at what another transaction blocked."""

_SERIALIZATION_FAILURES = frozenset({"40001", "40P01"})


class StorageError(Exception):
    """The database could not do its part; nothing of the transaction was stored and it may be tried again."""


@dataclass(slots=True, eq=False)
class _Call:
    """One waiting transaction and whoever waits for it (`loop` is None for a thread)."""

    fn: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    future: asyncio.Future[Any] | concurrent.futures.Future[Any]
    loop: asyncio.AbstractEventLoop | None = None
    result: Any = None
    error: BaseException | None = None

    def attempt(self, tx: Tx) -> None:
        """Runs the function and keeps its outcome, which is not true before the commit."""
        try:
            self.result = _finished(self.fn(tx, *self.args, **self.kwargs))
            if _is_untidy(tx):
                raise RuntimeError(f"{self.fn!r} left a savepoint open or tried to end its transaction")
        except BaseException as error:
            _tidy(tx)
            self.error = error

    def fail(self, message: str, cause: BaseException | None) -> None:
        """Gives each caller an exception of its own: one raised in many tasks tangles its traceback."""
        self.result = None
        self.error = StorageError(message)
        self.error.__cause__ = cause

    def settle(self) -> None:
        """Tells the caller, in the caller's thread; one who has gone away is left alone."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(_portable(self.error))


def _finished(result: T) -> T:
    """Refuses results that would go on working after the transaction has ended."""
    if hasattr(type(result), "__await__"):
        if hasattr(result, "close"):
            result.close()
        raise TypeError("a transaction is synchronous: its function must not be async or return an awaitable")
    if isinstance(result, sqlalchemy.Result):
        raise TypeError("a transaction must return rows, not an open cursor")
    return result


def _portable(error: BaseException) -> BaseException:
    """No future carries a StopIteration."""
    if not isinstance(error, StopIteration):
        return error
    escaped = RuntimeError("StopIteration escaped from a transaction")
    escaped.__cause__ = error
    return escaped


def _is_untidy(tx: Tx) -> bool:
    root = tx.get_transaction()
    return tx.closed or tx.in_nested_transaction() or (root is not None and not root.is_active)


def _tidy(tx: Tx) -> None:
    """Clears what a function left in `tx`, which the next function is handed."""
    while (nested := tx.get_nested_transaction()) is not None:
        try:
            nested.rollback()
        except SQLAlchemyError:
            continue  # it is closed all the same, and the whole member is rolled back next
    root = tx.get_transaction()
    if root is not None and not root.is_active:
        root.rollback()


def _settle_all(calls: Iterable[_Call]) -> None:
    for call in calls:
        call.settle()


def _deliver(calls: Iterable[_Call]) -> None:
    """Wakes every event loop once, however many of its callers were in the group."""
    by_loop: defaultdict[asyncio.AbstractEventLoop | None, list[_Call]] = defaultdict(list)
    for call in calls:
        by_loop[call.loop].append(call)
    for loop, members in by_loop.items():
        if loop is None:
            _settle_all(members)
            continue
        try:
            loop.call_soon_threadsafe(_settle_all, members)
        except RuntimeError:
            continue  # the loop is closed: no one is waiting any more


def _jittered(seconds: float) -> float:
    return seconds * random.uniform(0.5, 1.0)


class _EngineRoom(ABC):
    """A queue of transactions and the threads that work it off, in order of arrival."""

    def __init__(self, threads: int, group_cap: int) -> None:
        self.commits = 0
        self._group_cap = group_cap
        self._queue: SimpleQueue[_Call | None] = SimpleQueue()
        self._door = threading.Lock()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"yibao-database-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def submit(self, call: _Call) -> None:
        with self._door:
            if self._closed:
                raise StorageError("the database is closed")
            self._queue.put(call)

    def runs_here(self) -> bool:
        return threading.current_thread() in self._threads

    def close(self) -> None:
        """Lets everything already submitted finish, then ends the threads."""
        with self._door:
            first, self._closed = not self._closed, True
            for _ in self._threads if first else ():
                self._queue.put(None)
        for thread in self._threads:
            thread.join()
        if first:
            self._dispose()

    def _work(self) -> None:
        while group := self._next_group():
            calls = [call for call in group if not call.future.cancelled()]
            if calls:
                self._perform_or_fail(calls)
                _deliver(calls)
            del group, calls  # results are not kept alive while waiting for more work

    def _next_group(self) -> list[_Call]:
        """Everything that is waiting, up to the cap; empty once the room is closed and drained."""
        first = self._queue.get()
        if first is None:
            return []
        group = [first]
        while len(group) < self._group_cap:
            try:
                call = self._queue.get_nowait()
            except Empty:
                break
            if call is None:
                self._queue.put(None)
                break
            group.append(call)
        return group

    def _perform_or_fail(self, calls: list[_Call]) -> None:
        """No failure may end the thread.

        On failure every member is told so, also one that had failed by itself: its reason may have been
        something that a neighbour wrote and that is now gone.
        """
        try:
            self._perform(calls)
        except BaseException as error:
            for call in calls:
                call.fail(f"the transaction was not committed ({error})", error)

    @abstractmethod
    def _perform(self, calls: list[_Call]) -> None:
        """Runs and commits the calls; raises if the whole group is lost."""

    @abstractmethod
    def _dispose(self) -> None:
        """Lets go of connections, after the threads have ended."""


class _SqliteConnection(sqlite3.Connection):
    """A connection on which only the writer thread's own COMMIT and ROLLBACK end a transaction."""

    def commit(self) -> None:
        self._refuse_in_transaction()

    def rollback(self) -> None:
        self._refuse_in_transaction()

    def _refuse_in_transaction(self) -> None:
        if self.in_transaction:
            raise RuntimeError("a function inside a transaction must not commit or roll back: raise instead")


class _SqliteRoom(_EngineRoom):
    """One thread, one connection, BEGIN IMMEDIATE, and one COMMIT for everything that was waiting.

    Transaction statements go to the driver directly; SQLAlchemy believes itself in autocommit.
    """

    def __init__(self, url: URL, busy_timeout: float, pause: Pause) -> None:
        super().__init__(threads=1, group_cap=GROUP_CAP)
        self._pause = pause
        prepare_file(url)
        self._engine = _sqlite_engine(url, busy_timeout)
        self._tx = self._engine.connect()
        driver = self._tx.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self._driver = driver
        self._execute = driver.cursor().execute

    def _perform(self, calls: list[_Call]) -> None:
        try:
            self._begin()
            if len(calls) == 1:
                self._run_alone(calls[0])
            else:
                self._run_together(calls)
        finally:
            if self._driver.in_transaction:
                self._execute("ROLLBACK")

    def _begin(self) -> None:
        for seconds in BACKOFFS:
            try:
                self._execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
            self._pause(_jittered(seconds))
        self._execute("BEGIN IMMEDIATE")

    def _run_alone(self, call: _Call) -> None:
        self._attempt(call)
        if call.error is None:
            self._commit()

    def _run_together(self, calls: list[_Call]) -> None:
        execute = self._execute
        for call in calls:
            execute("SAVEPOINT member")
            self._attempt(call)
            if call.error is not None:
                execute("ROLLBACK TO member")
            execute("RELEASE member")
        self._commit()

    def _attempt(self, call: _Call) -> None:
        """Some errors (disk full, I/O, OR ROLLBACK) undo the whole transaction, neighbours included."""
        call.attempt(self._tx)
        if self._tx.closed:
            self._tx = self._engine.connect()  # the same SQLite connection, still inside its transaction
        if not self._driver.in_transaction:
            raise StorageError("SQLite undid a whole transaction") from call.error

    def _commit(self) -> None:
        self._execute("COMMIT")
        self.commits += 1

    def _dispose(self) -> None:
        self._tx.close()
        self._engine.dispose()


def _sqlite_engine(url: URL, busy_timeout: float) -> Engine:
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        poolclass=StaticPool,
        pool_reset_on_return=None,
        connect_args={
            "factory": _SqliteConnection,
            "check_same_thread": False,  # opened by the creator, used by the writer thread alone
            "cached_statements": 512,
            "timeout": busy_timeout,
        },
    )
    sqlalchemy.event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}").close()


def prepare_file(url: URL) -> None:
    """Makes the file of a SQLite URL readable by its owner alone, and so the directory if it is new."""
    path = url.database
    if url.get_backend_name() != "sqlite" or not path or path == ":memory:" or path.startswith("file:"):
        return
    Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    Path(path).touch(mode=0o600)


class _PostgresRoom(_EngineRoom):
    """A few threads, each running one serializable transaction at a time, again if another got in its way."""

    def __init__(self, engine: Engine, threads: int, pause: Pause) -> None:
        super().__init__(threads=threads, group_cap=1)
        self._engine = engine
        self._pause = pause
        self._counting = threading.Lock()

    def _perform(self, calls: list[_Call]) -> None:
        for call in calls:
            self._run(call)

    def _run(self, call: _Call) -> None:
        for seconds in BACKOFFS:
            self._run_once(call)
            if not is_serialization_failure(call.error):
                return
            self._pause(_jittered(seconds))
        self._run_once(call)

    def _run_once(self, call: _Call) -> None:
        call.error = None
        try:
            with self._engine.connect() as tx:
                call.attempt(tx)
                if call.error is None:
                    tx.commit()
                    self._count()
        except BaseException as error:
            call.error = error

    def _count(self) -> None:
        with self._counting:
            self.commits += 1

    def _dispose(self) -> None:
        self._engine.dispose()


def is_serialization_failure(error: BaseException | None) -> bool:
    """Whether PostgreSQL undid a transaction only because of another (serialization failure, deadlock)."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _SERIALIZATION_FAILURES


def _postgres_engine(url: URL, pool_size: int) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return create_engine(
        url,
        isolation_level="SERIALIZABLE",
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
    )


def _open_room(url: URL, pool_size: int, busy_timeout: float, pause: Pause) -> _EngineRoom:
    match url.get_backend_name():
        case "sqlite":
            return _SqliteRoom(url, busy_timeout, pause)
        case "postgresql":
            return _PostgresRoom(_postgres_engine(url, pool_size), pool_size, pause)
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

    async def run(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs `fn(tx, …)` as one transaction in a worker thread and returns its result after the commit.

        If `fn` raises, its writes are undone and the exception is raised here. Cancelled before its turn, it
        is not run; cancelled later, it is committed all the same.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._room.submit(_Call(fn, args, kwargs, future, loop))
        return await future

    def run_sync(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for a thread that may wait: the command line and tests, never an event loop."""
        if self._room.runs_here():
            raise RuntimeError("already inside a transaction: call the function with its tx instead")
        future: concurrent.futures.Future[T] = concurrent.futures.Future()
        self._room.submit(_Call(fn, args, kwargs, future))
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
