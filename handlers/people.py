"""The roster, requests, leave, a person's own data."""

from __future__ import annotations

from collections.abc import Callable

from telegram import Update

from handlers.edge import Door
from reporting.permissions import Action
from services import erasing, invite_lists, leaving, requests, roster, staff
from services.desk import Turn
from templates.message import Reply

# Typed commands that nothing follows, and what one must be allowed for them.
ALONE: dict[str, tuple[Action, Callable[[Turn], Reply]]] = {
    "roster": (Action.ROSTER, roster.send),
    "invites": (Action.ROSTER, invite_lists.invite_missing),
    "backtowork": (Action.LEAVE, leaving.end),
    "mydata": (Action.OWN_DATA, erasing.own_data),
}

# Typed commands with something behind them.
WITH_REST: dict[str, tuple[Action, Callable[[Turn, str], Reply]]] = {
    "replace": (Action.REPLACE, requests.ask_replacement),
    "erase": (Action.ERASE, requests.ask_erasure),
    "agree": (Action.DECIDE, requests.agree_typed),
    "disagree": (Action.DECIDE, requests.disagree),
    "leave": (Action.LEAVE, leaving.report),
}

# Buttons that show people: by class and unit.
ON_UNIT: dict[str, tuple[Action, Callable[[Turn, str], Reply]]] = {"staff": (Action.PEOPLE, staff.pick)}

# Buttons with the number of what they are about.
ON_NUMBER: dict[str, tuple[Action, Callable[[Turn, int], Reply]]] = {
    "rosterset": (Action.ROSTER, roster.confirm),
    "rosterdrop": (Action.ROSTER, roster.discard),
    "unseat": (Action.ROSTER, staff.unseat),
    "agree": (Action.DECIDE, requests.agree),
    "disagree": (Action.DECIDE, requests.how_to_disagree),
    "backtowork": (Action.LEAVE, leaving.end),
}


async def who(door: Door, update: Update, rest: str) -> None:
    """Looking is the office's, changing by a typed line the admins'."""
    if len(rest.split()) > 1:
        await door.let(update, Action.ROSTER, staff.change, rest)
    else:
        await door.let(update, Action.PEOPLE, staff.who, rest)
