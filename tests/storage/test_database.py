"""A transaction is whole, is told only after its commit, and shares that commit without sharing its fate."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    insert,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from storage.database import Database, StorageError, Tx
from storage.rooms.postgres import PostgresRoom
from storage.rooms.room import BACKOFFS
from storage.rooms.sqlite import GROUP_CAP

metadata = MetaData()
note = Table("note", metadata, Column("id", Integer, primary_key=True), Column("words", String, unique=True))
debt = Table(
    "debt",
    metadata,
    Column("note_id", ForeignKey("note.id", deferrable=True, initially="DEFERRED"), primary_key=True),
)
ADD = insert(note).values(words=bindparam("words"))
ALL = select(note.c.words).order_by(note.c.id)


def add(tx: Tx, words: str) -> str:
    tx.execute(ADD, {"words": words})
    return words


def add_and_fail(tx: Tx, words: str) -> None:
    add(tx, words)
    raise LookupError(words)


def owe(tx: Tx) -> None:
    """Breaks a deferred foreign key: SQLite complains at COMMIT and no sooner."""
    tx.execute(insert(debt), {"note_id": 404})


def everything(tx: Tx) -> list[str]:
    return list(tx.execute(ALL).scalars())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "yibao.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{path}") as opened:
        opened.run_sync(metadata.create_all)
        yield opened


def seen_from_outside(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as other:
        return [words for (words,) in other.execute("SELECT words FROM note ORDER BY id")]


@asynccontextmanager
async def held_up(database: Database) -> AsyncIterator[Callable[[], None]]:
    """Keeps the writer thread in a transaction, so that whatever is submitted meanwhile forms one group."""
    begun, go_on = threading.Event(), threading.Event()

    def hold(_tx: Tx) -> None:
        begun.set()
        assert go_on.wait(30)

    holding = asyncio.create_task(database.run(hold))
    try:
        assert await asyncio.to_thread(begun.wait, 30)
        yield go_on.set
    finally:
        go_on.set()
        await holding


async def together(database: Database, *calls: tuple[Any, ...]) -> list[Any]:
    """Runs the calls in one commit group and returns results and exceptions."""
    async with held_up(database) as go_on:

        async def let_go() -> None:
            go_on()

        *outcomes, _ = await asyncio.gather(
            *(database.run(*call) for call in calls), let_go(), return_exceptions=True
        )
    return outcomes


async def test_a_transaction_returns_its_result_and_is_kept(database: Database, path: Path) -> None:
    assert await database.run(add, words="收到") == "收到"
    assert seen_from_outside(path) == ["收到"]


async def test_a_failed_transaction_leaves_nothing_and_raises_where_it_was_asked_for(
    database: Database, path: Path
) -> None:
    with pytest.raises(LookupError):
        await database.run(add_and_fail, "lost")
    assert seen_from_outside(path) == []
    assert await database.run(add, "next") == "next"


async def test_one_failure_leaves_its_neighbours_in_the_same_commit_untouched(
    database: Database, path: Path
) -> None:
    before = database.commits
    outcomes = await together(
        database, (add, "a"), (add_and_fail, "b"), (add, "c"), (add, "a"), (add, "d"), (everything,)
    )
    assert database.commits == before + 2  # the held-up one, and the group
    assert outcomes[0] == "a"
    assert isinstance(outcomes[1], LookupError)
    assert outcomes[2] == "c"
    assert isinstance(outcomes[3], IntegrityError)
    assert outcomes[4:] == ["d", ["a", "c", "d"]]
    assert seen_from_outside(path) == ["a", "c", "d"]


async def test_nothing_is_confirmed_or_visible_before_the_commit(database: Database, path: Path) -> None:
    confirmed: list[str] = []
    glimpses: list[tuple[list[str], list[str]]] = []

    def glimpse(_tx: Tx) -> None:
        glimpses.append((seen_from_outside(path), list(confirmed)))

    async def add_and_note(words: str) -> None:
        confirmed.append(await database.run(add, words))
        assert words in seen_from_outside(path)

    async with held_up(database) as go_on:
        group = [add_and_note("a"), database.run(glimpse), add_and_note("b"), database.run(glimpse)]
        waiting = asyncio.gather(*group, asyncio.to_thread(go_on))
        await waiting
    assert glimpses == [([], []), ([], [])]
    assert confirmed == ["a", "b"]


async def test_three_hundred_callers_share_commits_and_each_keeps_its_order(
    database: Database, path: Path
) -> None:
    before = database.commits

    async def caller(name: int) -> None:
        for step in range(5):
            await database.run(add, f"{name}:{step}")

    await asyncio.gather(*(caller(name) for name in range(300)))
    written = [words.split(":") for words in seen_from_outside(path)]
    assert len(written) == 1500
    for name in range(300):
        assert [step for who, step in written if who == str(name)] == ["0", "1", "2", "3", "4"]
    assert database.commits - before < 1500 / 10


async def test_a_group_is_bounded(database: Database) -> None:
    before = database.commits
    await together(database, *((add, str(number)) for number in range(GROUP_CAP * 2 + 1)))
    assert database.commits == before + 1 + 3


async def test_a_commit_failure_reaches_every_member_and_the_database_goes_on(
    database: Database, path: Path
) -> None:
    outcomes = await together(database, (add, "a"), (owe,), (add_and_fail, "b"), (add, "c"))
    assert [type(outcome) for outcome in outcomes] == [StorageError] * 4
    assert len({id(outcome) for outcome in outcomes}) == 4
    assert "FOREIGN KEY" in str(outcomes[0].__cause__)
    assert seen_from_outside(path) == []
    assert await database.run(add, "after") == "after"


async def test_a_commit_failure_reaches_a_lonely_caller_too(database: Database) -> None:
    with pytest.raises(StorageError, match="not committed"):
        await database.run(owe)
    assert await database.run(add, "after") == "after"


async def test_when_sqlite_undoes_the_whole_group_nobody_is_told_otherwise(
    database: Database, path: Path
) -> None:
    def clash(tx: Tx) -> None:
        tx.execute(text("INSERT OR ROLLBACK INTO note (words) VALUES ('a')"))

    outcomes = await together(database, (add, "a"), (clash,), (add, "b"))
    assert [type(outcome) for outcome in outcomes] == [StorageError] * 3
    assert seen_from_outside(path) == []
    assert await database.run(add, "after") == "after"


async def test_a_full_disk_is_an_error_and_not_an_end(database: Database) -> None:
    def limit(tx: Tx, pages: int) -> None:
        tx.exec_driver_sql(f"PRAGMA max_page_count={pages}").close()

    database.run_sync(limit, 1)  # SQLite raises it to the present size
    outcomes = await together(database, (add, "x" * 100_000), (add, "y" * 100_000))
    assert all(isinstance(outcome, OperationalError | StorageError) for outcome in outcomes)
    database.run_sync(limit, 10_000)
    assert await database.run(everything) == []
    assert await database.run(add, "after") == "after"


async def test_a_caller_who_left_before_the_turn_came_is_not_served(database: Database) -> None:
    async with held_up(database):
        leaving = asyncio.create_task(database.run(add, "gone"))
        staying = asyncio.create_task(database.run(add, "here"))
        await asyncio.sleep(0)
        leaving.cancel()
    assert await staying == "here"
    assert leaving.cancelled()
    assert await database.run(everything) == ["here"]


async def test_a_caller_who_left_in_the_middle_harms_nobody(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(tx: Tx) -> None:
        add(tx, "slow")
        begun.set()
        assert go_on.wait(30)

    leaving = asyncio.create_task(database.run(slow))
    assert await asyncio.to_thread(begun.wait, 30)
    leaving.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await database.run(everything) == ["slow"]


def test_a_caller_whose_event_loop_is_gone_harms_nobody(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(tx: Tx) -> None:
        add(tx, "slow")
        begun.set()
        assert go_on.wait(30)

    async def leave_in_the_middle() -> None:
        leaving = asyncio.create_task(database.run(slow))
        assert await asyncio.to_thread(begun.wait, 30)
        leaving.cancel()

    asyncio.run(leave_in_the_middle())
    go_on.set()
    assert database.run_sync(everything) == ["slow"]


def test_callers_on_several_event_loops_are_all_told(database: Database) -> None:
    def on_a_loop_of_its_own(name: str) -> None:
        async def some() -> None:
            await asyncio.gather(*(database.run(add, f"{name}{number}") for number in range(20)))

        asyncio.run(some())

    threads = [threading.Thread(target=on_a_loop_of_its_own, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(database.run_sync(everything)) == 60


async def test_an_asynchronous_function_is_a_mistake(database: Database) -> None:
    async def wrong(tx: Tx) -> None:
        add(tx, "never")

    with pytest.raises(TypeError, match="synchronous"):
        await database.run(wrong)  # type: ignore[unused-coroutine]
    with pytest.raises(TypeError, match="open cursor"):
        await database.run(lambda tx: tx.execute(ALL))
    assert await database.run(everything) == []


async def test_a_function_cannot_end_the_transaction_it_shares(database: Database) -> None:
    def commit(tx: Tx) -> None:
        add(tx, "mine")
        tx.commit()

    def roll_back(tx: Tx) -> None:
        add(tx, "mine too")
        tx.rollback()

    def commit_quietly(tx: Tx) -> None:
        with suppress(RuntimeError):
            commit(tx)

    calls: list[tuple[Any]] = [(commit,), (roll_back,), (commit_quietly,), (lambda tx: tx.close(),)]
    outcomes = await together(database, (add, "a"), *calls, (add, "b"))
    assert (outcomes[0], outcomes[-1]) == ("a", "b")
    assert [type(outcome) for outcome in outcomes[1:-1]] == [RuntimeError] * 4
    for call in calls:
        with pytest.raises(RuntimeError):
            await database.run(*call)
    assert await database.run(everything) == ["a", "b"]


async def test_a_savepoint_inside_a_function_may_fail_alone_and_must_be_closed(database: Database) -> None:
    def try_twice(tx: Tx) -> None:
        add(tx, "kept")
        for words in ("kept", "also kept"):
            try:
                with tx.begin_nested():
                    add(tx, words)
            except IntegrityError:
                continue

    def forgetful(tx: Tx) -> None:
        _savepoint = tx.begin_nested()
        add(tx, "forgotten")

    outcomes = await together(database, (try_twice,), (forgetful,), (add, "b"))
    assert outcomes[0] is None
    assert isinstance(outcomes[1], RuntimeError)
    assert await database.run(everything) == ["kept", "also kept", "b"]


async def test_an_exception_no_future_can_carry_does_not_strand_the_group(database: Database) -> None:
    def stop(_tx: Tx) -> None:
        raise StopIteration

    outcomes = await together(database, (stop,), (add, "a"))
    assert isinstance(outcomes[0], RuntimeError)
    assert outcomes[1] == "a"


def test_a_transaction_inside_a_transaction_is_refused_rather_than_waiting_for_itself(
    database: Database,
) -> None:
    with pytest.raises(RuntimeError, match="already inside"):
        database.run_sync(lambda _tx: database.run_sync(everything))


async def test_closing_finishes_what_was_submitted_and_refuses_the_rest(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    await database.run(metadata.create_all)
    async with held_up(database) as go_on:
        waiting = [asyncio.create_task(database.run(add, str(number))) for number in range(300)]
        await asyncio.sleep(0)
        closing_down = asyncio.create_task(database.aclose())
        go_on()
    await closing_down
    assert await asyncio.gather(*waiting) == [str(number) for number in range(300)]
    with pytest.raises(StorageError, match="closed"):
        await database.run(everything)
    await database.aclose()
    assert len(seen_from_outside(path)) == 300


async def test_a_reopened_database_has_everything(path: Path) -> None:
    async with Database(f"sqlite:///{path}") as first:
        await first.run(metadata.create_all)
        await first.run(add, "kept")
    async with Database(f"sqlite:///{path}") as second:
        assert await second.run(everything) == ["kept"]


def test_the_file_and_its_new_directory_are_private(database: Database, path: Path) -> None:
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_connection_is_durable_and_keeps_references(database: Database) -> None:
    def pragmas(tx: Tx) -> list[Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        return [tx.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    assert database.run_sync(pragmas) == ["wal", 2, 1, 10_000]


async def test_a_database_in_memory_works_the_same() -> None:
    async with Database("sqlite://") as database:
        await database.run(metadata.create_all)
        await database.run(add, "a")
        assert await database.run(everything) == ["a"]


def test_a_locked_database_is_tried_again(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path, check_same_thread=False, isolation_level=None)) as other:
        pauses: list[float] = []

        def other_finishes_at_the_third_pause(seconds: float) -> None:
            pauses.append(seconds)
            if len(pauses) == 3:
                other.execute("COMMIT")

        url = f"sqlite:///{path}"
        with Database(url, busy_timeout=0, pause=other_finishes_at_the_third_pause) as database:
            database.run_sync(metadata.create_all)
            other.execute("BEGIN IMMEDIATE")
            assert database.run_sync(add, "a") == "a"
        assert len(pauses) == 3
        assert all(longest / 2 <= pause <= longest for pause, longest in zip(pauses, BACKOFFS, strict=False))


def test_a_database_locked_for_good_is_an_error_in_the_end(database: Database, path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            Database(f"sqlite:///{path}", busy_timeout=0, pause=lambda _seconds: None) as blocked,
            pytest.raises(StorageError, match="locked"),
        ):
            blocked.run_sync(add, "a")


KILLED_WHILE_WRITING = """
import asyncio, sys
from sqlalchemy import text
from storage.database import Database

