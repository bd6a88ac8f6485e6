"""The program as it runs among its troubles: killed and started, cut off and reached again, its clock moved; and its people.

The bell, the services, the rules and the database are the real ones; polling and sending are played as ``bot`` does them.
"""

from __future__ import annotations

import hashlib
import heapq
import itertools
import random
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks import contact_county
from benchmarks.contact_truth import DAY, HOUR, MINUTE, SECOND, Asked, Away, Trouble, span, troubles
from reporting.checking import HEARING, came_at
from reporting.contact import Beat
from reporting.permissions import Action, Place
from reporting.settings import EVERYWHERE, Change, Key
from schedules.cycle import ring
from services import acknowledging, answering, duty, joining, letters
from services.board import awake
from services.desk import Desk, Origin
from services.runtime import Runtime
from storage import checks, leaves, settings
from storage.database import Database
from storage.outbox import Letter

BEGINS = datetime(2008, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
BOT = 1
# One message after another: some thirty a second.
EACH = 40
# Telegram forgets what nobody fetched for so long.
KEPT = 24 * HOUR
TICK = 5 * SECOND
LONGEST_POLL = 25 * SECOND
TROUBLES_A_MONTH = 45
# Of a hundred pings so many are delivered by a program that is killed before it notes it.
IN_DOUBT = 1


class Wall:
    """The program's clock: true milliseconds, and by how much somebody has moved it."""

    def __init__(self) -> None:
        self.at = 0
        self.ahead = 0

    def shown(self, at: int) -> datetime:
        return BEGINS + timedelta(milliseconds=at + self.ahead)

    def now(self) -> datetime:
        return self.shown(self.at)

    def beat(self) -> Beat:
        return Beat(self.now(), self.at / SECOND)


@dataclass(frozen=True, slots=True)
class Doing:
    """What somebody does on their telephone; ``check`` is the one whose button they press."""

    person: int
    how: str
    check: int
    at: int


class Machine:
    """One run."""

    zone = ZoneInfo("Asia/Shanghai")

    def __init__(self, database: Database, liaisons: int, months: int, seed: int) -> None:
        self.database = database
        self.liaisons = liaisons
        self.months = months
        self.seed = seed
        self.clock = Wall()
        self.dice = random.Random(seed)
        self.until = months * 30 * DAY
        self.troubles: list[Trouble] = troubles(
            random.Random(f"{seed} troubles"), self.until, TROUBLES_A_MONTH
        )
        self.away: list[Away] = []
        self.asked: dict[int, Asked] = {}
        self.runtime = Runtime(database, self.clock)
        self.up = self.reached = True
        self._of_person: defaultdict[int, deque[Asked]] = defaultdict(lambda: deque(maxlen=9))
        self._blocked: set[int] = set()
        self._waiting: list[Doing] = []
        self._listened: datetime | None = None
        self._silent_since: datetime | None = None
        self._seen: datetime | None = None
        self._wake = BEGINS
        self._heap: list[tuple[int, int, Callable[[], Awaitable[None]]]] = []
        self._order = itertools.count()
        self._updates, self._refs, self._seeds = itertools.count(1), itertools.count(1), itertools.count(1)

    # --- time --------------------------------------------------------------------------------------

    def _later(self, at: int, what: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self._heap, (at, next(self._order), what))

    async def run(self) -> None:
        self.holders = await self.database.run(self._found)
        self._plan()
        await self._start()
        while self.clock.at < self.until:
            ringing = self._next_ring()
            if self._heap and self._heap[0][0] <= ringing:
                at, _, what = heapq.heappop(self._heap)
                self.clock.at = max(self.clock.at, at)
                await what()
            else:
                self.clock.at = max(self.clock.at, ringing)
                await self._ring()

    def _next_ring(self) -> int:
        """The first ring of the bell, which rings every five seconds, at which something may be due."""
        if not self.up:
            return self.until
        wait = (self._wake - self.clock.now()) // timedelta(milliseconds=1)
        return self.clock.at + max(wait, 0) + 1 + self.clock.at % TICK

    def _found(self, tx: Any) -> dict[tuple[str, str], int]:
        desk = Desk(tx, self.clock.now(), self.runtime.shelf)
        for key, value in {
            Key.CONTACT_OFTEN: "1",
            Key.CONTACT_HOURS: {"from": "00:00", "to": "00:00"},
        }.items():
            settings.put(tx, Change(key, EVERYWHERE, None, value), desk.now)
        holders = contact_county.found(desk, self.liaisons)
        self.away = list(self._leaves(holders))
        for one in self.away:
            leaves.add(tx, one.person, one.stand_in, one.since, one.until, "", desk.now)
        return holders

    def _leaves(self, holders: dict[tuple[str, str], int]) -> Iterator[Away]:
        """A few days now and then; the unit's deputy stands in."""
        dice = random.Random(f"{self.seed} leaves")
        for (unit, role), person in sorted(holders.items()):
            if role != "liaison" or (unit, "deputy") not in holders:
                continue
            day = dice.randrange(40)
            while day < self.months * 30:
                lasts = dice.randrange(1, 8)
                first = BEGINS + timedelta(days=day)
                yield Away(person, holders[unit, "deputy"], first, first + timedelta(days=lasts))
                day += lasts + dice.randrange(20, 70)

    def _plan(self) -> None:
        for one in self.troubles:
            self._trouble(one)
        dice = random.Random(f"{self.seed} blocked")
        for (_, role), person in sorted(self.holders.items()):
            at = dice.randrange(60 * DAY)
            while role != "signatory" and at < self.until:
                lasts = span(dice, HOUR, 3 * DAY)
                self._later(at, lambda person=person: self._blocks(person, True))  # type: ignore[misc]
                self._later(at + lasts, lambda person=person: self._blocks(person, False))  # type: ignore[misc]
                at += lasts + dice.randrange(20 * DAY, 120 * DAY)

    # --- troubles ----------------------------------------------------------------------------------

    def _trouble(self, one: Trouble) -> None:
        # The bell rang, and was noted, at most so long before.
        before = max(one.start - self.dice.randrange(1, TICK), 0)
        self._later(before, self._ring)
        if one.kind == "moved":
            self._later(one.start, lambda: self._moved(one.ahead))
            self._later(one.start + self.dice.randrange(1, TICK), self._ring)
        elif one.kind == "unreached":
            self._later(one.start, self._cut_off)
            self._later(one.end, self._reached_again)
        else:
            self._later(one.start, self._killed)
            if one.ahead:
                self._later((one.start + one.end) // 2, lambda: self._moved(one.ahead))
            self._later(one.end, self._start)

    async def _moved(self, by: int) -> None:
        self.clock.ahead += by

    async def _cut_off(self) -> None:
        self.reached = False
        if self.up:
            self._listened = self.clock.now() - timedelta(milliseconds=self.dice.randrange(LONGEST_POLL))
            self._silent_since = self._silent_since or self._listened

    async def _reached_again(self) -> None:
        self.reached = True
        if self.up:
            await self._take_all()
            await self._ring()

    async def _killed(self) -> None:
        self.up = False

    async def _start(self) -> None:
        """As the program takes over: nothing is kept in memory."""
        self.up = True
        self.runtime = Runtime(self.database, self.clock)
        term, seen = await self.runtime.tick(duty.begin, BOT)
        self.runtime.duty = (BOT, term)
        self._listened, self._silent_since, self._seen = None, seen, None
        await self.runtime.lead(letters.recover)
        await self.runtime.lead(awake)
        await self._ring()
        if self.reached:
            await self._take_all()
            await self._ring()

    # --- intake ------------------------------------------------------------------------------------

    async def _take_all(self) -> None:
        """The first poll after a silence: whatever Telegram kept, then what that silence was."""
        came = came_at(self.clock.now(), self._listened or self._silent_since, waited=False)
        kept = [one for one in self._waiting if self.clock.at - one.at < KEPT]
        self._waiting.clear()
        self._listened = self.clock.now()
        for one in kept:
            await self._take(one, came)
        if self._silent_since is not None:
            await self.runtime.lead(duty.gap, self._silent_since)
            self._silent_since = None
        await self._note_seen()

    async def _note_seen(self) -> None:
        await self.runtime.lead(duty.seen, BOT)
        self._seen = self.clock.now()

    async def _does(self, one: Doing) -> None:
        """Somebody does something; it is heard now, or when the program listens again."""
        if one.person in self._blocked:
            return
        for asked in self._of_person[one.person]:
            asked.answers.append((self.clock.at, self.clock.now()))
        if self.up and self.reached:
            await self._take(one, self.clock.now())
        else:
            self._waiting.append(one)

    async def _take(self, one: Doing, came: datetime) -> None:
        address = str(1000 + one.person - self.first)
        pressed = one.how == "press"
        origin = Origin(
            BOT, next(self._updates), address, Place.PRIVATE, next(self._refs), chat=address, pressed=pressed,
            came_at=came,
        )  # fmt: skip
        if pressed:
            await self.runtime.act(origin, Action.ACK, acknowledging.press, one.check)
        elif one.how == "typed":
            await self.runtime.act(origin, Action.ANSWER, answering.typed, "收到")
        else:
            await self.runtime.act(origin, Action.STATUS, joining.status)
        await self._look_ahead()

    @property
    def first(self) -> int:
        return min(self.holders.values())

    async def _blocks(self, person: int, blocks: bool) -> None:
        (self._blocked.add if blocks else self._blocked.discard)(person)
        if self.up and self.reached:
            origin = Origin(BOT, next(self._updates), str(1000 + person - self.first), Place.PRIVATE)
            await self.runtime.tick(letters.person_changed, origin, not blocks)

    # --- the bell and delivery ---------------------------------------------------------------------

    def _fresh_seed(self) -> str:
        return hashlib.sha256(f"{self.seed} {next(self._seeds)}".encode()).hexdigest()[:32]

    async def _ring(self) -> None:
        if not self.up:
            return
        listens = self.reached and self._silent_since is None
        if listens and (self._seen is None or abs(self.clock.now() - self._seen) >= timedelta(minutes=1)):
            await self._note_seen()
        await ring(self.runtime, self._fresh_seed)
        if self.reached:
            await self._deliver()
        await self._look_ahead()

    async def _look_ahead(self) -> None:
        self._wake = await self.runtime.tick(_next_due)

    async def _deliver(self) -> None:
        while self.up and (found := await self.runtime.lead(letters.claim)):
            for letter in found:
                if self.up:  # whatever else was claimed is in doubt after a kill
                    self.clock.at += EACH
                    await self._send(letter)

    async def _send(self, letter: Letter) -> None:
        if letter.address is None or not letter.reachable:
            await self.runtime.tick(letters.nobody, letter)
            return
        if letter.person_id in self._blocked:
            await self.runtime.tick(letters.unreachable, letter, "blocked")
            return
        if not letter.key.startswith("contact:"):
            await self.runtime.tick(letters.sent, letter, next(self._refs))
            return
        _, number, which = letter.key.split(":")
        check = await self.runtime.tick(lambda desk: checks.by_id(desk.tx, int(number)))
        assert check is not None
        assert letter.person_id is not None
        fresh = which == "1" and check.id not in self.asked
        if fresh:
            holder = self.holders[check.unit, "liaison"]
            window = timedelta(seconds=check.window)
            self.asked[check.id] = asked = Asked(holder, letter.person_id, window, self.clock.at)
            self._of_person[letter.person_id].append(asked)
            dice = random.Random(f"{self.seed} {check.unit} {check.due_at}")
            for one in self._reactions(dice, letter.person_id, check.id, window):
                self._later(one.at, lambda one=one: self._does(one))  # type: ignore[misc]
            if dice.randrange(100) < IN_DOUBT:
                self.up = False
                lasts = span(dice, SECOND, 20 * MINUTE)
                self.troubles.append(Trouble("killed", self.clock.at, self.clock.at + lasts))
                self._later(self.clock.at + lasts, self._start)
                return
        if which == "deputy" and self.dice.random() < 0.5:
            at = self.clock.at + span(self.dice, SECOND, HOUR)
            pressed = Doing(letter.person_id, "press", check.id, at)
            self._later(at, lambda: self._does(pressed))
        if which == "1":
            asked = self.asked[check.id]
            asked.delivered, asked.wall = self.clock.at, self.clock.now()
        await self.runtime.tick(letters.sent, letter, next(self._refs))

    def _reactions(self, dice: random.Random, person: int, check: int, window: timedelta) -> Iterator[Doing]:
        """In time, in the last second, too late, or not at all."""
        length = window // timedelta(milliseconds=1)
        how = dice.choice(["press", "press", "typed", "other"])
        chance = dice.random()
        if chance < 0.7:
            after = span(dice, SECOND, length - SECOND)
        elif chance < 0.85:
            # The end of the window, as the telephone's clock shows it, and all of its last second.
            ends = (self.clock.at + self.clock.ahead + length) // SECOND * SECOND
            after = ends + dice.randrange(SECOND) - self.clock.at - self.clock.ahead
        elif chance < 0.9:
            after = length + SECOND + dice.randrange(HEARING // timedelta(milliseconds=1) * 10)
        else:
            return
        yield Doing(person, how, check, self.clock.at + after)


def _next_due(desk: Desk) -> datetime:
    """When anything can be due at all; whatever comes in meanwhile rings the bell by itself."""
    soon = desk.now + timedelta(hours=12)
    local = desk.now.astimezone(Machine.zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), Machine.zone)
    moments = [soon, midnight, *(one.due_at for one in checks.due(desk.tx, soon))]
    for one in checks.asked(desk.tx):
        if one.sent_at is None:
            continue
        ends = one.sent_at + timedelta(seconds=one.check.window)
        moments += [one.sent_at + timedelta(seconds=one.check.second), ends + HEARING + timedelta(seconds=3)]
    moments += [
        one.deputy_asked_at + timedelta(seconds=one.second)
        for one in checks.escalating(desk.tx)
        if one.deputy_asked_at
    ]
    # What is not done in its time waits for something else: that rings by itself, this is to be sure.
    return min(one if one > desk.now else desk.now + timedelta(minutes=5) for one in moments)
