"""A write-ahead log that a power cut tore opens at its last whole commit (fault 40)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from tests.storage.notes import add, everything, metadata

FRAME = 24 + 4096  # a frame's head and its page


@pytest.mark.parametrize("torn", ["cut within its last frame", "ended by rubbish", "overwritten at its end"])
def test_a_torn_log_opens_at_its_last_whole_commit(tmp_path: Path, torn: str) -> None:
    running, found = tmp_path / "running.db", tmp_path / "found.db"
    with Database(f"sqlite:///{running}") as database:
        database.run_sync(metadata.create_all)
        for number in range(20):
            database.run_sync(add, str(number))
        for end in ("", "-wal"):  # as the disk is at the power cut: the log was never carried over
            shutil.copy(f"{running}{end}", f"{found}{end}")
    log = Path(f"{found}-wal")
    whole = log.read_bytes()
    assert len(whole) > 2 * FRAME
    log.write_bytes(
        {
            "cut within its last frame": whole[: -FRAME // 2],
            "ended by rubbish": whole + b"\x5a" * FRAME,
            "overwritten at its end": whole[:-100] + b"\x5a" * 100,
        }[torn]
    )
    with Database(f"sqlite:///{found}") as database:
        notes = database.run_sync(everything)
        assert notes == [str(number) for number in range(len(notes))]
        assert len(notes) == (20 if torn == "ended by rubbish" else 19)
        assert database.run_sync(lambda tx: tx.execute(text("PRAGMA integrity_check")).scalar()) == "ok"
        database.run_sync(add, "goes on")
