"""One lock for each bot: whoever holds it is on duty. It is let go by itself when its holder dies.

On SQLite it is a lock on a file beside the database, kept by the operating system; on PostgreSQL an advisory
lock on a connection of its own, kept by the server. Everything here may wait: call it in a thread.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

_OURS = 0x5942 << 48
"""So that no other user of the same PostgreSQL database takes the same number."""

_KEEPALIVE = {
    "connect_timeout": 5,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 4000,
    # The server, too, must notice within the time that the other programs wait for.
    "options": "-c tcp_keepalives_idle=4 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=2 -c tcp_user_timeout=8000",
}


class Lock(Protocol):
    """``grace`` is how many seconds a new holder waits until the old one has certainly noticed."""

    grace: float

    def take(self) -> bool: ...

    def holds(self) -> bool: ...

    def release(self) -> None: ...


class FileLock:
    """For programs of one machine. A dead process holds nothing, so there is nobody to wait for."""

    grace = 0.0

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def take(self) -> bool:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._file = file
        return True

    def holds(self) -> bool:
        return self._file is not None

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class AdvisoryLock:
    """For programs of several machines. Who lost the connection has lost the lock, and finds out by asking."""

    grace = 6.0

    def __init__(self, engine: Engine, bot_id: int) -> None:
        self._engine = engine
        self._key = _OURS | bot_id
        self._connection: Connection | None = None

    def take(self) -> bool:
        try:
            connection = self._engine.connect()
        except SQLAlchemyError:
            return False
        try:
            if connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}).scalar():
                self._connection = connection
                return True
        except SQLAlchemyError:
            connection.invalidate()
        connection.close()
        return False

    def holds(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self._connection = None
            return False
        return True

    def release(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class NoLock:
    """For a database in memory, which nobody else can open."""

    grace = 0.0

    def take(self) -> bool:
        return True

    def holds(self) -> bool:
        return True

    def release(self) -> None:
        return


def lock_for(database_url: str, bot_id: int) -> Lock:
    """The lock that programs on this database share for this bot."""
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
            hide_parameters=True,
            connect_args=_KEEPALIVE,
        )
        return AdvisoryLock(engine, bot_id)
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        return NoLock()
    return FileLock(Path(f"{url.database}.{bot_id}.lock"))
