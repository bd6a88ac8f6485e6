"""The guided tour: five steps through one round, and for each moment where to press next."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice, takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

from simulator.model import Chat, Json, Message
from simulator.page.chats import backwards
from simulator.world import World

_SCRIPT = Path(__file__).parent / "tour.toml"
# How many messages back a button may still be meant.
_RECENT = 12


@dataclass(frozen=True, slots=True)
class Hint:
    """The next thing to do: move the clock to `jump`, or in `chat` press, type, or only look."""

    chat: int | None = None
    who: str = ""
    jump: datetime | None = None
    press: str = ""
    type: str = ""
    message_id: int | None = None

    @property
    def kind(self) -> str:
        kinds = {"jump": self.jump, "press": self.press, "type": self.type, "look": self.chat}
        return next((name for name, value in kinds.items() if value), "wait")


@cache
def script() -> list[Json]:
    """The steps as written."""
    steps: list[Json] = tomllib.loads(_SCRIPT.read_text(encoding="utf-8"))["steps"]
    return steps


class Tour:
    """One visitor's way through the steps. A step is done when the program's own board says so."""

    def __init__(self, world: World, zone: ZoneInfo) -> None:
        self.world = world
        self.zone = zone
        self.on = False
        self.step = 0
        self.period = ""
        self._start = world.clock.now()
        self._since = 0
        self._opened: set[int] = set()

    @property
    def possible(self) -> bool:
        """Whether everybody whom the script names is here."""
        return all(self.chat_of(hint["who"]) for step in script() for hint in step["hints"])

    @property
    def finished(self) -> bool:
        return self.step >= len(script())

    def begin(self, status: Json | None) -> None:
        """Start at step one, with the round that is open or the next one."""
        self.on, self.step, self.period = True, 0, _round(status)
        self._start = self._opening(status) or self.world.clock.now()
        self._turn_page()

    def skip(self) -> None:
        """Leave this step for the next."""
        self.step = min(self.step + 1, len(script()))
        self._turn_page()

    def opened(self, chat: Chat) -> None:
        """Somebody is looking at this chat now."""
        self._opened.add(chat.id)

    def follow(self, status: Json | None) -> None:
        """Go past every step that is done."""
        while self.on and not self.finished and self._done(script()[self.step], status):
            self.step += 1
            self._turn_page()

    def hint(self, status: Json | None) -> Hint:
        """What to do next in this step."""
        if not self.on or self.finished or status is None:
            return Hint()
        step = script()[self.step]
        wanted = self._moment(step, status)
        if wanted is not None and datetime.fromisoformat(status["now"]) < wanted:
            return Hint(jump=wanted)
        found = (self._fits(each) for each in step["hints"])
        return next((hint for hint in found if hint), Hint())

    def _turn_page(self) -> None:
        self._since, self._opened = len(self.world.ledger.entries), set()

    def chat_of(self, who: str) -> Chat | None:
        if who == "group":
            return next(
                (c for c in self.world.chats.values() if not c.is_private and c.migrated_to is None), None
            )
        return next((c for c in self.world.chats.values() if c.person and c.person.about == who), None)

    def _done(self, step: Json, status: Json | None) -> bool:
        wanted, board = step["done"], (status or {}).get("board") or {}
        if "opened" in wanted:
            chat = self.chat_of(wanted["opened"])
            return chat is not None and chat.id in self._opened
        if board.get("period") != self.period:
            return False
        if "digest" in wanted:
            return bool(board["digest"] == wanted["digest"])
        return _state(board, wanted["form"], wanted["unit"]) in wanted["states"]

    def _opening(self, status: Json | None) -> datetime | None:
        periods = (status or {}).get("periods", [])
        opens = next((each["opens"] for each in periods if each["period"] == self.period), None)
        return datetime.fromisoformat(opens).astimezone(self.zone) if opens else None

    def _moment(self, step: Json, status: Json) -> datetime | None:
        """Before when this step cannot be done: the round's opening, or its own day."""
        start, day = self._opening(status), step.get("from")
        return start.replace(day=day["day"], hour=day["hour"], minute=0) if start and day else start

    def _fits(self, hint: Json) -> Hint | None:
        chat = self.chat_of(hint["who"])
        if chat is None or (hint.get("once") and self._pressed(chat, hint["press"])):
            return None
        if hint.get("open"):
            return Hint(chat.id, hint["who"])
        for message in self._recent(chat):
            if hint["sees"] not in message.text:
                continue
            if "type" in hint:
                # A question counts only while it is the newest thing said.
                newest = message is next(self._recent(chat))
                return Hint(chat.id, hint["who"], type=hint["type"]) if newest else None
            if any(button.text == hint["press"] for row in message.buttons for button in row):
                return Hint(chat.id, hint["who"], press=hint["press"], message_id=message.message_id)
        return None

    def _recent(self, chat: Chat) -> Iterator[Message]:
        """What the bot said last here, in this round only: buttons of an earlier one are stale."""
        said = (message for message in backwards(chat, len(chat.messages)) if message.from_bot)
        return takewhile(lambda message: message.date >= self._start, islice(said, _RECENT))

    def _pressed(self, chat: Chat, label: str) -> bool:
        entries = self.world.ledger.since(self._since)
        return any(
            e.method == "press" and e.chat == chat.id and e.payload.get("label") == label for e in entries
        )


def _round(status: Json | None) -> str:
    """The period of the round that is open and not published, or of the next one to open."""
    board = (status or {}).get("board") or {}
    if board and board["digest"] != "published":
        return str(board["period"])
    opening = (each for moment in (status or {}).get("next", []) for each in moment["does"])
    return next((str(each["period"]) for each in opening if each["kind"] == "open"), "")


def _state(board: Json, form: str, unit: str) -> str:
    keys = [each["key"] for each in board["forms"]]
    cells: list[Json | None] = next((each["cells"] for each in board["units"] if each["unit"] == unit), [])
    cell = dict(zip(keys, cells, strict=False)).get(form)
    return str(cell["state"]) if cell else ""