async def caller(database, name):
    for step in range(1_000_000):
        await database.run(pair, f"{name}:{step}")
        print(f"{name}:{step}", flush=True)

def pair(tx, words):
    tx.execute(text("INSERT INTO note (words) VALUES (:words)"), {"words": words})
    tx.execute(text("INSERT INTO note (words) VALUES (:words)"), {"words": "and " + words})

async def main():
    async with Database(sys.argv[1]) as database:
        await asyncio.gather(*(caller(database, name) for name in range(20)))

asyncio.run(main())
"""


def test_after_kill_nine_every_confirmed_transaction_is_there_and_every_other_is_whole_or_absent(
    database: Database, path: Path
) -> None:
    database.close()
    command = [sys.executable, "-c", KILLED_WHILE_WRITING, f"sqlite:///{path}"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as writer:
        assert writer.stdout is not None
        confirmed = [writer.stdout.readline() for _ in range(500)]
        writer.kill()
        confirmed += writer.stdout.readlines()
    complete = {line.strip() for line in confirmed if line.endswith("\n")}
    with Database(f"sqlite:///{path}") as reopened:
        found = set(reopened.run_sync(everything))
        assert reopened.run_sync(lambda tx: tx.exec_driver_sql("PRAGMA integrity_check").scalar_one()) == "ok"
    assert len(complete) >= 500
    assert complete <= found
    assert {f"and {words}" for words in found if not words.startswith("and ")} == {
        words for words in found if words.startswith("and ")
    }


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://yibao:secret@db.example/yibao?sslpassword=secret",
        "postgresql+psycopg://yibao:secret@db.example/yibao",
    ],
)
def test_a_password_is_never_shown(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.database.postgres_engine", lambda _url, _size: create_engine("sqlite://"))
    with Database(url) as database:
        assert "secret" not in repr(database)
        assert "db.example" in repr(database)


def test_values_are_not_shown_in_errors(database: Database) -> None:
    database.run_sync(add, "张三的电话")
    with pytest.raises(IntegrityError) as refusal:
        database.run_sync(add, "张三的电话")
    assert "张三" not in str(refusal.value)


def test_an_unknown_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="SQLite and PostgreSQL"):
        Database("mysql://localhost/yibao")


class SerializationError(Exception):
    """What psycopg raises when another transaction got in the way, as far as SQLAlchemy looks at it."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.fixture
