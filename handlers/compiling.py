"""The lead unit's sheet and the office's digest."""

from __future__ import annotations

from telegram import Update

from handlers.edge import Door
from reporting.permissions import Action
from services import compiling


async def sheet(door: Door, update: Update, _: str) -> None:
    await door.let(update, Action.BOARD, compiling.sheet)


async def digest(door: Door, update: Update, _: str) -> None:
    await door.let(update, Action.DIGEST, compiling.show_draft)


async def publish(door: Door, update: Update, _: str) -> None:
    await door.let(update, Action.PUBLISH, compiling.publish)
