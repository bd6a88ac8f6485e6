"""Alembic's entry: one connection, one transaction around all migrations, on SQLite too."""

from __future__ import annotations

import sqlite3

from alembic import context
from sqlalchemy import Connection, Engine, MetaData, NullPool, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry


def target_metadata() -> MetaData:
    """Imported only here, so that a mistake in the tables does not break unrelated commands."""
    from storage.tables import metadata

    return metadata


def open_engine(url: str) -> Engine:
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", stop_implicit_transactions)
        event.listen(engine, "begin", begin_immediate)
    return engine


def stop_implicit_transactions(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    """The driver would commit changes of shape one by one; a rebuilt table needs foreign keys off as well."""
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=10000").close()
    connection.execute("PRAGMA foreign_keys=OFF").close()


def begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=target_metadata(),
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
        user_module_prefix="storage.types.",
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise RuntimeError("yibao migrates a database it is connected to; SQL scripts are not written")

with open_engine(context.config.attributes["url"]).connect() as open_connection:
    migrate(open_connection)
