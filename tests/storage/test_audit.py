"""The chain over what happened: whatever is changed behind the program's back shows, and where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from storage import audit
from storage.database import Database, Tx
from storage.migrate import upgrade

NOW = datetime(2008, 7, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'county.db'}"
    upgrade(url)
    with Database(url) as opened:
        yield opened


def write(tx: Tx, *verbs: str) -> None:
    for verb in verbs:
        audit.add(tx, verb, NOW, before={"state": "open"}, after={"state": "signed"}, detail={"of": verb})


def tamper(tx: Tx, statement: str) -> None:
    """As whoever holds the database file could: without the triggers."""
    for table in ("event", "seal"):
        for verb in ("update", "delete"):
            tx.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
    tx.execute(text("PRAGMA defer_foreign_keys=ON"))
    tx.execute(text(statement))


def test_an_empty_record_is_whole(database: Database) -> None:
    assert database.run_sync(audit.verify) == audit.Verdict(0, 0, audit.START, None)


def test_what_is_sealed_is_whole_and_what_is_not_yet_sealed_is_counted(database: Database) -> None:
    database.run_sync(write, "a", "b", "c")
    assert database.run_sync(audit.seal_new) == 3
    database.run_sync(write, "d")
    found = database.run_sync(audit.verify)
    assert (found.sealed, found.waiting, found.altered) == (3, 1, None)
    assert database.run_sync(audit.seal_new) == 1
    assert database.run_sync(audit.seal_new) == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET at = '2008-07-02T09:31:00.000000+00:00' WHERE id = 3",
        "UPDATE event SET verb = 'x' WHERE id = 3",
        "UPDATE event SET task_id = 1 WHERE id = 3",
        "UPDATE event SET person_id = 1 WHERE id = 3",
        "UPDATE event SET update_id = 1 WHERE id = 3",
        "UPDATE event SET about = 'x' WHERE id = 3",
        "UPDATE event SET before = NULL WHERE id = 3",
        'UPDATE event SET after = \'{"state":"open"}\' WHERE id = 3',
        "UPDATE event SET detail = '{}' WHERE id = 3",
        "DELETE FROM event WHERE id = 3",
        f"UPDATE seal SET hash = '{'0' * 64}' WHERE event_id = 3",
    ],
)
def test_the_first_altered_row_is_named(tmp_path: Path, change: str) -> None:
    url = f"sqlite:///{tmp_path / 'county.db'}"
    upgrade(url)
    with Database(url) as database:
        database.run_sync(write, "a", "b", "c", "d", "e")
        database.run_sync(audit.seal_new)

        def spoil(tx: Tx) -> audit.Verdict:
            tx.execute(text("PRAGMA foreign_keys=OFF"))
            tamper(tx, change)
            found = audit.verify(tx)
            raise _Seen(found)

        with pytest.raises(_Seen) as seen:
            database.run_sync(spoil)
    assert (seen.value.found.altered, seen.value.found.sealed) == (3, 2)


class _Seen(Exception):  # noqa: N818 - undoes the tampering, so that foreign keys need not hold
    def __init__(self, found: audit.Verdict) -> None:
        self.found = found


def test_a_missing_seal_in_the_middle_shows_at_the_next_one(database: Database) -> None:
    database.run_sync(write, "a", "b", "c")
    database.run_sync(audit.seal_new)
    database.run_sync(tamper, "DELETE FROM seal WHERE event_id = 2")
    assert database.run_sync(audit.verify).altered == 3


def test_a_tail_that_was_cut_off_shows_only_against_a_hash_noted_before(database: Database) -> None:
    database.run_sync(write, "a", "b", "c")
    database.run_sync(audit.seal_new)
    noted = database.run_sync(audit.head)
    assert database.run_sync(audit.verify, noted).known
    database.run_sync(tamper, "DELETE FROM seal WHERE event_id = 3")
    database.run_sync(tamper, "DELETE FROM event WHERE id = 3")
    found = database.run_sync(audit.verify, noted)
    assert (found.altered, found.known) == (None, False)


def test_events_that_appear_behind_a_sealed_one_are_sealed_too(database: Database) -> None:
    """PostgreSQL hands out numbers before it commits."""
    database.run_sync(write, "a")
    late = "INSERT INTO event (id, at, verb, detail) VALUES ({}, '2008-07-02T09:30:00.000000+00:00', 'x', '{{}}')"
    database.run_sync(tamper, late.format(5))
    database.run_sync(audit.seal_new)
    database.run_sync(tamper, late.format(3))
    assert database.run_sync(audit.seal_new) == 1
    assert database.run_sync(audit.verify).altered is None


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(1, 4), max_size=5))
def test_in_whatever_portions_it_is_sealed_the_chain_is_whole(
    database: Database, portions: list[int]
) -> None:
    for size in portions:
        database.run_sync(write, *("v" * size))
        database.run_sync(audit.seal_new, 2)
    while database.run_sync(audit.seal_new, 3):
        pass
    found = database.run_sync(audit.verify)
    assert (found.waiting, found.altered) == (0, None)
