"""Typed text that is no command: an answer to whatever the person is being asked."""

from __future__ import annotations

from services import filling, importing, reviewing
from services.desk import Turn
from templates.message import Reply


def typed(turn: Turn, text: str) -> Reply:
    """An opinion when a report is being returned, else a pasted block, else an answer to the open question."""
    if reviewing.is_returning(turn):
        return reviewing.return_(turn, text)
    pasted = importing.paste(turn, text)
    return filling.answer(turn, text) if pasted is None else pasted
