"""The files that nobody should send, each refused while somebody else is answered as usual.

From the moment its content is there to its refusal, in a process of its own, as ``bot.uploads`` does it. Meanwhile another
person types rows through the whole program, one after the other; their times stand beside those without any file.
"""

from __future__ import annotations

import asyncio
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks import programme, throughput
from benchmarks.crowd import Crowd
from bot.program import Program
from bot.uploads import read_apart

MOST_SECONDS, MOST_MEGABYTES = 2.0, 200
ROWS = 2
# Made in a process of their own: what a child takes is counted from the size of its parent on.
_MAKE = """
import sys
from pathlib import Path
from tests.templates.hostile import HOSTILE
for number, (name, (make, problem)) in enumerate(HOSTILE.items()):
    Path(sys.argv[1], f"{number:02} {name}.{problem}").write_bytes(make())
"""
# So is this one, which measures what reading takes: its only children are the processes that read.
_PEAK = """
import asyncio, resource, sys
from pathlib import Path
from bot.uploads import read_apart
for path in sys.argv[1:]:
    asyncio.run(read_apart(Path(path).read_bytes()))
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


class NotRefused(Exception):  # noqa: N818
    """A file was read that should not have been, or its refusal took too much."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """``waits`` are the seconds in which the other person was answered meanwhile."""

    name: str
    size: int
    seconds: float
    waits: tuple[float, ...]


async def play(folder: Path, files: list[tuple[str, bytes]]) -> tuple[tuple[float, ...], list[Refusal]]:
    """(seconds of each answer without a file, what happened with each file)."""
    path = folder / "county.db"
    throughput.prepare(path, 1, ROWS)
    async with throughput.asked(path) as (program, telegram):
        usual = await _typed_beside(program, telegram)
        found = [await _typed_beside(program, telegram, *file) for file in files]
    return usual.waits, found


async def _typed_beside(
    program: Program, telegram: Crowd, name: str = "", content: bytes | None = None
) -> Refusal:
    """``name`` ends with the problem that the file is to be refused for: "zip bomb.too_heavy"."""
    since = time.perf_counter()
    reading = None if content is None else asyncio.create_task(_refuse(name, content))
    waits: list[float] = []
    while len(waits) < 40 or (reading is not None and not reading.done()):
        telegram.will_type({1: [programme.typed(0, 0), "上一项"]})
        await throughput.serve(program, telegram)
        waits += telegram.seconds
        await asyncio.sleep(0.005)
    seconds = await reading - since if reading else 0.0
    return Refusal(name.partition(".")[0], len(content or b""), seconds, tuple(sorted(waits)))


async def _refuse(name: str, content: bytes) -> float:
    read = await read_apart(content)
    if read.problem != name.partition(".")[2]:
        raise NotRefused(f"{name}: {read.problem}")
    return time.perf_counter()


def main() -> None:
    throughput.SCRATCH.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=throughput.SCRATCH) as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-c", _MAKE, name], check=True)
        files = sorted(path for path in folder.iterdir() if path.is_file())
        said = subprocess.run([sys.executable, "-c", _PEAK, *files], check=True, capture_output=True)
        peak = float(said.stdout)
        usual, found = asyncio.run(play(folder, [(path.name[3:], path.read_bytes()) for path in files]))
    _show(usual, found, peak)
    slowest = max(one.seconds for one in found)
    if slowest > MOST_SECONDS or peak > MOST_MEGABYTES:
        raise NotRefused(f"{slowest:.2f} s, {peak:.0f} MB")


def _show(usual: tuple[float, ...], found: list[Refusal], peak: float) -> None:
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}")
    for one in found:
        print(
            f"{one.name:38} {one.size / 1024:8,.0f} KiB refused in {one.seconds * 1000:6,.0f} ms;"
            f" another person answered {len(one.waits):4} times, median {statistics.median(one.waits) * 1000:5.1f} ms,"
            f" at most {one.waits[-1] * 1000:6.1f} ms"
        )
    print(
        f"without a file: median {statistics.median(usual) * 1000:.1f} ms, at most {usual[-1] * 1000:.1f} ms"
    )
    print(f"memory of the largest process that read one: at most {peak:.0f} MB")
