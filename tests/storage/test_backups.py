"""A backup is whole, of one moment, private, and never half there."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from storage import tables
from storage.backups import BackupError, backup, unpack
from storage.copying import copy
from storage.database import Database, Tx
from storage.migrate import NewerDatabaseError, upgrade
from tests.storage.test_copying import NOW, fill


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    upgrade(url)
    with Database(url) as opened:
        opened.run_sync(fill)
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backup.db"


def names(tx: Tx) -> list[str]:
    return list(tx.execute(select(tables.person.c.name).order_by(tables.person.c.id)).scalars())


def in_backup(file: Path, folder: Path) -> list[str]:
    folder.mkdir()
    with Database(unpack(file, folder)) as restored:
        return restored.run_sync(names)


@pytest.mark.usefixtures("database")
def test_a_backup_goes_back_into_either_database(
    url: str, file: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    backup(url, file)
    work = unpack(file, tmp_path)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    if url.startswith("sqlite"):
        other = str(request.getfixturevalue("postgres"))
    assert {one.table: one.rows for one in copy(work, other)}["answer"] == 2


def test_a_backup_taken_while_people_write_is_of_one_moment(
    database: Database, url: str, file: Path, tmp_path: Path
) -> None:
    """Two people join in each transaction: never is one of them there alone."""
    stop, joined = threading.Event(), threading.Event()

    def couple(tx: Tx) -> None:
        for name in ("甲", "乙"):
            tx.execute(insert(tables.person).values(name=name, joined_at=NOW))

    def people_join() -> None:
        while not stop.is_set():
            database.run_sync(couple)
            joined.set()

    busy = threading.Thread(target=people_join)
    busy.start()
    try:
        assert joined.wait(30)
        for number in range(5):
            backup(url, tmp_path / f"{number}.db")
    finally:
        stop.set()
        busy.join(30)
    counts = []
    for number in range(5):
        found = in_backup(tmp_path / f"{number}.db", tmp_path / str(number))
        assert found.count("甲") == found.count("乙")
        counts.append(len(found))
    assert counts == sorted(counts)
    assert counts[0] >= 3


@pytest.mark.usefixtures("database")
def test_only_the_owner_reads_a_backup_and_nothing_else_is_left_beside_it(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    backup(url, folder / "backup.db")
    assert [path.name for path in folder.iterdir()] == ["backup.db"]
    assert stat.S_IMODE((folder / "backup.db").stat().st_mode) == 0o600


@pytest.mark.usefixtures("database")
def test_a_file_that_is_there_is_not_written_over(url: str, file: Path) -> None:
    file.write_text("last year's")
    with pytest.raises(BackupError, match="exists"):
        backup(url, file)
    assert file.read_text() == "last year's"


@pytest.mark.usefixtures("database")
def test_a_backup_that_fails_leaves_no_file(url: str, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("storage.backups._flush", full)
    with pytest.raises(OSError, match="space"):
        backup(url, file)
    assert not list(file.parent.glob("*backup*"))


def test_nothing_cannot_be_backed_up(tmp_path: Path, file: Path) -> None:
    with pytest.raises(BackupError, match="no_source"):
        backup(f"sqlite:///{tmp_path / 'nowhere.db'}", file)
    assert not file.exists()


def test_what_is_no_backup_is_refused(tmp_path: Path, file: Path) -> None:
    (tmp_path / "work").mkdir()
    with pytest.raises(BackupError, match="unreadable"):
        unpack(file, tmp_path / "work")
    file.write_bytes(b"PK\x03\x04" + bytes(5000))
    with pytest.raises(BackupError, match="unreadable"):
        unpack(file, tmp_path / "work")
    file.unlink()
    with closing(sqlite3.connect(file)) as base:
        base.execute("CREATE TABLE note (words)")
    with pytest.raises(BackupError, match="foreign"):
        unpack(file, tmp_path / "work")


def test_a_damaged_backup_is_refused(tmp_path: Path, file: Path) -> None:
    url = f"sqlite:///{tmp_path / 'county.db'}"
    upgrade(url)
    with Database(url) as database:
        for _ in range(50):
            database.run_sync(
                lambda tx: tx.execute(insert(tables.file).values(name="f", content=bytes(2000))).rowcount
            )
    backup(url, file)
    content = bytearray(file.read_bytes())
    for page in range(20 * 4096, len(content), 4096):
        content[page : page + 64] = b"\xff" * 64
    file.write_bytes(content)
    (tmp_path / "work").mkdir()
    with pytest.raises(BackupError, match=r"damaged|unreadable"):
        unpack(file, tmp_path / "work")


def test_a_backup_of_a_newer_program_is_refused(tmp_path: Path, file: Path) -> None:
    upgrade(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as base:
        base.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
        base.commit()
    (tmp_path / "work").mkdir()
    with pytest.raises(NewerDatabaseError):
        unpack(file, tmp_path / "work")
