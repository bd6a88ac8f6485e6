"""A transaction is whole and is told only after its commit, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError

from storage.database import Database, StorageError, Tx
from tests.storage.notes import (
    ALL,
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
def database(url: str) -> Iterator[Database]:
    with Database(url) as opened:
        opened.run_sync(metadata.create_all)
        yield opened


async def test_a_transaction_returns_its_result_and_is_kept(database: Database, url: str) -> None:
    assert await database.run(add, words="收到") == "收到"
    assert seen_from_outside(url) == ["收到"]


async def test_a_failed_transaction_leaves_nothing_and_raises_where_it_was_asked_for(
    database: Database, url: str
) -> None:
    with pytest.raises(LookupError):
        await database.run(add_and_fail, "lost")
    assert seen_from_outside(url) == []
    assert await database.run(add, "next") == "next"


async def test_a_commit_failure_reaches_a_lonely_caller_too(database: Database) -> None:
    with pytest.raises(StorageError, match="not committed"):
        await database.run(owe)
    assert await database.run(add, "after") == "after"


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


async def test_closing_finishes_what_was_submitted_and_refuses_the_rest(url: str) -> None:
    database = Database(url)
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
    assert len(seen_from_outside(url)) == 300


async def test_a_reopened_database_has_everything(url: str) -> None:
    async with Database(url) as first:
        await first.run(metadata.create_all)
        await first.run(add, "kept")
    async with Database(url) as second:
        assert await second.run(everything) == ["kept"]


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
    database: Database, url: str
) -> None:
    database.close()
    command = [sys.executable, "-c", KILLED_WHILE_WRITING, url]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as writer:
        assert writer.stdout is not None
        confirmed = [writer.stdout.readline() for _ in range(500)]
        writer.kill()
        confirmed += writer.stdout.readlines()
    complete = {line.strip() for line in confirmed if line.endswith("\n")}
    with Database(url) as reopened:
        found = set(reopened.run_sync(everything))
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
    assert sorted(await database.run(everything)) == ["a", "b"]


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
    assert sorted(await database.run(everything)) == ["also kept", "b", "kept"]
