"""5,000 updates that waited at Telegram during an outage of twenty hours: how long until all are committed.

Everybody had been asked, and sent several messages meanwhile. Telegram allows thirty answers a second, so most
are told later what is open; their messages are taken, each chat's in order, before that.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
import time
from pathlib import Path

from benchmarks import throughput
from benchmarks.crowd import TOKEN, Crowd
from bot.pace import Pace
from bot.program import Program
from services.runtime import Runtime
from storage.database import Database

PEOPLE, EACH = 1000, 5


async def play(path: Path, crowd: int, each: int) -> float:
    """Seconds from the first getUpdates to the last commit."""
    async with Database(f"sqlite:///{path}") as database:
        telegram = Crowd()
        program = Program(Runtime(database, throughput.clock()), TOKEN, request=lambda: telegram, pace=Pace())
        await program.start()
        await program.take_over()
        telegram.pile_up(
            {number + 1: ["填报", *(f"第{line}条" for line in range(1, each))] for number in range(crowd)}
        )
        began = time.perf_counter()
        while telegram.typing:
            await program.intake.poll()
        seconds = time.perf_counter() - began
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
    return seconds


def verify(path: Path, crowd: int, each: int) -> None:
    """Every update was taken once, and everybody is at the question that their first message asked for."""
    with sqlite3.connect(path) as connection:
        seen = connection.execute("SELECT count(*) FROM seen_update").fetchone()[0]
        asked = connection.execute("SELECT count(*) FROM conversation WHERE question != 'idle'").fetchone()[0]
    connection.close()
    if (seen, asked) != (crowd * each, crowd):
        raise throughput.WrongRecords(
            f"{crowd * each} updates: {seen} taken, {asked} of {crowd} people asked"
        )


def take(folder: Path, crowd: int = PEOPLE, each: int = EACH) -> float:
    path = folder / "backlog.db"
    throughput.prepare(prepared := folder / "prepared-backlog.db", crowd, 1)
    shutil.copy(prepared, path)
    seconds = asyncio.run(play(path, crowd, each))
    verify(path, crowd, each)
    return seconds


def main() -> None:
    throughput.SCRATCH.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=throughput.SCRATCH) as name:
        seconds = take(Path(name))
    print(f"{PEOPLE * EACH:,} updates of {PEOPLE:,} people taken in {seconds:.1f} s")
