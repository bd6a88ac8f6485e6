"""PostgreSQL: a few threads, each running one serializable transaction at a time, again where that is safe."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from storage.rooms.call import Call, StorageError, Tx
from storage.rooms.room import BACKOFFS, EngineRoom, Pause

RETURN_BACKOFFS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 6.4, 6.4)
"""Seconds between attempts while the server is away: a restart or a failover is waited for."""

CONNECT_SECONDS = 10

_CONFLICTS = frozenset({"40001", "40P01"})
_AWAY = ("08", "57P", "53300")
_UNABLE = ("53", "58")

_MAY_COMMIT = "yibao may commit"


class PostgresRoom(EngineRoom):
    """A transaction is run again when another got in its way, or when the server went away before its commit.

    When the answer to the commit itself is lost, nobody can say here what became of it: the caller is told so.
    Updates, ticks and letters then come again and are recognised by their keys.
    """

    def __init__(self, engine: Engine, threads: int, pause: Pause) -> None:
        super().__init__(threads=threads, group_cap=1, pause=pause)
        self._engine = engine

    def _perform(self, calls: list[Call]) -> None:
        for call in calls:
            self._run(call)
            if is_unable(call.error):
                call.fail("the database could not do its part", call.error)

    def _run(self, call: Call) -> None:
        conflicts, absences = iter(BACKOFFS), iter(RETURN_BACKOFFS)
        while True:
            self._run_once(call)
            if is_conflict(call.error):
                waits: Iterator[float] = conflicts
            elif is_away(call.error):
                waits = absences
            else:
                return
            seconds = next(waits, None)
            if seconds is None or (waits is absences and self._closed):
                return
            self._again_after(seconds)

    def _run_once(self, call: Call) -> None:
        call.error = None
        try:
            with self._engine.connect() as tx:
                begun = tx.begin()
                call.attempt(tx)
                if call.error is None and tx.get_transaction() is not begun:
                    raise RuntimeError(f"{call.fn!r} ended the transaction it was handed: raise instead")
                if call.error is None:
                    self._commit(tx)
        except BaseException as error:
            call.error = error

    def _commit(self, tx: Tx) -> None:
        """The only commit that the engine lets through. One whose answer is lost is never repeated from here."""
        about = tx.info
        about[_MAY_COMMIT] = True
        try:
            tx.commit()
        except DBAPIError as error:
            if is_conflict(error):
                raise
            doubt = "it is not known whether the transaction was committed"
            raise StorageError(doubt if is_away(error) else "the transaction was not committed") from error
        finally:
            about.pop(_MAY_COMMIT, None)
        with self._door:
            self.commits += 1

    def _dispose(self) -> None:
        self._engine.dispose()


def _sqlstate(error: BaseException | None) -> str | None:
    """Empty when the server did not say why, None when it is no error of the database."""
    if not isinstance(error, DBAPIError):
        return None
    return getattr(error.orig, "sqlstate", None) or ""


def is_conflict(error: BaseException | None) -> bool:
    """Whether PostgreSQL undid a transaction only because of another (serialization failure, deadlock)."""
    return _sqlstate(error) in _CONFLICTS


def is_away(error: BaseException | None) -> bool:
    """Whether the server could not be reached, or ended the connection."""
    state = _sqlstate(error)
    if state is None:
        return False
    lost = isinstance(error, OperationalError | InterfaceError) and not state
    return lost or state.startswith(_AWAY)


def is_unable(error: BaseException | None) -> bool:
    """Whether it may go better another time: a conflict, an absence, a full disk, no memory."""
    return is_conflict(error) or is_away(error) or (_sqlstate(error) or "").startswith(_UNABLE)


def postgres_engine(url: URL, pool_size: int) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(
        url,
        isolation_level="SERIALIZABLE",
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "yibao"},
    )
    event.listen(engine, "commit", _refuse_commit)
    event.listen(engine, "handle_error", _keep_values_out)
    return engine


def _refuse_commit(tx: Tx) -> None:
    if _MAY_COMMIT not in tx.info:
        raise RuntimeError("a function inside a transaction must not commit: raise instead")


def _keep_values_out(context: ExceptionContext) -> None:
    """PostgreSQL adds a detail that quotes the row; errors are logged, and rows are nobody's business there."""
    original, shown = context.original_exception, context.sqlalchemy_exception
    if isinstance(original, psycopg.Error) and original.diag.message_primary:
        original.args = (original.diag.message_primary,)
        if shown is not None:
            shown.args = (f"({type(original).__name__}) {original.diag.message_primary}",)
