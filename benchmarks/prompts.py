"""Prompts through the real delivery to a pretend Telegram that enforces its limits strictly, in virtual time.

30 messages a second in all, 1 a second to a chat, 20 a minute to a group: nothing may be refused, and little
of what is allowed may be wasted. One in fifty people gets three letters, and a few groups get a burst.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from telegram.request import HTTPXRequest

from benchmarks import virtual
from bot.clock import VirtualClock
from bot.program import Program
from services.desk import Desk
from services.runtime import Runtime
from simulator.app import create_app
from simulator.limits import Limits
from simulator.transport import InProcessTransport
from simulator.world import World
from storage import outbox, people
from storage.migrate import upgrade
from storage.outbox import Recipient

ALLOWED = 30
PROMPTS = 10_000
GROUPS = 5
BURST = 25


@dataclass(frozen=True, slots=True)
class Delivered:
    """``refused`` counts 429 answers; ``seconds`` are virtual."""

    sent: int
    refused: int
    seconds: float

    @property
    def share(self) -> float:
        """Of what Telegram allows."""
        return self.sent / self.seconds / ALLOWED


class _Counted(Limits):
    """Strict limits on the loop's clock, counting refusals."""

    refused = 0

    def retry_after(self, chat_id: int | None, count: int = 1) -> int | None:
        wait = super().retry_after(chat_id, count)
        self.refused += wait is not None
        return wait


def _write(desk: Desk, chats: list[int], groups: list[int]) -> int:
    """A prompt for everybody, two more for every fiftieth, and a burst for each group; returns how many."""
    count = 0
    people.add_unit(desk.tx, "office", "合成县人民政府办公室", "县府办")
    people.add_post(desk.tx, "office", "admin")
    (admin,) = people.posts(desk.tx, "admin")
    for chat in groups:
        people.put_group(desk.tx, str(chat), "群", present=True)
        known = people.group_by_address(desk.tx, str(chat))
        assert known is not None
        people.register_group(desk.tx, known.id, admin.id)
        for copy in range(BURST):
            _put(desk, f"group:{chat}:{copy}", Recipient(group_id=known.id))
            count += 1
    for number, chat in enumerate(chats):
        person = people.add_person(desk.tx, str(chat), f"第{number}人", desk.now)
        for copy in range(3 if number % 50 == 0 else 1):
            _put(desk, f"prompt:{number}:{copy}", Recipient(person_id=person))
            count += 1
    return count


def _put(desk: Desk, key: str, to: Recipient) -> None:
    outbox.put(desk.tx, key, "prompt", to, {"text": "请于今天17:30前报送", "buttons": []}, desk.now)


async def deliver(folder: Path, prompts: int, groups: int = GROUPS) -> Delivered:
    """Everything from the first claim to the last message in the ledger."""
    loop = asyncio.get_running_loop()
    url = f"sqlite:///{folder / 'prompts.db'}"
    upgrade(url)
    world = World()
    world.limits = limits = _Counted(on=True, monotonic=loop.time)
    chats = [_started(world, number) for number in range(prompts)]
    joined = [_joined(world, chats[0]) for _ in range(groups)]
    async with virtual.WatchedDatabase(url) as database:
        runtime = Runtime(database, VirtualClock(datetime(2008, 7, 2, 1, tzinfo=UTC)))
        transport = InProcessTransport(create_app(world))
        program = Program(
            runtime,
            world.token,
            "http://testserver",
            request=lambda: HTTPXRequest(httpx_kwargs={"transport": transport}),
            monotonic=loop.time,
        )
        await program.start()
        await program.take_over()
        count = await runtime.tick(_write, chats, joined)
        start = loop.time()
        delivering = asyncio.create_task(program.delivery.run())
        while await runtime.tick(_left):
            await asyncio.sleep(1.0)
            if delivering.done():
                await delivering  # raises what ended it
        seconds = loop.time() - start
        delivering.cancel()
        await asyncio.gather(delivering, return_exceptions=True)
        await program.stop()
    said = sum(entry.method == "sendMessage" for entry in world.ledger.since(0))
    assert said == count, f"{count} letters, {said} messages"
    return Delivered(said, limits.refused, seconds)


def _left(desk: Desk) -> int:
    return outbox.count_waiting(desk.tx, desk.now)


def _started(world: World, number: int) -> int:
    person = world.add_person(f"第{number}人")
    person.started = True
    return person.id


def _joined(world: World, creator: int) -> int:
    group = world.add_group("群", creator=creator)
    world.add_bot(group, creator)
    return group.id


def main() -> None:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = virtual.run(deliver(Path(folder), PROMPTS))
    took = time.perf_counter() - began
    print(f"{found.sent:,} messages in {found.seconds:,.0f} virtual seconds ({took:.0f} real)")
    print(f"refused by the pretend Telegram: {found.refused}; of the allowed rate used: {found.share:.1%}")
