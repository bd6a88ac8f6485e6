"""After a backup is put back: what the lost days already did is not done again, and what they left is not believed."""

from __future__ import annotations

from dataclasses import dataclass

from reporting.programme import Role
from reporting.states import TaskState
from services import contacting, cycle
from services.auditing import RESTORED, audit
from services.desk import Desk
from services.sheets import tell_admins, to_post
from storage import backups, conversations, duty, outages, outbox, tasks
from storage.outbox import Recipient
from storage.settings import closed_periods
from templates.message import Message
from templates.words import say, when

# The draft goes to the admins alone, and without it they could not publish.
STILL_SENT = frozenset({"draft"})


@dataclass(frozen=True, slots=True)
class Settled:
    """How far the data goes, in the programme's zone; and how many letters are held back."""

    until: str
    held: int


def settle(desk: Desk) -> Settled:
    """Make a restored database safe to run on, before anybody runs on it.

    Whatever was due up to now, or waited in the backup, has been sent by the program that was lost, or is too
    late: it counts as done. Buttons from before now belong to rows that may not exist: they are stale. Nobody's
    next message answers a question of yesterday: open questions are asked again first.
    """
    newest = backups.newest(desk.tx)
    conversations.forget_prompts(desk.tx)
    duty.seen_by_all(desk.tx, desk.now)
    if newest is not None and newest < desk.now:
        outages.add(desk.tx, newest, desk.now)  # what people did meanwhile is lost with the data
    if desk.shelf.programme is not None:
        cycle.catch_up(desk)
        contacting.call_off(desk)
    held = outbox.hold(desk.tx, "restored from a backup", STILL_SENT)
    audit(desk, RESTORED, until=newest.isoformat() if newest else None, held=held)
    if desk.shelf.programme is None or newest is None:
        return Settled("", held)
    until = when(newest, desk.programme.zone)
    _tell(desk, until, held)
    return Settled(until, held)


def _tell(desk: Desk, until: str, held: int) -> None:
    """The admins, and whoever may have filled or signed something since: once each, without a question."""
    key = f"restored:{desk.now.isoformat()}"
    tell_admins(desk, key, say("notices.restored", until=until, held=held))
    message = Message(say("notices.restored_task", until=until)).as_json()
    for to in sorted(_concerned(desk), key=lambda one: one.post_id or 0):
        outbox.put(desk.tx, f"{key}:post:{to.post_id}", "notice", to, message, desk.now)


def _concerned(desk: Desk) -> set[Recipient]:
    """Whose turn it was with a report when the backup was taken, but for those who are asked something anyhow."""
    closed, asked = closed_periods(desk.tx), conversations.tasks_in_hand(desk.tx)
    found = set()
    for fact in cycle.facts(desk):
        for task in tasks.of_period(desk.tx, str(fact.period)) if fact.opened and not fact.published else []:
            role = Role.SIGNATORY if task.state == TaskState.SUBMITTED else Role.LIAISON
            to = to_post(desk, task.unit, role)
            open_still = task.state != TaskState.SIGNED and task.period not in closed
            if to is not None and open_still and task.id not in asked:
                found.add(to)
    return found
