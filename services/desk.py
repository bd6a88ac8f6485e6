"""What a service works with: the desk (one transaction), the turn (one person's update), where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from forms.definition import Form
from forms.problems import Refused
from forms.table import Bases
from reporting.contact import Beat
from reporting.permissions import Place
from reporting.programme import Programme
from services.bases import bases_for
from storage import programmes, tasks
from storage.database import Tx
from storage.people import Actor
from storage.tasks import Mark, Task


class Clock(Protocol):
    """The only source of now. ``now()`` is aware and in UTC; ``beat()`` shows it beside a clock that nobody can set."""

    def now(self) -> datetime: ...

    def beat(self) -> Beat: ...


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an update came from.

    ``address`` is the sender's and ``chat`` the chat's; ``ref`` is the message's number in its chat and
    ``reply_to`` that of the message it answers. ``pressed`` is a button, which can be answered by a toast;
    ``shown_at`` is when the message with that button was written. ``came_at`` is when it was sent or pressed at the
    earliest, for all that we know.
    """

    bot_id: int
    update_id: int
    address: str
    place: Place
    ref: int = 0
    name: str = ""
    chat: str = ""
    chat_title: str = ""
    reply_to: int | None = None
    pressed: bool = False
    shown_at: datetime | None = None
    came_at: datetime | None = None


@dataclass
class Shelf:
    """What was read from rows that never change, or that change only with an event; rebuilt at any time."""

    programme_id: int = 0
    bot_name: str = ""
    programme: Programme | None = None
    forms: dict[int, Form] = field(default_factory=dict)
    restored_at: datetime | None = None
    bases: dict[int, tuple[Mark, Bases]] = field(default_factory=dict)
    # What had happened when nothing signed was waiting to enter a draft or a correction.
    looked: Mark | None = None


@dataclass(slots=True)
class Trace:
    """What a transaction was about, for the log."""

    person: int | None = None
    period: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a service works with inside one transaction."""

    tx: Tx
    now: datetime
    shelf: Shelf
    trace: Trace = field(default_factory=Trace, kw_only=True)

    @property
    def programme(self) -> Programme:
        """The programme in force; Refused when none is loaded."""
        if self.shelf.programme is None:
            raise LookupError("no programme is loaded: run `yibao load`")
        return self.shelf.programme

    def form(self, form_id: int) -> Form:
        """The form version that a sheet was opened with."""
        if form_id not in self.shelf.forms:
            stored = programmes.form_by_id(self.tx, form_id)
            self.shelf.forms[form_id] = Form.model_validate_json(stored.definition)
        return self.shelf.forms[form_id]

    def bases(self, task: Task) -> Bases:
        """What the sheet's derived cells stand on; read again only after something happened to an earlier period."""
        mark, bases = self.shelf.bases.get(task.sheet_id, (Mark(), None))
        newest, earliest = tasks.news(self.tx, mark)
        if bases is None or (earliest is not None and earliest < task.period):
            bases = bases_for(self.tx, self.form(task.form_id), task.period, self.programme.forms)
        self.shelf.bases[task.sheet_id] = (newest, bases)
        return bases

    def link(self, code: str) -> str:
        """The deep link that joins with this code; empty while the bot's name is not known."""
        return f"https://t.me/{self.shelf.bot_name}?start={code}" if self.shelf.bot_name else ""

    def called(self, unit: str) -> str:
        """A unit's name in messages."""
        known = self.programme.units.get(unit)
        return known.called if known else unit


@dataclass(frozen=True, slots=True)
class Turn(Desk):
    """One person's turn: an update being answered."""

    origin: Origin
    who: Actor | None

    @property
    def actor(self) -> Actor:
        """The acting person; a stranger is refused."""
        if self.who is None:
            raise Refused("stranger")
        return self.who

    @property
    def person(self) -> int:
        return self.actor.person_id
