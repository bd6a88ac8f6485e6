"""Answers and events are never changed, not even by hand in the database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database, Tx
from storage.migrate import upgrade

ADD = {
    "answer": "INSERT INTO answer (task_id, address, state, typed, person_id, at) VALUES (1, 'a.b', 'zero', '0', 1, 'x')",
    "event": "INSERT INTO event (at, verb, detail) VALUES ('x', 'sign', '{}')",
    "seal": "INSERT INTO seal (event_id, previous, hash) VALUES (1, 'a', 'b')",
}


@pytest.mark.parametrize("table", ["answer", "event", "seal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = 7", "DELETE FROM {}"])
def test_what_was_written_once_stays(tmp_path: Path, table: str, change: str) -> None:
    url = f"sqlite:///{tmp_path / 'county.db'}"
    upgrade(url)

    def write(tx: Tx) -> None:
        tx.execute(text("PRAGMA defer_foreign_keys=ON"))
        tx.execute(text(ADD[table]))
        tx.execute(text(change.format(table)))

    with Database(url) as database, pytest.raises(DBAPIError, match=f"{table} is append-only"):
        database.run_sync(write)


@pytest.mark.parametrize(
    ("state", "number", "told"),
    [
        ("value", None, None),
        ("value", "1", "x"),
        ("zero", "0", None),
        ("unanswered", None, "x"),
        ("odd", None, None),
    ],
)
def test_an_answer_whose_content_does_not_fit_its_state_is_refused(
    tmp_path: Path, state: str, number: str | None, told: str | None
) -> None:
    url = f"sqlite:///{tmp_path / 'county.db'}"
    upgrade(url)

    def write(tx: Tx) -> None:
        tx.execute(text("PRAGMA defer_foreign_keys=ON"))
        tx.execute(
            text(
                "INSERT INTO answer (task_id, address, state, number, text, typed, person_id, at)"
                " VALUES (1, 'a.b', :state, :number, :told, '', 1, 'x')"
            ),
            {"state": state, "number": number, "told": told},
        )

    with Database(url) as database, pytest.raises(DBAPIError, match="CHECK"):
        database.run_sync(write)
