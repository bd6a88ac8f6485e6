"""A whole county goes from one database to another, or nothing does."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from storage import tables
from storage.copying import Copied, CopyRefusedError, copy
from storage.database import Database, Tx
from storage.migrate import check, upgrade

NOW = datetime(2008, 7, 2, 1, 30, 0, 123456, UTC)


def fill(tx: Tx) -> None:
    """A little of everything that the two databases keep in different ways."""
    tx.execute(insert(tables.unit).values(key="port", name="港航局", called="港航局"))
    tx.execute(insert(tables.person).values(name="李示例", joined_at=NOW))
    tx.execute(insert(tables.form).values(key="safety", version=1, definition="{}"))
    tx.execute(insert(tables.period).values(key="2008-06", opened_at=NOW))
    tx.execute(insert(tables.sheet).values(form_id=1, period="2008-06"))
    tx.execute(insert(tables.task).values(sheet_id=1, unit="port", level="filing", state="open", due_at=NOW))
    said = {"task_id": 1, "person_id": 1, "at": NOW, "update_id": 2**40}
    tx.execute(
        insert(tables.answer).values(
            address="a.b", state="value", number=Decimal("-12.50"), typed="−12.50", **said
        )
    )
    tx.execute(
        insert(tables.answer).values(address="a.c", state="value", text="第一行\n“引号”𠮷", typed="x", **said)
    )
    tx.execute(insert(tables.file).values(name="表.xlsx", content=bytes(range(256))))
    detail = {"b": [1, 2.5, None, True], "a": {"中": "文"}}
    tx.execute(insert(tables.event).values(at=NOW, verb="submit", detail=detail, about="task:1"))


def made(url: str) -> str:
    upgrade(url)
    with Database(url) as database:
        database.run_sync(fill)
    return url


@pytest.fixture
def county(tmp_path: Path) -> str:
    return made(f"sqlite:///{tmp_path / 'county.db'}")


def counted(found: list[Copied]) -> dict[str, int]:
    return {one.table: one.rows for one in found if one.rows}


def test_every_row_arrives_with_the_same_checksum_and_the_shape_is_the_tables(county: str, url: str) -> None:
    found = copy(county, url)
    assert counted(found) == {
        "unit": 1, "person": 1, "form": 1, "period": 1, "sheet": 1, "task": 1, "answer": 2, "file": 1, "event": 1,
    }  # fmt: skip
    assert {one.table for one in found} == set(tables.metadata.tables)
    check(url)


def test_there_and_back_again_nothing_has_changed(county: str, postgres: str, tmp_path: Path) -> None:
    there = copy(county, postgres)
    back = copy(postgres, f"sqlite:///{tmp_path / 'back.db'}")
    assert there == back


def test_new_rows_are_numbered_after_those_that_came(county: str, url: str) -> None:
    copy(county, url)
    with Database(url) as database:
        added = insert(tables.person).values(name="周示例", joined_at=NOW).returning(tables.person.c.id)
        assert database.run_sync(lambda tx: tx.execute(added).scalar_one()) == 2


def test_a_place_that_holds_something_is_left_alone(county: str, url: str) -> None:
    upgrade(url)
    with Database(url) as database:
        database.run_sync(
            lambda tx: tx.execute(insert(tables.unit).values(key="x", name="别处", called="别处")).rowcount
        )
    with pytest.raises(CopyRefusedError) as refused:
        copy(county, url)
    assert (refused.value.reason, refused.value.table) == ("not_empty", "unit")
    with Database(url) as database:
        assert database.run_sync(lambda tx: tx.execute(select(tables.unit.c.key)).scalars().all()) == ["x"]


def test_what_the_other_database_cannot_hold_stops_everything(county: str, postgres: str) -> None:
    """SQLite stores a NUL inside a text; PostgreSQL refuses it."""
    with closing(sqlite3.connect(county.removeprefix("sqlite:///"))) as base:
        base.execute("UPDATE person SET name = 'a' || char(0) || 'b'")
        base.commit()
    with pytest.raises(CopyRefusedError) as refused:
        copy(county, postgres)
    assert (refused.value.reason, refused.value.table) == ("unstorable", "person")
    with Database(postgres) as database:
        assert database.run_sync(lambda tx: tx.execute(select(tables.unit)).all()) == []


def test_a_source_that_waits_for_a_migration_or_is_not_there_is_not_copied(tmp_path: Path, url: str) -> None:
    (tmp_path / "empty.db").touch()
    for name, reason in (("empty.db", "not_current"), ("nowhere.db", "no_source")):
        with pytest.raises(CopyRefusedError) as refused:
            copy(f"sqlite:///{tmp_path / name}", url)
        assert refused.value.reason == reason
    assert not (tmp_path / "nowhere.db").exists()


def test_the_records_that_only_grow_still_only_grow(county: str, url: str) -> None:
    copy(county, url)
    with Database(url) as database, pytest.raises(Exception, match="append-only"):
        database.run_sync(lambda tx: tx.execute(tables.answer.delete()).rowcount)
