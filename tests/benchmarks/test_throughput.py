"""The benchmark plays the real program and refuses to report a speed for wrong records."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from benchmarks import ceilings, throughput


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, throughput.Round]:
    folder = tmp_path_factory.mktemp("bench")
    return folder / "round0.db", throughput.typed_rows(folder, 0, crowd=5, rows=3)


def test_every_typed_row_is_stored_and_answered(played: tuple[Path, throughput.Round]) -> None:
    path, measured = played
    assert measured.rows.count == len(measured.waits) == 15
    assert 0 < measured.commits <= 30
    throughput.verify(path, 5, 3)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE answer SET number = '4' WHERE id = 1",
        "DELETE FROM answer WHERE id = 1",
        "INSERT INTO answer (id, task_id, address, state, number, text, typed, person_id, update_id, at)"
        " SELECT id + 1000, task_id, address, state, number, text, typed, person_id, update_id, at"
        " FROM answer WHERE id = 1",
        "UPDATE conversation SET prompt_ref = NULL",
        "DELETE FROM seen_update",
    ],
)
def test_wrong_records_are_no_result(
    played: tuple[Path, throughput.Round], tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "damaged.db"
    with sqlite3.connect(played[0]) as sound, sqlite3.connect(path) as damaged:
        sound.backup(damaged)
        for (trigger,) in damaged.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            damaged.execute(f"DROP TRIGGER {trigger}")
        damaged.execute(damage)
    sound.close()
    damaged.close()
    with pytest.raises(throughput.WrongRecords):
        throughput.verify(path, 5, 3)


async def test_the_ceilings_count_what_they_say(tmp_path: Path) -> None:
    measured = [await ceilings.dispatch(3), await ceilings.reply(3), await ceilings.library(3)]
    assert [one.count for one in [*measured, ceilings.commits(tmp_path / "bare.db", 3)]] == [3, 3, 3, 3]
