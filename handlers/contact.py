"""联系畅通检查: ordering checks, answering them, appeals, decisions."""

from __future__ import annotations

from collections.abc import Callable

from reporting.permissions import Action
from services import acknowledging, checking, contact_record, strikes
from services.desk import Turn
from templates.message import Reply

# Typed commands with something behind them.
WITH_REST: dict[str, tuple[Action, Callable[[Turn, str], Reply]]] = {
    "check": (Action.CHECK, checking.check),
    "contact": (Action.CONTACT, contact_record.show),
    "appeal": (Action.APPEAL, strikes.appeal),
    "strike": (Action.STRIKE, strikes.confirm_typed),
    "unstrike": (Action.STRIKE, strikes.cancel),
    "dismiss": (Action.STRIKE, strikes.dismiss),
}

# Buttons with the year or month that they are about.
ON_SPAN: dict[str, tuple[Action, Callable[[Turn, str], Reply]]] = {
    "contactbook": (Action.CHECK, contact_record.export),
}

# Buttons with the number of what they are about.
ON_NUMBER: dict[str, tuple[Action, Callable[[Turn, int], Reply]]] = {
    "here": (Action.ACK, acknowledging.press),
    "checkgo": (Action.CHECK, checking.begin),
    "checkdrop": (Action.CHECK, checking.drop),
    "strike": (Action.STRIKE, strikes.confirm),
    "unstrike": (Action.STRIKE, strikes.how_to_cancel),
    "uphold": (Action.STRIKE, strikes.uphold),
    "dismiss": (Action.STRIKE, strikes.how_to_dismiss),
}
