"""Typed rows made durable a second through the whole program, beside ceilings of the same run.

A message counts from ``getUpdates`` to the recorded number of the next question: parsed, dispatched, read, checked,
five answers committed with ``synchronous=FULL``, answered through python-telegram-bot. Only Telegram is local.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sqlite3
import statistics
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from telegram.request import BaseRequest

from benchmarks import ceilings, programme
from benchmarks.crowd import TOKEN, Crowd
from benchmarks.watch import Measure, Watch
from bot.clock import VirtualClock
from bot.flood import Flood
from bot.pace import Pace
from bot.program import Program
from services import cycle, loading
from services.desk import Desk
from services.runtime import Runtime
from storage import holdings, people
from storage.database import Database
from storage.migrate import upgrade

PEOPLE = 300
ROWS = 10
ROUNDS = 5
SCRATCH = Path(
    "var"
)  # a real disk, where a temporary folder of the system may be memory; not in the repository


class WrongRecords(Exception):  # noqa: N818
    """The database does not hold exactly what was typed: a speed would mean nothing."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round's measure; ``waits`` are the seconds from typing to the answer, sorted."""

    rows: Measure
    commits: int
    waits: tuple[float, ...]

    @property
    def late(self) -> float:
        """Seconds within which 95 of 100 were answered."""
        return self.waits[int(len(self.waits) * 0.95)]


def prepare(path: Path, crowd: int, rows: int) -> None:
    """A database with an open period and a liaison for each unit."""
    upgrade(f"sqlite:///{path}")
    with Database(f"sqlite:///{path}") as database:
        runtime = Runtime(database, clock())
        runtime.work_now(loading.load, programme.files(crowd, rows))
        runtime.work_now(cycle.tick)
        runtime.work_now(_everyone_joins, crowd)


def clock() -> VirtualClock:
    return VirtualClock(datetime.fromisoformat(programme.OPENS))


def _everyone_joins(desk: Desk, crowd: int) -> None:
    by_unit = {post.unit: post.id for post in people.posts(desk.tx, "liaison")}
    for number in range(crowd):
        person = people.add_person(desk.tx, str(chat(number)), f"第{number}人", desk.now)
        holdings.take(desk.tx, by_unit[programme.unit_key(number)], person, "join", desk.now)


def chat(number: int) -> int:
    """The address of a liaison."""
    return number + 1


@asynccontextmanager
async def asked(path: Path, crowd: int = 1) -> AsyncIterator[tuple[Program, Crowd]]:
    """The program on duty, and everybody is asked for their first row."""
    async with Database(f"sqlite:///{path}") as database:
        telegram = Crowd()
        program = program_on(database, telegram)
        await program.start()
        await program.take_over()
        telegram.will_type({chat(number): ["填报"] for number in range(crowd)})
        await serve(program, telegram)
        yield program, telegram
        await program.stop()


async def play(path: Path, crowd: int, rows: int) -> Round:
    """Everybody types all their rows, each as soon as it is asked."""
    async with asked(path, crowd) as (program, telegram):
        database = program.runtime.database
        telegram.will_type(
            {chat(number): [programme.typed(number, row) for row in range(rows)] for number in range(crowd)}
        )
        before, watch = database.commits, Watch()
        await serve(program, telegram)
        measure, committed = watch.stop(crowd * rows), database.commits - before
    if telegram.said != crowd * rows:
        raise WrongRecords(f"{crowd * rows} rows typed, {telegram.said} answers said")
    return Round(measure, committed, tuple(sorted(telegram.seconds)))


def program_on(database: Database, telegram: BaseRequest, flood: Flood | None = None) -> Program:
    """The whole program; only Telegram is local."""
    return Program(
        Runtime(database, clock()), TOKEN, request=lambda: telegram, pace=Pace(overall=10**6), flood=flood
    )


async def serve(program: Program, telegram: Crowd) -> None:
    """What ``Program.run`` does, without its endless loop."""
    while telegram.typing:
        await program.intake.poll()
    await program.intake.settle()


