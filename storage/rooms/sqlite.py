"""SQLite: one thread writes, and whatever is waiting shares one COMMIT."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy
from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from storage.rooms.call import Call, StorageError
from storage.rooms.room import BACKOFFS, EngineRoom, Pause

GROUP_CAP = 128
"""Most transactions under one commit: bounds how long the first waits for the last."""

_UNABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
    }
)


class _SqliteConnection(sqlite3.Connection):
    """A connection on which only the writer thread's own COMMIT and ROLLBACK end a transaction."""

    def commit(self) -> None:
        self._refuse_in_transaction()

    def rollback(self) -> None:
        self._refuse_in_transaction()

    def _refuse_in_transaction(self) -> None:
        if self.in_transaction:
            raise RuntimeError("a function inside a transaction must not commit or roll back: raise instead")


class SqliteRoom(EngineRoom):
    """One thread, one connection, BEGIN IMMEDIATE, and one COMMIT for everything that was waiting.

    Transaction statements go to the driver directly; SQLAlchemy believes itself in autocommit.
    """

    def __init__(self, url: URL, busy_timeout: float, pause: Pause) -> None:
        super().__init__(threads=1, group_cap=GROUP_CAP, pause=pause)
        prepare_file(url)
        self._engine = _sqlite_engine(url, busy_timeout)
        self._tx = self._engine.connect()
        driver = self._tx.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self._driver = driver
        self._execute = driver.cursor().execute

    def _perform(self, calls: list[Call]) -> None:
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
            self._again_after(seconds)
        self._execute("BEGIN IMMEDIATE")

    def _run_alone(self, call: Call) -> None:
        self._attempt(call)
        if call.error is None:
            self._commit()

    def _run_together(self, calls: list[Call]) -> None:
        execute = self._execute
        for call in calls:
            execute("SAVEPOINT member")
            self._attempt(call)
            if call.error is not None:
                execute("ROLLBACK TO member")
            execute("RELEASE member")
        self._commit()

    def _attempt(self, call: Call) -> None:
        """Some errors (disk full, I/O, OR ROLLBACK) undo the whole transaction, neighbours included."""
        call.attempt(self._tx)
        if self._tx.closed:
            self._tx = self._engine.connect()  # the same SQLite connection, still inside its transaction
        if not self._driver.in_transaction:
            raise StorageError("SQLite undid a whole transaction") from call.error
        if is_unable(call.error):
            call.fail("the database could not do its part", call.error)

    def _commit(self) -> None:
        self._execute("COMMIT")
        self.commits += 1

    def _dispose(self) -> None:
        self._tx.close()
        self._engine.dispose()


def is_unable(error: BaseException | None) -> bool:
    """Whether it may go better another time: a full disk, a failing one, no memory. Not a mistake of ours."""
    code = getattr(error.orig, "sqlite_errorcode", 0) if isinstance(error, DBAPIError) else 0
    return code & 0xFF in _UNABLE


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
