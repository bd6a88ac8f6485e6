"""The board, chasing, the formal reminder, who had the ball."""

from __future__ import annotations

from collections.abc import Callable

from telegram import Update

from handlers.edge import Door
from reporting.permissions import Action
from services import board
from services.desk import Turn
from templates.message import Reply

# Buttons of the board: whose they are, and what they do with a period.
PRESSED: dict[str, tuple[Action, Callable[[Turn, str], Reply]]] = {
    "clocks": (Action.OVERSEE, board.clocks),
    "chase": (Action.CHASE, board.chase),
    "chaser": (Action.CHASE, board.chaser),
}


async def show(door: Door, update: Update, _: str) -> None:
    await door.let(update, Action.OVERSEE, board.board)


async def chaser(door: Door, update: Update, _: str) -> None:
    await door.let(update, Action.CHASE, board.chaser)