def verify(path: Path, crowd: int, rows: int) -> None:
    """Every typed number is stored once, as typed, under the right unit; every question's number is recorded."""
    with sqlite3.connect(path) as connection:
        stored = connection.execute(
            "SELECT task.unit, answer.address, answer.state, answer.number, answer.typed, contact.address"
            " FROM answer JOIN task ON task.id = answer.task_id JOIN contact USING (person_id)"
        ).fetchall()
        asked = connection.execute("SELECT count(prompt_ref) FROM conversation").fetchone()[0]
        seen = connection.execute("SELECT count(*) FROM seen_update").fetchone()[0]
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    wanted = [one for number in range(crowd) for row in range(rows) for one in _wanted(number, row)]
    if sorted(stored, key=str) != sorted(wanted, key=str):
        raise WrongRecords(f"{len(wanted)} answers typed, {len(set(wanted) & set(stored))} of them stored")
    if (asked, seen, sound) != (crowd, crowd * (rows + 1), "ok"):
        raise WrongRecords(f"{crowd} people: {asked} asked, {seen} updates seen, database {sound}")


def _wanted(number: int, row: int) -> list[tuple[str, str, str, str | None, str, str]]:
    return [
        (
            programme.unit_key(number),
            f"{programme.row_key(number, row)}.{measure}",
            "value" if figure else "zero",
            str(figure) if figure else None,
            programme.typed(number, row),
            str(chat(number)),
        )
        for measure, figure in zip(programme.MEASURES, programme.figures(number, row), strict=True)
    ]


def typed_rows(folder: Path, number: int, crowd: int = PEOPLE, rows: int = ROWS) -> Round:
    """A round on a fresh copy of the prepared database, checked."""
    if not (prepared := folder / "prepared.db").exists():
        prepare(prepared, crowd, rows)
    path = folder / f"round{number}.db"
    shutil.copy(prepared, path)
    played = asyncio.run(play(path, crowd, rows))
    verify(path, crowd, rows)
    return played


def main() -> None:
    """Rounds of everything in turn, so that what else the machine does hits all alike; the first warms up."""
    count = PEOPLE * ROWS
    rounds: list[Round] = []
    beside: dict[str, list[Measure]] = {}
    SCRATCH.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=SCRATCH) as name:
        folder = Path(name)
        for number in range(ROUNDS + 1):
            rounds.append(typed_rows(folder, number))
            for title, found in {
                "bare dispatch": asyncio.run(ceilings.dispatch(count)),
                "dispatch and a short reply": asyncio.run(ceilings.reply(count)),
                "getUpdates, dispatch, our reply": asyncio.run(ceilings.library(count)),
                "bare SQLite one-row commits": ceilings.commits(folder / f"bare{number}.db", count),
            }.items():
                beside.setdefault(title, []).append(found)
    _show(rounds[1:], {title: found[1:] for title, found in beside.items()})


def _show(rounds: list[Round], beside: dict[str, list[Measure]]) -> None:
    rows = [one.rows for one in rounds]
    commits = statistics.median(one.commits / one.rows.count for one in rounds)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    print(f"{PEOPLE} people, {ROWS} rows of five numbers each; medians of {len(rounds)} rounds")
    print(f"{'':34}{'a second':>10}{'processor':>12}{'rows to it':>12}")
    print(f"{'typed rows made durable':34}{_figures(rows)}")
    for title, found in beside.items():
        ratio = statistics.median(row.rate / one.rate for row, one in zip(rows, found, strict=True))
        print(f"{title:34}{_figures(found)}{ratio:>12.3f}")
    print(
        f"COMMITs a message {commits:.3f}; processors busy {_median(one.busy / one.seconds for one in rows):.2f}"
    )
    print(f"95 of 100 answered within {_median(one.late for one in rounds):.2f} s")
    print(f"rounds: {', '.join(f'{one.rate:,.0f}' for one in rows)}")


def _figures(found: list[Measure]) -> str:
    return f"{_median(one.rate for one in found):>10,.0f}{_median(one.cost for one in found):>9,.0f} µs"


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)
