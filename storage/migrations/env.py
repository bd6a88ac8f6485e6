"""Alembic's entry: one connection, one transaction around all migrations, one program at a time."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, MetaData, text

from storage.direct import writer

# Of two programs that start together the second waits here, and then finds nothing to do.
_LOCK = text("SELECT pg_advisory_xact_lock(6418041502871)")


def target_metadata() -> MetaData:
    """Imported only here, so that a mistake in the tables does not break unrelated commands."""
    from storage.tables import metadata

    return metadata


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
        if connection.dialect.name == "postgresql":
            connection.execute(_LOCK)
        context.run_migrations()


if context.is_offline_mode():
    raise RuntimeError("yibao migrates a database it is connected to; SQL scripts are not written")

with writer(context.config.attributes["url"]).connect() as open_connection:
    migrate(open_connection)
