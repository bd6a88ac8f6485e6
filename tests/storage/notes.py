"""A table of notes, and what tests do with it inside transactions."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

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
)

from storage.database import Database, Tx

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
    """Breaks a deferred foreign key: the database complains at COMMIT and no sooner."""
    tx.execute(insert(debt), {"note_id": 404})


def everything(tx: Tx) -> list[str]:
    return list(tx.execute(ALL).scalars())


def seen_from_outside(url: str) -> list[str]:
    """What is committed, as somebody else reads it."""
    engine = create_engine(url)
    with engine.connect() as other:
        found = everything(other)
    engine.dispose()
    return found


@asynccontextmanager
async def held_up(database: Database) -> AsyncIterator[Callable[[], None]]:
    """Keeps a thread in a transaction; on SQLite whatever is submitted meanwhile forms one group."""
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
