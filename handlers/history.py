"""历史数据: the admin's commands and buttons."""

from __future__ import annotations

from collections.abc import Callable

from telegram import Update

from handlers.edge import Door
from reporting.permissions import Action
from services import history
from services.desk import Turn
from templates.message import Reply

ACTION = Action.HISTORY

ON_QUESTION: dict[str, Callable[[Turn], Reply]] = {"load": history.load, "unload": history.unload}


async def offer(door: Door, update: Update, name: str) -> None:
    """历史数据, or with the table's name behind it."""
    await door.let(update, ACTION, history.offer, name)


async def offer_one(door: Door, update: Update, place: int) -> None:
    await door.let(update, ACTION, history.offer_one, place)


async def load(door: Door, update: Update, _: str) -> None:
    await door.let(update, ACTION, history.load)


async def unload(door: Door, update: Update, _: str) -> None:
    await door.let(update, ACTION, history.unload)
