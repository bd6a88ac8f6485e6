"""Several programs on one database: one is on duty, and whoever was before can do no more."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool
from telegram.request import HTTPXRequest

from bot.lead import ANSWER_SECONDS, HEARTBEAT_SECONDS, Lead
from bot.pace import Pace
from bot.program import Program
from services import letters
from services.runtime import NotOnDuty, Runtime
from simulator.transport import InProcessTransport
from storage.database import Database
from storage.leadership import FileLock, NoLock, lock_for
from tests.days.county import County, moment

pytestmark = pytest.mark.both_databases

PROMPT = "请于今天17:30前报送"


@asynccontextmanager
async def another(county: County) -> AsyncIterator[Program]:
    """A second program on the same database, with its own connection, clock and client."""
    database = Database(county.url)
    program = Program(
        Runtime(database, county.clock),
        county.world.token,
        "http://testserver",
        request=lambda: HTTPXRequest(httpx_kwargs={"transport": InProcessTransport(county.app)}),
        pace=Pace(overall=10**6, per_chat=0, per_group=10**6),
        monotonic=county.monotonic,
    )
    await program.start()
    yield program
    await program.stop()
    await database.aclose()


def test_one_program_at_a_time_holds_the_lock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'county.db'}"
    one, other = lock_for(url, 7), lock_for(url, 7)
    assert one.take()
    assert not other.take()
    assert lock_for(url, 8).take()
    one.release()
    assert other.take()
    assert isinstance(other, FileLock)
    assert isinstance(lock_for("sqlite://", 7), NoLock)


def test_the_lock_of_a_killed_program_is_free(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'county.db'}"
    with subprocess.Popen(
        [sys.executable, "-c", f"from storage.leadership import lock_for; lock = lock_for({url!r}, 7);"
         "print(lock.take(), flush=True); input()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not lock_for(url, 7).take()
        holder.kill()
        holder.wait()
    assert lock_for(url, 7).take()


def test_on_postgresql_the_lock_is_lost_with_its_connection(postgres: str) -> None:
    one, other = lock_for(postgres, 7), lock_for(postgres, 7)
    assert one.take()
    assert one.holds()
    assert not other.take()
    assert one.grace > HEARTBEAT_SECONDS + ANSWER_SECONDS
    engine = create_engine(make_url(postgres).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid() AND datname = current_database()"
        )
    assert not one.holds()
    assert other.take()
    other.release()
    one.release()


def test_a_postgresql_that_is_away_gives_nobody_the_lock() -> None:
    lock = lock_for("postgresql://nobody@127.0.0.1:1/nothing", 7)
    assert not lock.take()
    assert not lock.holds()


class _Fragile(NoLock):
    """A lock that can be lost."""

    lost = False
    taken = 0

    def take(self) -> bool:
        self.taken += 1
        return not self.lost

    def holds(self) -> bool:
        return not self.lost


async def test_who_loses_the_lock_stops_at_once_and_begins_again_when_it_is_back(monkeypatch) -> None:
    monkeypatch.setattr("bot.lead.HEARTBEAT_SECONDS", 0.01)
    monkeypatch.setattr("bot.lead.LOOK_SECONDS", 0.01)
    lock, at_work, stood_by = _Fragile(), asyncio.Event(), asyncio.Event()
    ended = asyncio.Event()

    async def work() -> None:
        at_work.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    running = asyncio.create_task(Lead(lock).run(work, stood_by.set))
    await at_work.wait()
    at_work.clear()
    lock.lost = True
    await asyncio.wait_for(asyncio.gather(ended.wait(), stood_by.wait()), 5)
    lock.lost = False
    await asyncio.wait_for(at_work.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_work_that_fails_is_not_hidden() -> None:
    async def work() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        await Lead(NoLock()).run(work, lambda: None)


async def test_the_one_that_stands_by_neither_ticks_nor_recovers(opened: County, rows) -> None:
    async with another(opened) as second:
        opened.clock.set(moment("2008-07-02 09:00"))
        with pytest.raises(NotOnDuty):
            await second.tick()
        with pytest.raises(NotOnDuty):
            await second.delivery.deliver()
        assert rows(opened, "SELECT count(*) FROM outbox WHERE kind = 'prompt'") == [(0,)]
    await opened.at("2008-07-02 09:00")
    assert opened["port", "liaison"].news().count(PROMPT) == 1


async def test_who_was_on_duty_before_can_claim_nothing_more(opened: County) -> None:
    async with another(opened) as second:
        await second.take_over()
        opened.clock.set(moment("2008-07-02 09:00"))
        for forbidden in (opened.program.tick, opened.program.delivery.deliver):
            with pytest.raises(NotOnDuty):
                await forbidden()
        await second.tick()
        await second.delivery.deliver()
        assert opened["port", "liaison"].news().count(PROMPT) == 1


async def test_a_letter_that_the_old_one_still_delivered_is_not_sent_again(opened: County, rows) -> None:
    opened.clock.set(moment("2008-07-02 09:00"))
    await opened.program.tick()
    first, *_ = await opened.runtime.lead(letters.claim)
    async with another(opened) as second:
        await second.take_over()
        await opened.runtime.tick(letters.sent, first, 99)
        await second.delivery.deliver()
    assert rows(opened, "SELECT state, attempts, message_ref FROM outbox WHERE id = ?", first.id) == [
        ("sent", 1, 99)
    ]


async def test_what_the_old_one_says_of_a_letter_that_was_taken_up_again_changes_nothing(
    opened: County, rows
) -> None:
    opened.clock.set(moment("2008-07-02 09:00"))
    await opened.program.tick()
    first, *_ = await opened.runtime.lead(letters.claim)
    async with another(opened) as second:
        await second.take_over()
        again = {one.id: one for one in await second.runtime.lead(letters.claim)}[first.id]
        await opened.runtime.tick(letters.put_off, first, "too late")
        await opened.runtime.tick(letters.failed, first, "too late")
        await second.runtime.tick(letters.sent, again, 100)
    assert rows(opened, "SELECT state, attempts FROM outbox WHERE id = ?", first.id) == [("sent", 2)]


async def test_a_message_and_a_press_of_one_person_at_two_programs_have_one_outcome(
    opened: County, rows
) -> None:
    liaison = opened["port", "liaison"]
    await liaison.says("填报")
    world = opened.world
    world.say(liaison.person, "3 1 2 15.6 0")
    world.press(liaison.person, label="逐格填")
    typed, pressed = [item.body for item in world.updates.take(opened.program.intake.offset, 100)][-2:]
    async with another(opened) as second:
        await asyncio.gather(opened.program.intake.take([typed]), second.intake.take([pressed]))
        await asyncio.gather(opened.program.intake.settle(), second.intake.settle())
    answers = rows(opened, "SELECT count(*) FROM answer")[0][0]
    versions = rows(opened, "SELECT version FROM conversation WHERE question != 'idle'")
    # Either the row was answered and the button was stale, or the button came first and the row fits no cell.
    assert answers in (0, 5)
    assert len(versions) == 1


async def test_a_file_is_read_by_the_one_on_duty_alone(opened: County) -> None:
    async with another(opened) as second:
        second.uploads.ring()
        assert not second.uploads.busy
