"""Answers and events are never changed, not even by hand in the database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import people, programmes, tasks
from storage.database import Database, Tx
from storage.migrate import upgrade
from storage.tables import answer, event, seal

NOW = datetime(2008, 7, 2, 9, tzinfo=UTC)
ADD = {
    "answer": lambda task, person: insert(answer).values(
        task_id=task, address="a.b", state="zero", typed="0", person_id=person, at=NOW
    ),
    "event": lambda task, person: insert(event).values(id=2, at=NOW, verb="sign", detail={}),
    "seal": lambda task, person: insert(seal).values(event_id=1, previous="a", hash="b"),
}


def some_task(tx: Tx) -> tuple[int, int]:
    """(task, person), with all they stand on."""
    people.add_unit(tx, "port", "港务局", "港务局")
    person = people.add_person(tx, "1", "示例", NOW)
    programmes.add_form(tx, "safety", 1, "{}")
    tasks.open_period(tx, "2008-06", NOW)
    form = programmes.form_version(tx, "safety", 1)
    assert form is not None
    sheet = tasks.add_sheet(tx, "2008-06", form.id)
    tasks.add_task(tx, sheet, "port", "filing", NOW)
    tx.execute(insert(event).values(id=1, at=NOW, verb="open", detail={}))
    return tasks.of_sheet(tx, sheet)[0].id, person


@pytest.mark.parametrize("table", ["answer", "event", "seal"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_what_was_written_once_stays(url: str, table: str, change: str) -> None:
    upgrade(url)

    def write(tx: Tx) -> None:
        tx.execute(ADD[table](*some_task(tx)))
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
    url: str, state: str, number: str | None, told: str | None
) -> None:
    upgrade(url)

    def write(tx: Tx) -> None:
        task, person = some_task(tx)
        tx.execute(
            text(
                "INSERT INTO answer (task_id, address, state, number, text, typed, person_id, at)"
                " VALUES (:task, 'a.b', :state, :number, :told, '', :person, '2008-07-02T09:00:00+00:00')"
            ),
            {"state": state, "number": number, "told": told, "task": task, "person": person},
        )

    with Database(url) as database, pytest.raises(IntegrityError, match=r"(?i)check"):
        database.run_sync(write)
