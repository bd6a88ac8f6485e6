"""Brings a database to the shape the tables describe, and says whether it has it."""

from __future__ import annotations

import io
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, NullPool, create_engine, inspect, make_url

from storage.database import StorageError
from storage.rooms.sqlite import prepare_file

_SCRIPTS = Path(__file__).parent / "migrations"


class SchemaMismatchError(StorageError):
    """The database or its migrations do not say what the tables say."""


def upgrade(url: str, revision: str = "head") -> None:
    """Applies every migration up to `revision`, all or none."""
    prepare_file(make_url(url))
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Undoes every migration after `revision` (`base` undoes all, with all data)."""
    command.downgrade(_config(url), revision)


def revise(url: str, message: str) -> None:
    """Writes a new migration from the difference between the tables and a database that is current."""
    command.revision(_config(url), message, autogenerate=True)


def current(url: str) -> str | None:
    """The revision the database is at, or None if it was never migrated."""
    engine = _engine(url)
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(url: str) -> bool:
    """Whether no migration is waiting; the program refuses to start otherwise."""
    return current(url) == ScriptDirectory.from_config(_config(url)).get_current_head()


def check(url: str) -> None:
    """Raises `SchemaMismatchError` unless the migrated database has exactly what the tables describe."""
    try:
        command.check(_config(url))
    except CommandError as error:
        raise SchemaMismatchError(str(error)) from error
    _check_choices(url)


def _check_choices(url: str) -> None:
    """Alembic does not compare CHECKs, so a choice with a new name would be refused in production only.

    On SQLite only: PostgreSQL rewrites the text of a CHECK.
    """
    from storage.tables import metadata

    if make_url(url).get_backend_name() != "sqlite":
        return
    fresh = create_engine("sqlite://")
    metadata.create_all(fresh)
    wanted, found = _checks(fresh), _checks(_engine(url))
    fresh.dispose()
    different = sorted({name for name, _ in wanted ^ found})
    if different:
        raise SchemaMismatchError(f"checks differ between tables and migrations: {', '.join(different)}")


def _checks(engine: Engine) -> set[tuple[str, str]]:
    with engine.connect() as connection:
        inspector = inspect(connection)
        return {
            (f"{table}.{check['name']}", " ".join(check["sqltext"].split()))
            for table in inspector.get_table_names()
            for check in inspector.get_check_constraints(table)
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
