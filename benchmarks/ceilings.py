"""What the parts below us can do alone, in this run on this machine."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, MessageHandler, filters

from benchmarks import programme
from benchmarks.crowd import TOKEN, Crowd

Handler = Callable[[Update, Any], Awaitable[None]]


async def dispatch(count: int) -> float:
    """Updates a second through python-telegram-bot with one handler that does nothing."""
    return await _dispatched(count, _nothing)


async def replies(count: int) -> float:
    """The same with one short reply to each, the API answered locally."""
    return await _dispatched(count, _reply)


async def _nothing(_: Update, __: Any) -> None: ...


async def _reply(update: Update, _: Any) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text("已记录。")


async def _dispatched(count: int, handler: Handler) -> float:
    crowd = Crowd()
    builder = ApplicationBuilder().token(TOKEN).updater(None)
    application: Application[Any, Any, Any, Any, Any, Any] = (
        builder.request(crowd).get_updates_request(crowd).build()
    )
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, handler))
    async with application:
        crowd.will_type({person: [programme.typed(person, 0)] for person in range(1, count + 1)})
        updates = [Update.de_json(one, application.bot) for one in crowd.updates(count)]
        started = time.perf_counter()
        for update in updates:
            await application.process_update(update)
        return count / (time.perf_counter() - started)


def commits(path: Path, count: int) -> float:
    """One-row commits a second: WAL, ``synchronous=FULL``, one thread, no SQLAlchemy."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, typed TEXT)")
        started = time.perf_counter()
        for number in range(count):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO row (typed) VALUES (?)", (programme.typed(number, 0),))
            connection.execute("COMMIT")
        seconds = time.perf_counter() - started
    connection.close()
    return count / seconds
