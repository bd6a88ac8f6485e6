"""A backup is one SQLite file, whichever database it was taken from; it goes back into either."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, make_url, select

from storage.copying import copy
from storage.database import StorageError, Tx
from storage.direct import is_there
from storage.migrate import current, upgrade
from storage.tables import answer, event, outbox, pulse, seen_update


class BackupError(StorageError):
    """``reason`` is ``exists``, ``no_source``, ``unreadable``, ``damaged`` or ``foreign``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def backup(url: str, file: Path) -> None:
    """Write a consistent copy of a database that may be in use; the file appears whole or not at all."""
    if file.exists():
        raise BackupError("exists")
    if not is_there(url):
        raise BackupError("no_source")
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        if make_url(url).get_backend_name() == "sqlite":
            _take_pages(Path(make_url(url).database or ""), part)
        else:
            copy(url, f"sqlite:///{part}")
        _require_whole(part)
        _flush(part)
        part.rename(file)
        _flush(file.parent)
    finally:
        part.unlink(missing_ok=True)


def unpack(file: Path, folder: Path) -> str:
    """A working copy of a backup in ``folder``, found whole and brought to the present shape; returns its URL."""
    if not file.is_file():
        raise BackupError("unreadable")
    work = folder / "restored.db"
    work.touch(mode=0o600)
    _take_pages(file, work)
    _require_whole(work)
    url = f"sqlite:///{work}"
    if current(url) is None:
        raise BackupError("foreign")
    upgrade(url)
    return url


def newest(tx: Tx) -> datetime | None:
    """When something last happened: how far the data goes."""
    columns = (event.c.at, answer.c.at, outbox.c.created_at, seen_update.c.seen_at, pulse.c.at)
    found = [tx.execute(select(func.max(column))).scalar() for column in columns]
    return max((moment for moment in found if moment is not None), default=None)


def _take_pages(source: Path, target: Path) -> None:
    """SQLite's own way of copying a database while others read and write it; leftovers of its log are included."""
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.execute("PRAGMA busy_timeout=60000").close()
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE").close()
    except sqlite3.DatabaseError as error:
        raise BackupError("unreadable") from error


def _require_whole(file: Path) -> None:
    try:
        with closing(sqlite3.connect(file)) as base:
            found = base.execute("PRAGMA integrity_check").fetchall()
            dangling = base.execute("PRAGMA foreign_key_check").fetchone()
            base.execute("PRAGMA journal_mode=DELETE").close()
    except sqlite3.DatabaseError as error:
        raise BackupError("damaged") from error
    if found != [("ok",)] or dangling is not None:
        raise BackupError("damaged")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
