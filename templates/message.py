"""What is said, as data: sent after the commit, in order, by whoever holds the channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from templates import picture_model
from templates.chart_model import Chart, chart_from_json
from templates.picture_model import Picture


@dataclass(frozen=True, slots=True)
class Button:
    """``data`` is ``verb:id:version`` and goes back to the program unchanged; 64 bytes at most."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message. ``text`` is escaped HTML of the few tags that the messenger knows; only templates make it.

    ``asks`` is the conversation's version when this message asks its question, else None. ``picture`` is shown
    before the text and says nothing that the text does not.
    """

    text: Markup
    buttons: tuple[tuple[Button, ...], ...] = ()
    asks: int | None = None
    picture: Picture | Chart | None = None

    def as_json(self) -> dict[str, Any]:
        buttons = [[[b.label, b.data] for b in row] for row in self.buttons]
        shown = {"picture": self.picture.as_json()} if self.picture else {}
        return {"text": str(self.text), "buttons": buttons, **shown}


def from_json(content: Mapping[str, Any]) -> Message:
    """Read back what ``as_json`` wrote into an outbox row."""
    rows = tuple(tuple(Button(label, data) for label, data in row) for row in content["buttons"])
    shown = content.get("picture")
    picture = _picture(shown) if shown else None
    return Message(Markup(content["text"]), rows, picture=picture)  # noqa: S704 - as_json wrote it


def _picture(shown: Mapping[str, Any]) -> Picture | Chart:
    return chart_from_json(shown) if "chart" in shown else picture_model.from_json(shown)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document for the person present: rendered already, or ``drawn`` once the transaction is over."""

    name: str
    content: bytes = b""
    drawn: Callable[[], bytes] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """All that the person present is told: a toast on the pressed button, then messages in order.

    ``settled`` takes the buttons off the pressed message, because they have done their work. ``edit``
    replaces the pressed message instead of writing a new one. ``menu_for`` are the roles that the person
    has from now on, so that the messenger's command menu can follow.
    """

    messages: tuple[Message, ...] = ()
    toast: str = ""
    settled: bool = False
    edit: Message | None = None
    attachments: tuple[Attachment, ...] = ()
    menu_for: frozenset[str] = frozenset()


SILENCE = Reply()
