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
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from telegram.request import BaseRequest

from benchmarks import ceilings, programme
from benchmarks.crowd import TOKEN, Crowd
from bot.clock import VirtualClock
from bot.program import Program
from services import cycle, loading
from services.desk import Desk
from services.runtime import Runtime
from storage import people
from storage.database import Database
from storage.migrate import upgrade

PEOPLE = 300
ROWS = 10
ROUNDS = 7


class WrongRecords(Exception):  # noqa: N818
    """The database does not hold exactly what was typed: a speed would mean nothing."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round's measure; ``busy`` is processor seconds a second of wall time, ``waits`` are sorted."""

    messages: int
    seconds: float
    commits: int
    busy: float
    waits: tuple[float, ...]

    @property
    def rate(self) -> float:
        return self.messages / self.seconds

    @property
    def late(self) -> float:
        """Milliseconds within which 95 of 100 were answered."""
        return self.waits[int(len(self.waits) * 0.95)] * 1000


def prepare(path: Path, crowd: int, rows: int) -> None:
    """A database with an open period and a liaison for each unit."""
    upgrade(f"sqlite:///{path}")
    with Database(f"sqlite:///{path}") as database:
        runtime = Runtime(database, _clock())
        runtime.work_now(loading.load, programme.files(crowd, rows))
        runtime.work_now(cycle.tick)
        runtime.work_now(_everyone_joins, crowd)


def _clock() -> VirtualClock:
    return VirtualClock(datetime.fromisoformat(programme.OPENS))


def _everyone_joins(desk: Desk, crowd: int) -> None:
    by_unit = {post.unit: post.id for post in people.posts(desk.tx, "liaison")}
    for number in range(crowd):
        person = people.add_person(desk.tx, str(_chat(number)), f"第{number}人", desk.now)
        people.take_post(desk.tx, by_unit[programme.unit_key(number)], person, desk.now)


def _chat(number: int) -> int:
    return number + 1


async def play(path: Path, crowd: int, rows: int) -> Round:
    """Everybody types all their rows, each as soon as it is asked."""
    async with Database(f"sqlite:///{path}") as database:
        telegram = Crowd()
        program = _program(database, telegram)
        await program.start()
        telegram.will_type({_chat(number): ["填报"] for number in range(crowd)})
        await _serve(program, telegram)
        telegram.will_type(
            {_chat(number): [programme.typed(number, row) for row in range(rows)] for number in range(crowd)}
        )
        before, started, busy = database.commits, time.perf_counter(), time.process_time()
        await _serve(program, telegram)
        seconds, busy = time.perf_counter() - started, time.process_time() - busy
        committed = database.commits - before
        await program.stop()
    if telegram.said != crowd * rows:
        raise WrongRecords(f"{crowd * rows} rows typed, {telegram.said} answers said")
    return Round(crowd * rows, seconds, committed, busy / seconds, tuple(sorted(telegram.seconds)))


def _program(database: Database, telegram: BaseRequest) -> Program:
    return Program(Runtime(database, _clock()), TOKEN, request=lambda: telegram)


async def _serve(program: Program, telegram: Crowd) -> None:
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
            str(_chat(number)),
        )
        for measure, figure in zip(programme.MEASURES, programme.figures(number, row), strict=True)
    ]


def measure(folder: Path, crowd: int = PEOPLE, rows: int = ROWS, rounds: int = ROUNDS) -> list[Round]:
    """Each round on a fresh copy of one database; the first warms up and is not counted."""
    prepare(folder / "prepared.db", crowd, rows)
    played = []
    for number in range(rounds + 1):
        path = shutil.copy(folder / "prepared.db", folder / f"round{number}.db")
        played.append(asyncio.run(play(path, crowd, rows)))
        verify(path, crowd, rows)
    return played[1:]


def main() -> None:
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = Path(name)
        count = PEOPLE * ROWS
        bare = [ceilings.commits(folder / f"bare{number}.db", count) for number in range(3)]
        dispatch = [asyncio.run(ceilings.dispatch(count)) for _ in range(3)]
        replies = [asyncio.run(ceilings.replies(count)) for _ in range(3)]
        played = measure(folder)
    _show(played, {"bare dispatch": dispatch, "dispatch with a reply": replies, "bare SQLite commits": bare})


def _show(played: list[Round], beside: dict[str, list[float]]) -> None:
    rate = statistics.median(one.rate for one in played)
    rates = ", ".join(f"{one.rate:,.0f}" for one in played)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    print(f"{PEOPLE} people, {ROWS} rows of five numbers each, {len(played)} rounds: {rates}")
    print(f"typed rows made durable: {rate:8,.0f} a second")
    print(f"COMMITs a message:       {statistics.median(one.commits / one.messages for one in played):8.3f}")
    print(f"processors busy:         {statistics.median(one.busy for one in played):8.2f}")
    print(f"answered (95 of 100) in: {statistics.median(one.late for one in played):8,.0f} ms")
    for name, rates_beside in beside.items():
        ceiling = statistics.median(rates_beside)
        print(f"{name + ':':24} {ceiling:8,.0f} a second; the program reaches {rate / ceiling:4.0%} of it")
