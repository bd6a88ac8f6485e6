"""Server-sent events: one stream for each open page, fed by the ledger."""

import asyncio
import json
from collections.abc import AsyncIterator

from simulator.ledger import Entry
from simulator.model import Json
from simulator.world import World

# A comment now and then, so that a connection that is gone is noticed.
HEARTBEAT = 15.0
# What happens at the same moment is told together.
TOGETHER = 0.03


class Stream:
    """What one page has yet to hear: chats that changed, toasts, who is typing, and whether the clock moved."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._chats: dict[int, None] = {}
        self._others: list[tuple[str, Json]] = []

    def hear(self, entry: Entry) -> None:
        """One accepted action; tests move the world from another thread."""
        self._loop.call_soon_threadsafe(self._take, entry)

    def moved(self) -> None:
        """The clock, a fault or something else at the side changed."""
        self._others.append(("side", {}))
        self._wake.set()

    def _take(self, entry: Entry) -> None:
        if entry.method.lower() == "answercallbackquery":
            self._others.append(("answered", self._toast(entry)))
        elif entry.method.lower() == "sendchataction":
            self._others.append(("typing", {"chat": entry.chat}))
        elif entry.chat is not None:
            self._chats[entry.chat] = None
        self._wake.set()

    def _toast(self, entry: Entry) -> Json:
        press = self._world.presses.get(entry.payload.get("callback_query_id", ""))
        said = {name: entry.payload.get(name) for name in ("text", "alert")}
        return {"chat": entry.chat, "person": press.person.id if press else None, **said}

    async def events(self) -> AsyncIterator[str]:
        """The stream itself, until the page goes away."""
        yield event("hello", {})
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), HEARTBEAT)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            await asyncio.sleep(TOGETHER)
            self._wake.clear()
            for made in self._drain():
                yield made

    def _drain(self) -> list[str]:
        others, self._others = self._others, []
        chats, self._chats = list(self._chats), {}
        made = [event(name, data) for name, data in others]
        return [*made, event("news", {"chats": chats})] if chats else made


class Streams:
    """All open pages of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._open: set[Stream] = set()

    async def listen(self) -> AsyncIterator[str]:
        """Events for one page; it is forgotten when its connection ends."""
        stream = Stream(self._world)
        self._open.add(stream)
        self._world.ledger.listeners.append(stream.hear)
        try:
            async for text in stream.events():
                yield text
        finally:
            self._world.ledger.listeners.remove(stream.hear)
            self._open.discard(stream)

    def moved(self) -> None:
        for stream in self._open:
            stream.moved()


def event(name: str, data: Json) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
