"""How much longer the others wait while one person sends ten thousand messages."""

from __future__ import annotations

import asyncio
import shutil
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks import programme, throughput
from benchmarks.crowd import Crowd
from bot.flood import Flood
from storage.database import Database

PEOPLE, ROWS, ROUNDS = 300, 10, 3
MESSAGES = 10_000
FLOODER = 999_999
EACH = 3  # of the flooder's for each of another's, until all are sent


class Flooded(Crowd):
    """One more person, who waits for nothing. Calm or not, the others come in batches of the same size."""

    def __init__(self, messages: int) -> None:
        super().__init__()
        self.messages = messages
        self.told = 0

    def updates(self, limit: int = 100) -> list[dict[str, Any]]:
        others = super().updates(max(limit // (EACH + 1), 1))
        found: list[dict[str, Any]] = []
        for one in others:
            for _ in range(min(EACH, self.messages)):
                self.messages -= 1
                found.append(self._typed(FLOODER, "3 1 2 15.6 0"))
            found.append(one)
        return found

    def _shown(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        if int(asked["chat_id"]) != FLOODER:
            return super()._shown(asked)
        self.told += 1
        return self._message(FLOODER, {"id": 1, "is_bot": True, "first_name": "一报"}, asked["text"])


async def play(path: Path, messages: int, people: int = PEOPLE) -> tuple[float, int]:
    """(seconds within which 95 of 100 of the others were answered, replies to the flooder)."""
    async with Database(f"sqlite:///{path}") as database:
        telegram = Flooded(0)
        program = throughput.program_on(database, telegram, Flood())
        await program.start()
        await program.take_over()
        crowd = range(people)
        telegram.will_type({number + 1: ["填报"] for number in crowd})
        await throughput.serve(program, telegram)
        telegram.messages = messages
        telegram.will_type(
            {number + 1: [programme.typed(number, row) for row in range(ROWS)] for number in crowd}
        )
        await throughput.serve(program, telegram)
        await program.stop()
    waits = sorted(telegram.seconds)
    return waits[int(len(waits) * 0.95)], telegram.told


def measure(folder: Path, messages: int) -> tuple[float, int]:
    path = folder / "county.db"
    throughput.prepare(path, PEOPLE, ROWS)
    try:
        return asyncio.run(play(path, messages))
    finally:
        shutil.rmtree(folder)


def main() -> None:
    rounds: list[tuple[float, float, int]] = []
    for number in range(ROUNDS):
        waits = []
        for messages in (0, MESSAGES):
            folder = throughput.SCRATCH / f"flood-{number}-{messages}"
            folder.mkdir(parents=True)
            waits.append(measure(folder, messages))
        rounds.append((waits[0][0], waits[1][0], waits[1][1]))
    for calm, flooded, told in rounds:
        print(
            f"p95 of {PEOPLE} people: {calm * 1000:.0f} ms calm, {flooded * 1000:.0f} ms beside {MESSAGES:,}"
        )
        print(f"  ratio {flooded / calm:.2f}, {told} replies to the flooder")
    print(f"median ratio {statistics.median(flooded / calm for calm, flooded, _ in rounds):.2f}")
