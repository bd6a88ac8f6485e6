"""The benchmark of a flood answers the others in time and the flooder hardly at all."""

from __future__ import annotations

from pathlib import Path

from benchmarks import flood, throughput
from bot.flood import Flood


async def test_the_others_are_timed_beside_a_flood_whose_sender_hears_little(tmp_path: Path) -> None:
    path = tmp_path / "county.db"
    throughput.prepare(path, 20, flood.ROWS)
    wait, told = await flood.play(path, 400, 20)
    assert 0 < wait < 10
    assert told <= Flood().most + 1
