"""Typed text that is no command: an answer to whatever the person is being asked."""

from __future__ import annotations

from services import acknowledging, extending, filling, importing, reviewing
from services.desk import Turn
from templates.message import Reply


def typed(turn: Turn, text: str) -> Reply:
    """The answer to a contact check; an opinion or a request for more time; a pasted block; else an answer."""
    if (acknowledged := acknowledging.typed(turn, text)) is not None:
        return acknowledged
    if reviewing.is_returning(turn):
        return reviewing.return_(turn, text)
    if extending.is_extending(turn):
        return extending.answer(turn, text)
    pasted = importing.paste(turn, text)
    return filling.answer(turn, text) if pasted is None else pasted
