"""Somebody types rows while tables are drawn without a pause: how much longer another person waits.

Drawn by a process of its own, as ``bot.painter`` does it, and for comparison in a thread of the program.
"""

from __future__ import annotations

import asyncio
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import programme, throughput
from benchmarks.crowd import Crowd
from bot.painter import paint_apart
from bot.program import Program
from templates.headings import Line
from templates.picture import pages_of
from templates.picture_model import Picture, Square

ROWS = 2
ANSWERS = 300
ROUNDS = 3
MOST_RATIO = 3.0  # a busy machine may double it by itself


class TooSlow(Exception):  # noqa: N818
    """Drawing holds up those who are answering."""


@dataclass(frozen=True, slots=True)
class Waits:
    """``seconds`` of each answer; ``drawn`` is how many pictures were finished meanwhile."""

    seconds: tuple[float, ...]
    drawn: int

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def late(self) -> float:
        """Seconds within which 95 of 100 were answered."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)]


def table() -> Picture:
    """As large as 附件3: five rows of fifteen columns."""
    facets = ("当月", "累计", "累计比去年同期±%")
    columns = tuple(
        Line(f"m{place}", (f"第{place}项指标（万元）", facet), facet)
        for place in range(5)
        for facet in facets
    )
    rows = tuple(Line(f"r{place}", (f"第{place}类",)) for place in range(5))
    squares = tuple(
        tuple(Square(f"{3 * row}{column}.5", figure=True) for column in range(15)) for row in range(5)
    )
    return Picture(
        "6月份示例报告表", "", ("填报单位：示例单位", "审核人："), ("类别",), columns, rows, squares
    )


async def paint_in_a_thread(picture: Picture) -> list[bytes]:
    return await asyncio.to_thread(pages_of, picture)


async def play(folder: Path) -> dict[str, list[Waits]]:
    """What was measured, by how pictures were drawn meanwhile; the three ways take turns."""
    path = folder / "county.db"
    throughput.prepare(path, 1, ROWS)
    found: dict[str, list[Waits]] = {"none": [], "process": [], "thread": []}
    async with throughput.asked(path) as (program, telegram):
        for _ in range(ROUNDS):
            found["none"].append(await _typed(program, telegram, None))
            found["process"].append(await _typed(program, telegram, paint_apart))
            found["thread"].append(await _typed(program, telegram, paint_in_a_thread))
    return found


async def _typed(
    program: Program, telegram: Crowd, paint: Callable[[Picture], Awaitable[list[bytes]]] | None
) -> Waits:
    drawn = 0

    async def draw() -> None:
        nonlocal drawn
        while paint is not None and await paint(table()):
            drawn += 1

    drawing = asyncio.create_task(draw())
    waits: list[float] = []
    until = time.perf_counter() + 2.0
    while len(waits) < ANSWERS or time.perf_counter() < until:
        telegram.will_type({1: [programme.typed(0, 0), "上一项"]})
        await throughput.serve(program, telegram)
        waits += telegram.seconds
        await asyncio.sleep(0.002)
    drawing.cancel()
    await asyncio.gather(drawing, return_exceptions=True)
    return Waits(tuple(waits), drawn)


def main() -> None:
    throughput.SCRATCH.mkdir(exist_ok=True)
    since = time.perf_counter()
    for _ in range(5):
        pages_of(table())
    each = (time.perf_counter() - since) / 5
    with tempfile.TemporaryDirectory(dir=throughput.SCRATCH) as name:
        found = asyncio.run(play(Path(name)))
    usual = statistics.median(one.median for one in found["none"])
    usual_late = statistics.median(one.late for one in found["none"])
    print(
        f"{os.cpu_count()} cores, Python {platform.python_version()}; drawing such a table takes {each * 1000:.0f} ms"
    )
    print(f"nothing drawn: median {usual * 1000:.1f} ms, 95 of 100 within {usual_late * 1000:.1f} ms")
    for way in ("process", "thread"):
        median = statistics.median(one.median for one in found[way])
        late = statistics.median(one.late for one in found[way])
        drawn = sum(one.drawn for one in found[way])
        print(
            f"drawn in a {way}: median {median * 1000:.1f} ms (× {median / usual:.2f}),"
            f" 95 of 100 within {late * 1000:.1f} ms (× {late / usual_late:.2f}); {drawn} pictures"
        )
    ratio = statistics.median(one.median for one in found["process"]) / usual
    if ratio > MOST_RATIO:
        raise TooSlow(f"an answer takes {ratio:.1f} times as long while pictures are drawn")
