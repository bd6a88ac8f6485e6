"""Brings a database to the shape the tables describe, and says whether it has it."""

from __future__ import annotations

import io
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, NullPool, create_engine, inspect, make_url, text

from storage.database import StorageError
from storage.rooms.sqlite import prepare_file

_SCRIPTS = Path(__file__).parent / "migrations"
_SCRATCH = "yibao_check"


class SchemaMismatchError(StorageError):
    """The database or its migrations do not say what the tables say."""


class NewerDatabaseError(StorageError):
    """A newer program has migrated the database: this one does not know its shape and leaves it alone."""


def upgrade(url: str, revision: str = "head") -> None:
    """Applies every migration up to `revision`, all or none; a second program that does so waits for the first."""
    prepare_file(make_url(url))
    try:
        command.upgrade(_config(url), revision)
    except CommandError as error:
        _refuse_newer(url, current(url), error)
        raise


def downgrade(url: str, revision: str) -> None:
    """Undoes every migration after `revision` (`base` undoes all, with all data)."""
    command.downgrade(_config(url), revision)


def revise(url: str, message: str) -> None:
    """Writes a new migration from the difference between the tables and a database that is current."""
    command.revision(_config(url), message, autogenerate=True)


def current(url: str) -> str | None:
    """The revision the database is at, or None if it was never migrated."""
    with _engine(url).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(url: str) -> bool:
    """Whether no migration is waiting; the program refuses to start otherwise."""
    found = current(url)
    _refuse_newer(url, found)
    return found == ScriptDirectory.from_config(_config(url)).get_current_head()


def _refuse_newer(url: str, revision: str | None, cause: Exception | None = None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config(url)).walk_revisions()}
    if revision is not None and revision not in known:
        raise NewerDatabaseError(revision) from cause


def check(url: str) -> None:
    """Raises `SchemaMismatchError` unless the migrated database has exactly what the tables describe."""
    try:
        command.check(_config(url))
    except CommandError as error:
        raise SchemaMismatchError(str(error)) from error
    _check_choices(url)


def _check_choices(url: str) -> None:
    """Alembic does not compare CHECKs, so a choice with a new name would be refused in production only."""
    engine = _engine(url)
    with engine.connect() as connection:
        different = sorted({name for name, _ in _wanted(connection) ^ _checks(connection)})
    if different:
        raise SchemaMismatchError(f"checks differ between tables and migrations: {', '.join(different)}")


def _wanted(connection: Connection) -> set[tuple[str, str]]:
    """The checks of new tables. PostgreSQL rewrites their text, so they are made there, and undone."""
    from storage.tables import metadata

    if connection.dialect.name == "sqlite":
        fresh = create_engine("sqlite://")
        with fresh.connect() as other:
            metadata.create_all(other)
            return _checks(other)
    with connection.begin_nested() as undone:
        connection.execute(text(f"CREATE SCHEMA {_SCRATCH}"))
        connection.execute(text(f"SET LOCAL search_path TO {_SCRATCH}"))
        metadata.create_all(connection)
        wanted = _checks(connection, _SCRATCH)
        undone.rollback()
    return wanted


def _checks(connection: Connection, schema: str | None = None) -> set[tuple[str, str]]:
    inspector = inspect(connection)
    return {
        (f"{table}.{check['name']}", " ".join(check["sqltext"].split()))
        for table in inspector.get_table_names(schema)
        for check in inspector.get_check_constraints(table, schema)
    }


def _engine(url: str) -> Engine:
    prepare_file(make_url(url))
    return create_engine(url, poolclass=NullPool, hide_parameters=True)


def _config(url: str) -> Config:
    """Alembic's settings without a file; the URL travels beside them, so no password is ever rendered."""
    config = Config(stdout=io.StringIO(), attributes={"url": url})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