def threads_on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The PostgreSQL engine room over a SQLite file: everything but the server."""
    engine = create_engine(f"sqlite:///{tmp_path / 'pool.db'}")
    metadata.create_all(engine)
    monkeypatch.setattr("storage.database.postgres_engine", lambda _url, _size: engine)
    with Database("postgresql://db.example/yibao", pause=lambda _seconds: None) as database:
        assert isinstance(database._room, PostgresRoom)
        yield database


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
async def test_a_transaction_another_one_got_in_the_way_of_is_run_again(
    threads_on_sqlite: Database, sqlstate: str
) -> None:
    attempts: list[int] = []

    def third_time_lucky(tx: Tx) -> str:
        attempts.append(1)
        add(tx, "once")
        if len(attempts) < 3:
            raise DBAPIError("INSERT", None, SerializationError(sqlstate))
        return "done"

    assert await threads_on_sqlite.run(third_time_lucky) == "done"
    assert len(attempts) == 3
    assert await threads_on_sqlite.run(everything) == ["once"]


async def test_a_transaction_is_not_run_again_for_ever_nor_for_another_reason(
    threads_on_sqlite: Database,
) -> None:
    attempts: list[str] = []

    def fail(_tx: Tx, sqlstate: str) -> None:
        attempts.append(sqlstate)
        raise DBAPIError("INSERT", None, SerializationError(sqlstate))

    with pytest.raises(DBAPIError):
        await threads_on_sqlite.run(fail, "40001")
    with pytest.raises(DBAPIError):
        await threads_on_sqlite.run(fail, "23505")
    assert attempts == ["40001"] * (len(BACKOFFS) + 1) + ["23505"]


async def test_a_pool_of_threads_runs_everything_and_closes(threads_on_sqlite: Database) -> None:
    await asyncio.gather(*(threads_on_sqlite.run(everything) for _ in range(50)))
    assert threads_on_sqlite.commits == 50
    await threads_on_sqlite.aclose()
    with pytest.raises(StorageError, match="closed"):
        threads_on_sqlite.run_sync(everything)
