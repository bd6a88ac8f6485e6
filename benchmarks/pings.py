"""Contact checks of a whole province at once, in virtual time: within Telegram's limits, each window its own to the second.

Everybody is asked with 检查 全体; the pretend Telegram holds strictly to its limits and answers late. When a message arrived
is noted on its side; the program's windows must run from there. Of ten people one answers in the last second of their
own window, one a second after it, the others never.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from telegram.request import HTTPXRequest

from benchmarks import contact_county, virtual
from benchmarks.prompts import ALLOWED, _Counted
from bot.clock import VirtualClock
from bot.program import Program
from reporting.checking import ContactRules
from reporting.permissions import Action, Place
from services import loading
from services.acknowledging import press
from services.desk import Desk, Origin
from services.duty import seen
from services.runtime import Runtime
from simulator.app import create_app
from simulator.transport import InProcessTransport
from simulator.world import World
from storage import checks, holdings, outbox, people
from storage.migrate import upgrade

PINGS = 10_000
UNITS = 200
BEGINS = datetime(2008, 7, 3, 1, tzinfo=UTC)
TICK = 5.0
# What the first message says, and the second ping does not.
FIRST = "请在30分钟内"
# Telegram's answer comes so many seconds after the message.
SLOW = (0.05, 0.8)
LAST, TOO_LATE = 0, 1  # of ten people


@dataclass
class Pinged:
    """``off`` is the most seconds between a message's arrival and the beginning of its window."""

    sent: int = 0
    refused: int = 0
    seconds: float = 0.0
    off: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Of what Telegram allows."""
        return self.sent / self.seconds / ALLOWED


class _Slow(InProcessTransport):
    """The message is there at once, Telegram's word for it comes later."""

    dice = random.Random(20080702)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        await asyncio.sleep(self.dice.uniform(*SLOW))
        return response


