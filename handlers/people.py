"""The roster, requests, leave, a person's own data."""

from __future__ import annotations

from collections.abc import Callable

from reporting.permissions import Action
from services import erasing, leaving, requests, roster
from services.desk import Turn
from templates.message import Reply

# Typed commands that nothing follows, and what one must be allowed for them.
ALONE: dict[str, tuple[Action, Callable[[Turn], Reply]]] = {
    "roster": (Action.ROSTER, roster.send),
    "invites": (Action.ROSTER, roster.invite_missing),
    "backtowork": (Action.LEAVE, leaving.end),
    "mydata": (Action.OWN_DATA, erasing.own_data),
}

# Typed commands with something behind them.
WITH_REST: dict[str, tuple[Action, Callable[[Turn, str], Reply]]] = {
    "people": (Action.PEOPLE, roster.who),
    "replace": (Action.REPLACE, requests.ask_replacement),
    "erase": (Action.ERASE, requests.ask_erasure),
    "agree": (Action.DECIDE, requests.agree_typed),
    "disagree": (Action.DECIDE, requests.disagree),
    "leave": (Action.LEAVE, leaving.report),
}

# Buttons with the number of what they are about.
ON_NUMBER: dict[str, tuple[Action, Callable[[Turn, int], Reply]]] = {
    "rosterset": (Action.ROSTER, roster.confirm),
    "rosterdrop": (Action.ROSTER, roster.discard),
    "agree": (Action.DECIDE, requests.agree),
    "disagree": (Action.DECIDE, requests.how_to_disagree),
    "backtowork": (Action.LEAVE, leaving.end),
}
