"""The page's own state, and how its parts are rendered."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from simulator.model import Chat, Json, Person
from simulator.page import chats
from simulator.page.clockwork import RATES, Clockwork
from simulator.page.faults import SWITCHES, FaultSwitches
from simulator.page.live import Streams
from simulator.page.rich import rich
from simulator.page.security import guarded, new_token
from simulator.page.tour import Tour, script
from simulator.page.wording import LANGUAGES, Words, words
from simulator.refusals import WorldError
from simulator.state import is_service
from simulator.world import World

HERE = Path(__file__).parent
STATIC = HERE / "static"
SLOTS = ("a", "b")
_PANE = ("chat", "viewer", "viewers", "menu", "bottom", "pinned", "seq", "last", "bubbles")
_LEDGER_SHOWN = 30
_KIB = 1024


class Page:
    """One world's page: what was read, the tour, the streams, and the templates."""

    def __init__(
        self,
        world: World,
        *,
        status_url: str | None = None,
        zone: str = "Asia/Shanghai",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.world = world
        self.zone = ZoneInfo(zone)
        self.token = new_token()
        self.clockwork = Clockwork(world, status_url, transport)
        self.marks = chats.ReadMarks()
        self.tour = Tour(world, self.zone)
        self.streams = Streams(world)
        self.switches = FaultSwitches(world)
        self._templates = self._environment()

    def _environment(self) -> Environment:
        found = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        found.filters.update(rich=_rich, clock=self._clock, local=self._local, size=size, suffix=suffix)
        found.globals.update(full_name=chats.full_name, is_service=is_service)
        return found

    def _local(self, moment: datetime | str) -> datetime:
        """In the county's zone; JSON's moments are text."""
        read = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return read.astimezone(self.zone)

    def _clock(self, moment: datetime | str) -> str:
        return f"{self._local(moment):%H:%M}"

    async def close(self) -> None:
        await self.clockwork.close()

    # --- parts --------------------------------------------------------------------------------------

    def answer(self, template: str, request: Request, **fields: Any) -> HTMLResponse:
        """A template rendered in the visitor's language, with the page's headers."""
        t = words_of(request)
        html = self._templates.get_template(template).render(t=t, token=self.token, page=self, **fields)
        answer = HTMLResponse(html)
        guarded(answer)
        return answer

    def pane(self, slot: str, chat: Chat | None, viewer: int | None = None) -> Json:
        """Everything one chat pane shows; opening it is reading it."""
        if chat is None:
            return {**dict.fromkeys(_PANE), "slot": slot}
        seen_by = self.viewer(chat, viewer)
        self.marks.see(chat)
        self.tour.opened(chat)
        bubbles = chats.history(chat, seen_by, self.zone)
        return {**self._around_bubbles(slot, chat, seen_by), "bubbles": bubbles}

    def _around_bubbles(self, slot: str, chat: Chat, viewer: Person | None) -> Json:
        pinned = next((m for number in reversed(chat.pinned) if (m := chat.live(number))), None)
        return {
            "slot": slot,
            "chat": chat,
            "viewer": viewer,
            "viewers": chats.viewers(self.world, chat),
            "menu": chats.menu(self.world, chat, viewer),
            "bottom": chats.bottom(chat),
            "pinned": pinned,
            "seq": len(self.world.ledger.entries),
            "last": len(chat.messages),
        }

    def news(self, slot: str, chat: Chat, viewer: int | None, seq: int, last: int) -> Json:
        """What a pane that knows the chat up to `seq` and `last` has to change."""
        seen_by = self.viewer(chat, viewer)
        self.marks.see(chat)
        entries = [entry for entry in self.world.ledger.since(seq) if entry.chat == chat.id]
        touched = {entry.message_id or entry.payload.get("message_id") for entry in entries}
        numbers = {number for number in touched if isinstance(number, int)}
        bubbles = chats.changed(chat, seen_by, self.zone, numbers, last)
        gone = chats.gone(chat, numbers)
        return {**self._around_bubbles(slot, chat, seen_by), "bubbles": bubbles, "gone": gone}

    def viewer(self, chat: Chat, wanted: int | None) -> Person | None:
        """Through whose eyes a chat is seen: its person, or the wanted member of a group."""
        possible = chats.viewers(self.world, chat)
        return next((person for person in possible if person.id == wanted), possible[0] if possible else None)

    async def around(self, shown: Mapping[str, Chat | None]) -> Json:
        """Everything beside the chats: people, clock, board, faults, ledger, tour."""
        for chat in filter(None, shown.values()):
            self.marks.see(chat)
            self.tour.opened(chat)
        status = await self.clockwork.status()
        self.tour.follow(status)
        return {
            "lines": chats.listing(self.world, self.marks),
            "shown": {slot: chat.id if chat else 0 for slot, chat in shown.items()},
            "status": status,
            "now": self.world.clock.now(),
            "rate": self.world.clock.rate,
            "rates": RATES,
            "switches": [(kind, self.switches.is_on(kind)) for kind in SWITCHES],
            "blockers": [chat.person for chat in shown.values() if chat and chat.person],
            "entries": self.world.ledger.entries[-_LEDGER_SHOWN:][::-1],
            "names": self._names(),
            "steps": [step["key"] for step in script()],
            "hint": self.tour.hint(status),
        }

    def _names(self) -> dict[int, str]:
        named = {chat.id: chat.title or "" for chat in self.world.chats.values()}
        named |= {person.id: chats.full_name(person) for person in self.world.people.values()}
        return named | {self.world.bot.id: self.world.bot.first_name}

    def default_chats(self) -> tuple[Chat | None, Chat | None]:
        """Whom a newcomer sees first: the tour's first two people, or the first two chats."""
        people = dict.fromkeys(hint["who"] for step in script() for hint in step["hints"])
        if self.tour.possible:
            found = [self.tour.chat_of(who) for who in people]
        else:
            found = [*self.world.chats.values(), None, None]
        return found[0], found[1]

    def chat(self, number: str | None) -> Chat | None:
        """A chat by what stands in an address; None when it is not one."""
        try:
            return self.world.chat(int(number or 0))
        except (ValueError, WorldError):
            return None


def words_of(request: Request) -> Words:
    return words(request.cookies.get("lang", LANGUAGES[0]))


def _rich(message: Any) -> Markup:
    """A message's text or caption."""
    if message.text:
        return rich(message.text, message.entities)
    return rich(message.caption, message.caption_entities)


def size(count: int) -> str:
    """10.1 KB, as a client writes it."""
    if count < _KIB:
        return f"{count} B"
    return f"{count / _KIB:.1f} KB" if count < _KIB * _KIB else f"{count / _KIB / _KIB:.1f} MB"


def suffix(name: str) -> str:
    """What stands on a document's icon."""
    ending = name.rpartition(".")[2] if "." in name else ""
    return ending[:4].lower() if ending.isascii() else ""
