"""PostgreSQL: a few threads, each running one serializable transaction at a time."""

from __future__ import annotations

import threading

from sqlalchemy import URL, Engine, create_engine
from sqlalchemy.exc import DBAPIError

from storage.rooms.call import Call
from storage.rooms.room import BACKOFFS, EngineRoom, Pause, jittered

_SERIALIZATION_FAILURES = frozenset({"40001", "40P01"})


class PostgresRoom(EngineRoom):
    """A few threads, each running one serializable transaction at a time, again if another got in its way."""

    def __init__(self, engine: Engine, threads: int, pause: Pause) -> None:
        super().__init__(threads=threads, group_cap=1)
        self._engine = engine
        self._pause = pause
        self._counting = threading.Lock()

    def _perform(self, calls: list[Call]) -> None:
        for call in calls:
            self._run(call)

    def _run(self, call: Call) -> None:
        for seconds in BACKOFFS:
            self._run_once(call)
            if not is_serialization_failure(call.error):
                return
            self._pause(jittered(seconds))
        self._run_once(call)

    def _run_once(self, call: Call) -> None:
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


def postgres_engine(url: URL, pool_size: int) -> Engine:
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
