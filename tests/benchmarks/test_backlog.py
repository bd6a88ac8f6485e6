"""The backlog benchmark takes everything once, and refuses to report a speed otherwise."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from benchmarks import backlog, throughput


def test_a_backlog_is_taken_once_each_persons_in_order(tmp_path: Path) -> None:
    assert backlog.take(tmp_path, crowd=12, each=4) > 0
    with sqlite3.connect(tmp_path / "backlog.db") as damaged:
        damaged.execute("DELETE FROM seen_update WHERE rowid IN (SELECT min(rowid) FROM seen_update)")
    damaged.close()
    with pytest.raises(throughput.WrongRecords):
        backlog.verify(tmp_path / "backlog.db", 12, 4)
