"""The record of what happened, for admins."""

from __future__ import annotations

from telegram import Update

from handlers.edge import Door
from reporting.permissions import Action
from services import trail


async def show(door: Door, update: Update, words: str) -> None:
    """审计, with conditions behind it: a unit, a name, a day, what was done."""
    await door.let(update, Action.AUDIT, trail.show, words)


async def export(door: Door, update: Update) -> None:
    await door.let(update, Action.AUDIT, trail.export)
