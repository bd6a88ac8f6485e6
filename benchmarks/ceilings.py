"""What the parts below us can do alone, in this run on this machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import Application, ApplicationBuilder, MessageHandler, filters

from benchmarks import programme
from benchmarks.crowd import TOKEN, Crowd
from benchmarks.watch import Measure, Watch

App = Application[Any, Any, Any, Any, Any, Any]
Handler = Callable[[Update, Any], Coroutine[Any, Any, None]]
BATCH = 100
AS_LONG_AS_OURS = "已记录。不对请按 上一项 重填。\n" + "<b>事故起数</b>：3起，累计45起，同比+8.3%\n" * 8


async def dispatch(count: int) -> Measure:
    """Updates that are parsed already, one handler that does nothing."""
    async with _application(crowd := _crowd(count), _nothing) as application:
        updates = _parsed(application, crowd, count)
        watch = Watch()
        for update in updates:
            await application.process_update(update)
        return watch.stop(count)


async def reply(count: int) -> Measure:
    """The same with a reply of a few words, the API answered locally."""
    async with _application(crowd := _crowd(count), _short) as application:
        updates = _parsed(application, crowd, count)
        watch = Watch()
        for update in updates:
            await application.process_update(update)
        return watch.stop(count)


async def library(count: int) -> Measure:
    """All that the library does for us: getUpdates, dispatch, a reply as long as ours with four buttons."""
    async with _application(crowd := _crowd(count), _long) as application:
        watch = Watch()
        while crowd.typing:
            for update in await application.bot.get_updates(limit=BATCH):
                await application.process_update(update)
        return watch.stop(count)


def commits(path: Path, count: int) -> Measure:
    """One-row commits: WAL, ``synchronous=FULL``, one thread, no SQLAlchemy."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, typed TEXT)")
        watch = Watch()
        for number in range(count):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO row (typed) VALUES (?)", (programme.typed(number, 0),))
            connection.execute("COMMIT")
        measure = watch.stop(count)
    connection.close()
    return measure


def _application(crowd: Crowd, handler: Handler) -> App:
    builder = ApplicationBuilder().token(TOKEN).updater(None)
    application: App = builder.request(crowd).get_updates_request(crowd).build()
    application.add_handler(MessageHandler(filters.TEXT, handler))
    return application


def _crowd(count: int) -> Crowd:
    crowd = Crowd()
    crowd.will_type({person: [programme.typed(person, 0)] for person in range(1, count + 1)})
    return crowd


def _parsed(application: App, crowd: Crowd, count: int) -> list[Update]:
    return [Update.de_json(one, application.bot) for one in crowd.updates(count)]


async def _nothing(_: Update, __: Any) -> None: ...


async def _short(update: Update, _: Any) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text("已记录。")


async def _long(update: Update, _: Any) -> None:
    assert update.effective_message is not None
    buttons = [
        [InlineKeyboardButton(label, callback_data=f"{label}:0:1") for label in row] for row in ("ab", "cd")
    ]
    await update.effective_message.reply_text(
        AS_LONG_AS_OURS, parse_mode=ParseMode.HTML, reply_markup=InlineKeyboardMarkup(buttons)
    )
