"""What leaders receive: a county's outputs all together, beside somebody's answers; a province's workbook beside bare openpyxl.

The bare run is what openpyxl's write-only mode takes for the very same values in the very same cells, without any look, width
or page. The two take turns, and the ratio is that of the medians.
"""

from __future__ import annotations

import asyncio
import gc
import io
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook, load_workbook

from benchmarks import pictures, programme, province, throughput
from benchmarks.crowd import Crowd
from bot.press import Machine
from bot.program import Program
from reporting.edition import Edition
from templates import edition_outputs
from templates.summary_workbook import pages_of, summary_workbook
from templates.workbook_page import Page

UNITS, FORMS = 10_000, 6
COUNTY_UNITS, COUNTY_FORMS = 60, 7
ROUNDS = 3
ANSWERS = 300
MOST_RATIO = 1.2
MOST_SECONDS = 5.0


class TooSlow(Exception):  # noqa: N818
    """An output takes longer than was promised."""


def bare(values: list[tuple[str, list[list[object]]]]) -> bytes:
    """The same cells by openpyxl alone."""
    book, saved = Workbook(write_only=True), io.BytesIO()
    for title, rows in values:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(saved)
    return saved.getvalue()


def values_of(pages: list[Page]) -> list[tuple[str, list[list[object]]]]:
    """Every cell that the workbook writes, as plain values in their places."""
    found = []
    for page in pages:
        rows: list[list[object]] = []
        for number in range(1, page.bottom + 1):
            line = {column: content.value for column, content, _ in page.cells_of(number)}
            rows.append([line.get(at) for at in range(1, max(line, default=0) + 1)])
        found.append((page.title, rows))
    return found


def timed(work: Callable[[], object]) -> float:
    """Seconds of this processor: others may be busy on the machine."""
    gc.collect()
    since = time.process_time()
    work()
    return time.process_time() - since


def workbook(units: int = UNITS, forms: int = FORMS, rounds: int = ROUNDS) -> float:
    """The ratio of ours to the bare run."""
    of = province.edition(units, forms)
    values = values_of(pages_of(of))
    cells = sum(len(row) for _, rows in values for row in rows)
    _same_values(of, values)
    ours, others = [], []
    for _ in range(rounds):
        others.append(timed(lambda: bare(values)))
        ours.append(timed(lambda: summary_workbook(of)))
    usual, other = statistics.median(ours), statistics.median(others)
    print(
        f"{units} units × {forms} forms, {cells} cells: {usual:.1f} s, bare openpyxl {other:.1f} s, × {usual / other:.2f}"
    )
    return usual / other


def _same_values(of: Edition, values: list[tuple[str, list[list[object]]]]) -> None:
    """A speed means nothing if the cells are others: both files, read again, say the same."""
    if sum(len(rows) for _, rows in values) > 5000:
        return
    one, other = (
        load_workbook(io.BytesIO(content)) for content in (summary_workbook(of).content, bare(values))
    )
    for name in one.sheetnames:
        mine = [[cell for cell in row if cell is not None] for row in one[name].iter_rows(values_only=True)]
        bared = [
            [cell for cell in row if cell not in (None, "")]
            for row in other[name].iter_rows(values_only=True)
        ]
        assert mine == bared, name


async def county(folder: Path) -> tuple[float, list[float], list[float]]:
    """Seconds for all outputs of 60 units × 7 tables with eleven months before, and waits without and beside that."""
    of = province.edition(COUNTY_UNITS, COUNTY_FORMS, months=11)
    path = folder / "county.db"
    throughput.prepare(path, 1, pictures.ROWS)
    async with throughput.asked(path) as (program, telegram):
        alone = await _answers(program, telegram, lambda: False)
        making = asyncio.create_task(_made(of))
        beside = await _answers(program, telegram, lambda: not making.done())
        took = await making
    return took, alone, beside


async def _made(of: Edition) -> float:
    """Everything, in the program's own way: one process, one order after another."""
    machine, since = Machine(), time.perf_counter()
    for name in edition_outputs.names_of(of):
        if not name.startswith(edition_outputs.SHEET):
            assert await machine(name, of), name
    took = time.perf_counter() - since
    await machine.stop()
    return took


async def _answers(program: Program, telegram: Crowd, more: Callable[[], bool]) -> list[float]:
    waits: list[float] = []
    while len(waits) < ANSWERS or more():
        telegram.will_type({1: [programme.typed(0, 0), "上一项"]})
        await throughput.serve(program, telegram)
        waits += telegram.seconds
        await asyncio.sleep(0.002)
    return waits


def main() -> None:
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    throughput.SCRATCH.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=throughput.SCRATCH) as name:
        took, alone, beside = asyncio.run(county(Path(name)))
    usual, meanwhile = statistics.median(alone), statistics.median(beside)
    print(
        f"{COUNTY_UNITS} units × {COUNTY_FORMS} forms, all outputs: {took:.1f} s;"
        f" an answer {usual * 1000:.1f} ms alone, {meanwhile * 1000:.1f} ms meanwhile (× {meanwhile / usual:.2f})",
        flush=True,
    )
    ratio = workbook()
    if took > MOST_SECONDS:
        raise TooSlow(f"a county's outputs take {took:.1f} s")
    if meanwhile / usual > pictures.MOST_RATIO:
        raise TooSlow(f"an answer takes {meanwhile / usual:.1f} times as long meanwhile")
    if ratio > MOST_RATIO:
        raise TooSlow(f"the workbook takes {ratio:.2f} times as long as bare openpyxl")