class _Pings:
    """One run."""

    def __init__(self, folder: Path, pings: int) -> None:
        self.loop = asyncio.get_running_loop()
        self.pings = pings
        self.url = f"sqlite:///{folder / 'pings.db'}"
        self.world = World()
        self.world.limits = self.limits = _Counted(on=True, monotonic=self.loop.time)
        self.world.ledger.listeners.append(self._heard_of)
        self.clock = VirtualClock(BEGINS, 1.0, self.loop.time)
        self.arrived: dict[int, datetime] = {}
        self.found = Pinged()

    def _heard_of(self, entry: Any) -> None:
        if entry.method == "sendMessage" and FIRST in entry.payload.get("text", ""):
            self.arrived.setdefault(entry.chat, self.clock.now())
            self.found.sent += 1

    async def run(self) -> Pinged:
        upgrade(self.url)
        self.chats = [self._started(number) for number in range(self.pings)]
        async with virtual.WatchedDatabase(self.url) as database:
            self.runtime = Runtime(database, self.clock)
            transport = _Slow(create_app(self.world))
            program = Program(
                self.runtime,
                self.world.token,
                "http://testserver",
                request=lambda: HTTPXRequest(httpx_kwargs={"transport": transport}),
                monotonic=self.loop.time,
            )
            await program.start()
            await program.take_over()
            await self.runtime.tick(self._found)
            delivering = asyncio.create_task(program.delivery.run())
            await self._go(program)
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)
            await program.stop()
            await self.runtime.tick(self._compare)
        self.found.refused = self.limits.refused
        return self.found

    def _started(self, number: int) -> int:
        person = self.world.add_person(f"第{number}人")
        person.started = True
        return person.id

    def _found(self, desk: Desk) -> None:
        """So many liaisons, some to a unit, and an order of the office to check them all."""
        loading.load(desk, contact_county.files(UNITS))
        for number, chat in enumerate(self.chats):
            people.add_post(desk.tx, f"unit{number % UNITS}", "liaison", 1 + number // UNITS)
            people.add_person(desk.tx, str(chat), f"第{number}人", desk.now)
        posts = people.posts(desk.tx, "liaison")
        asked = [post.id for post in posts][: self.pings]
        for person, post_id in enumerate(asked, 1):
            holdings.take(desk.tx, post_id, person, "join", desk.now)
        round_id = checks.add_hand(desk.tx, "全体", asked, 1, desk.now)
        checks.move_round(desk.tx, round_id, "proposed", "running")
        for post_id in asked:
            checks.add(desk.tx, round_id, post_id, desk.now)

    async def _go(self, program: Program) -> None:
        """The bell rings every five seconds, until every window is over and known to be."""
        began, rules = self.loop.time(), ContactRules()
        doing: list[asyncio.Task[None]] = []
        known: set[int] = set()
        while True:
            await self.runtime.lead(seen, self.world.bot.id)
            await program.tick()
            for check in [] if self.found.seconds else await self.runtime.tick(_delivered):
                if check[0] not in known:
                    known.add(check[0])
                    doing += self._answers(*check)
            if len(known) == self.pings and not self.found.seconds:
                self.found.seconds = self.loop.time() - began
            if self.found.seconds and not await self.runtime.tick(_open):
                break
            if self.loop.time() - began > 3 * rules.window.total_seconds():
                self.found.wrong.append("it did not end")
                break
            await asyncio.sleep(4 * TICK if self.found.seconds else TICK)  # then nothing more is asked
        await asyncio.gather(*doing)

    def _answers(self, check: int, person: int, sent_at: datetime) -> list[asyncio.Task[None]]:
        which = check % 10
        if which not in (LAST, TOO_LATE):
            return []
        last = (sent_at + ContactRules().window).replace(microsecond=0)
        at = last + timedelta(milliseconds=1000 if which == TOO_LATE else 999)
        return [asyncio.create_task(self._press(check, str(self.chats[person - 1]), at))]

    async def _press(self, check: int, address: str, at: datetime) -> None:
        await asyncio.sleep((at - self.clock.now()).total_seconds())
        origin = Origin(
            self.world.bot.id, check, address, Place.PRIVATE, chat=address, pressed=True, came_at=at
        )
        await self.runtime.act(origin, Action.ACK, press, check)

    def _compare(self, desk: Desk) -> None:
        window = ContactRules().window
        for check in checks.of_round(desk.tx, 1):
            expected = "answered" if check.id % 10 == LAST else "missed"
            self.found.outcomes[check.outcome or "none"] += 1
            arrived = self.arrived[self.chats[(check.person_id or 0) - 1]]
            assert check.delivered_at is not None
            off = (check.delivered_at - arrived).total_seconds()
            self.found.off = max(self.found.off, abs(off))
            if check.outcome != expected or not 0 <= off <= 1 or check.ends != check.delivered_at + window:
                self.found.wrong.append(f"{check.id}: {check.outcome}, {off:.2f} s off")


def _delivered(desk: Desk) -> list[tuple[int, int, datetime]]:
    """(check, person, when) of whoever is being asked and has got the message."""
    return [
        (one.check.id, one.check.person_id or 0, one.sent_at)
        for one in checks.asked(desk.tx)
        if one.sent_at is not None
    ]


def _open(desk: Desk) -> int:
    return len(checks.asked(desk.tx)) + outbox.count_waiting(desk.tx, desk.now)


async def ping(folder: Path, pings: int) -> Pinged:
    """From the order to the last outcome."""
    return await _Pings(folder, pings).run()


def main() -> None:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = virtual.run(ping(Path(folder), PINGS))
    took = time.perf_counter() - began
    print(f"{found.sent:,} pings out after {found.seconds:,.0f} virtual seconds ({took:.0f} real in all)")
    print(f"refused by the pretend Telegram: {found.refused}")
    print(
        f"windows begin at most {found.off:.2f} s after the message arrived; outcomes {dict(found.outcomes)}"
    )
    print(f"wrong: {len(found.wrong)} {found.wrong[:5]}")
