"""A database is brought to the shape of the tables whole or not at all, and a difference is noticed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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


def test_a_database_of_a_newer_program_is_refused_and_left_as_it_is(scripts: Path, url: str) -> None:
    migrate.upgrade(url)
    head = migrate.current(url)
    assert head is not None
    (newest,) = (path for path in (scripts / "versions").glob("*.py"))
    newest.unlink()
    migrate.revise(url.replace("yibao.db", "other.db") if "sqlite" in url else f"sqlite:///{scripts}.db", "x")
    for ask in (migrate.upgrade, migrate.is_current):
        with pytest.raises(migrate.NewerDatabaseError):
            ask(url)
    assert migrate.current(url) == head


UPGRADE = "import sys; from storage import migrate; migrate.upgrade(sys.argv[1])"


def upgrading(url: str, program: str = UPGRADE, *words: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, url, *words],
        cwd=Path(__file__).parents[2],
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_programs_that_start_together_migrate_one_after_the_other(url: str) -> None:
    together = [upgrading(url) for _ in range(3)]
    for one in together:
        said = one.communicate(timeout=60)[0]
        assert one.returncode == 0, said
    assert migrate.is_current(url)
    migrate.check(url)


STOPPING = """
import os, sys
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "stopping", {head!r}, None, None

def upgrade():
    op.create_table("first_half", sa.Column("id", sa.Integer, primary_key=True))
    op.bulk_insert(sa.table("unit", *map(sa.column, ("key", "name", "called"))), [dict(key="a", name="a", called="a")])
    if os.environ.get("STOP"):
        print("in the middle", flush=True)
        sys.stdin.read()
    op.create_table("second_half", sa.Column("id", sa.Integer, primary_key=True))

def downgrade(): ...
"""
FROM_FOLDER = """
import sys
from pathlib import Path
from storage import migrate
migrate._SCRIPTS = Path(sys.argv[2])
migrate.upgrade(sys.argv[1])
"""


def test_killed_in_the_middle_of_a_migration_the_next_start_does_it_whole(scripts: Path, url: str) -> None:
    migrate.upgrade(url)
    head = migrate.current(url)
    (scripts / "versions" / "stopping.py").write_text(STOPPING.format(head=head))
    with upgrading(url, FROM_FOLDER, str(scripts), STOP="1") as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "in the middle\n"
        killed.kill()
    assert migrate.current(url) == head
    assert "first_half" not in tables_of(url)
    with upgrading(url, FROM_FOLDER, str(scripts)) as again:
        assert again.communicate(timeout=60)[0] == ""
    assert migrate.current(url) == "stopping"
    assert {"first_half", "second_half"} <= set(tables_of(url))
