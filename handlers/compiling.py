"""The lead unit's sheet and the office's digest."""

from __future__ import annotations

from collections.abc import Callable

from telegram import Update

from handlers.edge import Door
from reporting.permissions import Action
from services import assessing, compiling, drafting, highlighting, publishing
from services.desk import Turn
from templates.message import Reply

# Buttons of a draft: whose they are, and what they do with its name and version.
ON_DRAFT: dict[str, tuple[Action, Callable[[Turn, str, int], Reply]]] = {
    "publish": (Action.PUBLISH, publishing.publish),
    "look": (Action.DIGEST, drafting.look),
    "release": (Action.RELEASE, publishing.release),
    "unrelease": (Action.RELEASE, publishing.unrelease),
}
# Buttons under a published digest: what they do with its number and a place.
ON_EDITION: dict[str, Callable[[Turn, int, int], Reply]] = {
    "get": publishing.get,
    "pictures": lambda turn, number, _: publishing.pictures(turn, number),
}
# Typed commands with something behind them.
WITH_REST: dict[str, tuple[Action, Callable[[Turn, str], Reply]]] = {
    **{name: (Action.DRAFT, write) for name, write in drafting.WRITING.items()},
    "highlights": (Action.DRAFT, highlighting.highlights),
    "ledger": (Action.DECIDE, assessing.book),
    "assessment": (Action.DECIDE, assessing.assessment),
}


async def sheet(door: Door, update: Update, _: str) -> None:
    await door.let(update, Action.BOARD, compiling.sheet)


async def digest(door: Door, update: Update, _: str) -> None:
    await door.let(update, Action.DIGEST, publishing.show)


async def publish(door: Door, update: Update, _: str) -> None:
    await door.let(update, Action.PUBLISH, publishing.publish)


async def release(door: Door, update: Update, _: str) -> None:
    await door.let(update, Action.RELEASE, publishing.release)
