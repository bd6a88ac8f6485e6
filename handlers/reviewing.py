"""A signatory's commands and buttons."""

from __future__ import annotations

from collections.abc import Callable

from telegram import Update

from handlers.edge import Door
from reporting.permissions import Action
from services import reviewing
from services.desk import Turn
from templates.message import Reply

ACTION = Action.REVIEW

ON_TASK: dict[str, Callable[[Turn, int], Reply]] = {
    "sign": reviewing.sign,
    "return": reviewing.start_return,
}

ON_QUESTION: dict[str, Callable[[Turn], Reply]] = {"unreturn": reviewing.unreturn}


async def sign(door: Door, update: Update, _: str) -> None:
    await door.let(update, ACTION, reviewing.sign)


async def return_(door: Door, update: Update, opinion: str) -> None:
    """退回, or 退回 3 与通报不一致 in one message."""
    if opinion:
        await door.let(update, ACTION, reviewing.return_at_once, opinion)
        return
    await door.let(update, ACTION, reviewing.start_return)
