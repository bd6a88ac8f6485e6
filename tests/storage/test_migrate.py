"""A database is brought to the shape of the tables whole or not at all, and a difference is noticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, create_engine, inspect
from sqlalchemy.exc import DBAPIError

from storage import migrate
from storage.tables import metadata

HALF_A_MIGRATION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "half", {head!r}, None, None

def upgrade():
    op.create_table("half", sa.Column("id", sa.Integer))
    op.execute("SELECT nonsense")
"""


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A migrations folder with one revision, generated from the tables as they are now."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate._SCRIPTS, folder, ignore=shutil.ignore_patterns("versions", "__pycache__"))
    monkeypatch.setattr(migrate, "_SCRIPTS", folder)
    migrate.revise(f"sqlite:///{tmp_path / 'empty.db'}", "first")
    return folder


def tables_of(url: str) -> list[str]:
    engine = create_engine(url)
    found = inspect(engine).get_table_names()
    engine.dispose()
    return found


def test_the_real_migrations_go_up_and_down_and_up_again_and_match_the_tables(url: str) -> None:
    migrate.upgrade(url)
    migrate.check(url)
    migrate.downgrade(url, "base")
    assert tables_of(url) == ["alembic_version"]
    migrate.upgrade(url)
    migrate.check(url)


def test_a_new_database_becomes_current_and_matches_the_tables(scripts: Path, url: str) -> None:
    assert not migrate.is_current(url)
    migrate.upgrade(url)
    assert migrate.is_current(url)
    migrate.check(url)


def test_a_database_can_go_back_and_forth(scripts: Path, url: str) -> None:
    migrate.upgrade(url)
    migrate.downgrade(url, "base")
    assert migrate.current(url) is None
    migrate.upgrade(url)
    migrate.check(url)


def test_a_migration_that_fails_leaves_nothing_behind(scripts: Path, url: str) -> None:
    migrate.upgrade(url)
    head = migrate.current(url)
    (scripts / "versions" / "half.py").write_text(HALF_A_MIGRATION.format(head=head))
    with pytest.raises(DBAPIError):
        migrate.upgrade(url)
    assert migrate.current(url) == head
    assert "half" not in tables_of(url)


def test_a_changed_check_is_noticed_although_alembic_does_not_compare_checks(scripts: Path, url: str) -> None:
    migrate.upgrade(url)
    table = metadata.tables["person"]
    added = CheckConstraint("name != ''", name="named")
    table.append_constraint(added)
    try:
        with pytest.raises(migrate.SchemaMismatchError, match=r"person\.ck_person_named"):
            migrate.check(url)
    finally:
        table.constraints.remove(added)
