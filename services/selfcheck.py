"""The self-check: what should have happened by now, compared with what did."""

from __future__ import annotations

from datetime import timedelta

from reporting.due import due
from services.cycle import facts
from services.desk import Desk
from services.sheets import tell_admins
from storage import outbox
from templates.words import say

# What is due may take this long.
LATE = timedelta(minutes=2)


def selfcheck(desk: Desk) -> dict[str, int]:
    """What is wrong, by kind, with how many; empty when all is well. The admins are told once a day of each kind."""
    if desk.shelf.programme is None:
        return {}
    before = desk.now - LATE
    counted = {
        "undone": len(due(facts(desk), before)),
        "unsent": outbox.count_waiting(desk.tx, before),
        "doubtful": outbox.count_unreported(desk.tx),
    }
    found = {kind: count for kind, count in counted.items() if count}
    today = desk.now.astimezone(desk.programme.zone).date()
    for kind, count in found.items():
        tell_admins(desk, f"selfcheck:{kind}:{today}", say(f"notices.selfcheck_{kind}", count=count))
    return found
