"""On SQLite transactions share a commit without sharing its fate, and the file is durable and private."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.database import Database, StorageError, Tx
from storage.rooms.room import BACKOFFS
from storage.rooms.sqlite import GROUP_CAP
from tests.storage.notes import (
    add,
    add_and_fail,
    everything,
    held_up,
    metadata,
    owe,
    seen_from_outside,
    together,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "yibao.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{path}") as opened:
        opened.run_sync(metadata.create_all)
        yield opened


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
    assert seen_from_outside(f"sqlite:///{path}") == ["a", "c", "d"]


async def test_nothing_is_confirmed_or_visible_before_the_commit(database: Database, path: Path) -> None:
    confirmed: list[str] = []
    glimpses: list[tuple[list[str], list[str]]] = []

    def glimpse(_tx: Tx) -> None:
        glimpses.append((seen_from_outside(f"sqlite:///{path}"), list(confirmed)))

    async def add_and_note(words: str) -> None:
        confirmed.append(await database.run(add, words))
        assert words in seen_from_outside(f"sqlite:///{path}")

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
    written = [words.split(":") for words in seen_from_outside(f"sqlite:///{path}")]
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
    assert seen_from_outside(f"sqlite:///{path}") == []
    assert await database.run(add, "after") == "after"


async def test_when_sqlite_undoes_the_whole_group_nobody_is_told_otherwise(
    database: Database, path: Path
) -> None:
    def clash(tx: Tx) -> None:
        tx.execute(text("INSERT OR ROLLBACK INTO note (words) VALUES ('a')"))

    outcomes = await together(database, (add, "a"), (clash,), (add, "b"))
    assert [type(outcome) for outcome in outcomes] == [StorageError] * 3
    assert seen_from_outside(f"sqlite:///{path}") == []
    assert await database.run(add, "after") == "after"


async def test_a_full_disk_is_an_error_and_not_an_end(database: Database) -> None:
    def limit(tx: Tx, pages: int) -> None:
        tx.exec_driver_sql(f"PRAGMA max_page_count={pages}").close()

    database.run_sync(limit, 1)  # SQLite raises it to the present size
    outcomes = await together(database, (add, "x" * 100_000), (add, "y" * 100_000))
    assert all(isinstance(outcome, StorageError) for outcome in outcomes)
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
