"""200,000 updates through the whole program: what memory it takes afterwards that it did not take before."""

from __future__ import annotations

import asyncio
import gc
import shutil
import tempfile
from pathlib import Path

from benchmarks import programme
from benchmarks.throughput import SCRATCH, asked, chat, prepare, serve

PEOPLE = 300
ROWS = 3
UPDATES = 200_000
ROUNDS = 10
ALLOWED = 20.0  # MB


class Grew(Exception):  # noqa: N818
    """The program keeps what it should let go."""


def main() -> None:
    """One round warms up; the others are measured against what it left. Raises Grew beyond 20 MB."""
    SCRATCH.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="soak-", dir=SCRATCH))
    try:
        prepare(folder / "county.db", PEOPLE, ROWS)
        resident = asyncio.run(_soak(folder / "county.db"))
    finally:
        shutil.rmtree(folder)
    grown = resident[-1] - resident[0]
    print("resident MB after each round: " + " ".join(f"{one:.1f}" for one in resident))
    print(f"{UPDATES} updates after {UPDATES // ROUNDS} to warm up: {grown:+.1f} MB, {ALLOWED:.0f} allowed")
    if grown > ALLOWED:
        raise Grew(f"{grown:.1f} MB")


async def _soak(path: Path) -> list[float]:
    """Everybody types a row and goes back to it, then asks what is owed and goes on, again and again."""
    found = []
    async with asked(path, PEOPLE) as (program, telegram):
        pairs = UPDATES // ROUNDS // PEOPLE // 2
        for _ in range(1 + ROUNDS):
            telegram.will_type({chat(number): _lines(number, pairs) for number in range(PEOPLE)})
            await serve(program, telegram)
            telegram.will_type({})
            gc.collect()
            found.append(_resident())
    return found


def _lines(number: int, pairs: int) -> list[str]:
    return [programme.typed(number, 0), "上一项", *("进度", "继续") * pairs]


def _resident() -> float:
    """Resident memory of this process in MB."""
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024
