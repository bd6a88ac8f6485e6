"""Connections beside the engine rooms, one transaction each: for migrations, for copying a whole database."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from storage.rooms.sqlite import prepare_file

BUSY_MILLISECONDS = 60_000


def is_there(url: str) -> bool:
    """False for a SQLite file that does not exist: asking it anything would make one."""
    path = make_url(url).database
    return make_url(url).get_backend_name() != "sqlite" or bool(path and Path(path).is_file())


def reader(url: str) -> Engine:
    """Everything that one connection reads is of one moment, while others may write."""
    engine = _engine(url, "DEFERRED")
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


def writer(url: str) -> Engine:
    """One transaction is the only writer on SQLite; references are not looked at there while it runs."""
    return _engine(url, "IMMEDIATE")


def _engine(url: str, begin: Literal["DEFERRED", "IMMEDIATE"]) -> Engine:
    prepare_file(make_url(url))
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _stop_implicit_transactions)

        def begin_so(connection: Connection) -> None:
            connection.exec_driver_sql(f"BEGIN {begin}")

        event.listen(engine, "begin", begin_so)
    return engine


def _stop_implicit_transactions(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    """The driver would commit changes of shape one by one; a rebuilt table needs foreign keys off as well."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}").close()
    connection.execute("PRAGMA foreign_keys=OFF").close()
