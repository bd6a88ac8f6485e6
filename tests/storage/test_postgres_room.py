"""On PostgreSQL a transaction is run again where that is safe, and never counts twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database, StorageError, Tx
from storage.rooms.postgres import RETURN_BACKOFFS
from storage.rooms.room import BACKOFFS
from tests.postgres import Server
from tests.storage.notes import add, everything, metadata, note, seen_from_outside


@pytest.fixture
def database(postgres: str) -> Iterator[Database]:
    with Database(postgres, pause=lambda _seconds: None) as opened:
        opened.run_sync(metadata.create_all)
        yield opened


def count_and_add(tx: Tx, meet: threading.Barrier, attempts: list[int]) -> int:
    """Reads how many notes there are and adds one more that says so: two at once would say the same."""
    attempts.append(1)
    seen = tx.execute(select(func.count()).select_from(note)).scalar_one()
    if len(attempts) <= meet.parties:
        meet.wait(30)
    add(tx, f"note {seen}")
    return seen


async def test_of_two_transactions_in_each_others_way_one_is_run_again(database: Database) -> None:
    meet, attempts = threading.Barrier(2), []
    outcomes = await asyncio.gather(*(database.run(count_and_add, meet, attempts) for _ in range(2)))
    assert sorted(outcomes) == [0, 1]
    assert len(attempts) == 3
    assert database.retries == 1
    assert await database.run(everything) in (["note 0", "note 1"], ["note 1", "note 0"])


class Overtaken(Exception):  # noqa: N818
    """What psycopg raises when another transaction got in the way, as far as SQLAlchemy looks at it."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


async def test_a_transaction_is_not_run_again_for_ever_nor_for_another_reason(database: Database) -> None:
    attempts: list[str] = []

    def fail(_tx: Tx, sqlstate: str) -> None:
        attempts.append(sqlstate)
        raise DBAPIError("INSERT", None, Overtaken(sqlstate))

    for sqlstate in ("40001", "40P01"):
        with pytest.raises(StorageError):
            await database.run(fail, sqlstate)
        assert attempts == [sqlstate] * (len(BACKOFFS) + 1)
        attempts.clear()
    with pytest.raises(DBAPIError):
        await database.run(fail, "23505")
    assert attempts == ["23505"]


async def test_a_full_disk_is_the_databases_fault_and_not_the_updates(database: Database) -> None:
    def fail(_tx: Tx) -> None:
        raise DBAPIError("INSERT", None, Overtaken("53100"))

    with pytest.raises(StorageError):
        await database.run(fail)


async def test_a_pool_of_threads_runs_everything_and_closes(database: Database) -> None:
    before = database.commits
    await asyncio.gather(*(database.run(everything) for _ in range(50)))
    assert database.commits == before + 50
    await database.aclose()
    with pytest.raises(StorageError, match="closed"):
        database.run_sync(everything)


@pytest.fixture
def own() -> Iterator[Server]:
    """A server that a test may stop and kill without disturbing others."""
    server = Server.found()
    server.start()
    yield server
    server.remove()


def opened(server: Server, pause) -> Database:
    url = server.url(server.create())
    database = Database(url, pause=pause)
    database.run_sync(metadata.create_all)
    return database


@pytest.mark.parametrize("end", [Server.stop, Server.kill])
def test_a_server_that_is_restarted_between_transactions_is_waited_for(own: Server, end) -> None:
    pauses: list[float] = []

    def comes_back(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            own.start()

    with opened(own, comes_back) as database:
        database.run_sync(add, "before")
        end(own)
        database.run_sync(add, "after")
        assert database.run_sync(everything) == ["before", "after"]
    assert len(pauses) >= 3


def test_a_transaction_whose_server_is_killed_in_its_middle_is_run_again_whole(own: Server) -> None:
    attempts: list[int] = []

    def killed_in_the_middle(tx: Tx) -> None:
        attempts.append(1)
        add(tx, "first half")
        if len(attempts) == 1:
            own.kill()
        add(tx, "second half")

    with opened(own, lambda _seconds: None if own.is_up else own.start()) as database:
        database.run_sync(killed_in_the_middle)
        assert len(attempts) == 2
        assert database.run_sync(everything) == ["first half", "second half"]


@pytest.mark.parametrize("committed", [True, False])
def test_a_commit_whose_answer_is_lost_is_not_run_again_by_itself(
    own: Server, monkeypatch, committed: bool
) -> None:
    """The server dies just after, or just before, it commits; the program cannot tell which, and says so."""
    attempts: list[int] = []

    def once(tx: Tx) -> None:
        attempts.append(1)
        add(tx, "once")

    with opened(own, lambda _seconds: None if own.is_up else own.start()) as database:
        lose_one_answer(database, own, monkeypatch, committed)
        with pytest.raises(StorageError, match="not known"):
            database.run_sync(once)
        assert len(attempts) == 1
        assert database.run_sync(everything) == (["once"] if committed else [])


def lose_one_answer(database: Database, server: Server, monkeypatch, committed: bool) -> None:
    engine = database._room._engine  # type: ignore[attr-defined]
    do_commit = engine.dialect.do_commit

    def lost(connection) -> None:
        monkeypatch.undo()
        if committed:
            do_commit(connection)
        server.kill()
        connection.execute("SELECT 1")

    monkeypatch.setattr(engine.dialect, "do_commit", lost)


def test_a_server_that_stays_away_is_an_error_in_the_end(own: Server) -> None:
    pauses: list[float] = []
    with opened(own, pauses.append) as database:
        own.stop()
        with pytest.raises(StorageError):
            database.run_sync(add, "a")
        assert len(pauses) == len(RETURN_BACKOFFS)
        own.start()
        assert database.run_sync(add, "b") == "b"
        assert database.run_sync(everything) == ["b"]


def test_nothing_of_a_row_is_quoted_in_an_error(database: Database) -> None:
    def break_a_check(tx: Tx) -> None:
        tx.execute(text("CREATE TABLE pair (a int, b text, CHECK (a > 0))"))
        tx.execute(text("INSERT INTO pair VALUES (0, :words)"), {"words": "张三的电话"})

    with pytest.raises(DBAPIError) as refusal:
        database.run_sync(break_a_check)
    cause = refusal.value.orig
    assert "张三" not in f"{refusal.value} {cause} {cause!r}"
    assert "violates check constraint" in str(refusal.value)


def test_the_url_reaches_the_server_from_outside_too(database: Database, postgres: str) -> None:
    database.run_sync(add, "a")
    assert seen_from_outside(postgres) == ["a"]
