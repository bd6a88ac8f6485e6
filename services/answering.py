"""Typed text that is no command: an answer to whatever the person is being asked."""

from __future__ import annotations

from services import extending, filling, importing, reviewing
from services.desk import Turn
from templates.message import Reply


def typed(turn: Turn, text: str) -> Reply:
    """An opinion or a request for more time that is being asked for, else a pasted block, else an answer."""
    if reviewing.is_returning(turn):
        return reviewing.return_(turn, text)
    if extending.is_extending(turn):
        return extending.answer(turn, text)
    pasted = importing.paste(turn, text)
    return filling.answer(turn, text) if pasted is None else pasted
