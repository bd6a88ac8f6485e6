"""Being on duty for a bot: taking over, and making good what an outage swallowed."""

from __future__ import annotations

from datetime import datetime, timedelta

from reporting.contact import STILL
from services.asking import open_question
from services.auditing import audit
from services.desk import Desk
from services.sheets import tell_admins
from storage import conversations, duty, outages, outbox, people
from storage.outbox import Recipient
from templates.message import Message
from templates.words import say, when

# The messenger keeps what it could not hand over for this long.
KEPT = timedelta(hours=24)


def begin(desk: Desk, bot_id: int) -> tuple[int, datetime | None]:
    """Begin a new term; returns it, and when updates were last taken."""
    return duty.begin(desk.tx, bot_id, desk.now)


def seen(desk: Desk, bot_id: int) -> None:
    duty.seen(desk.tx, bot_id, desk.now)


def gap(desk: Desk, since: datetime) -> bool:
    """Updates could not be taken since then: that is an outage of ours, on record.

    After one longer than the messenger's memory the admins are told, and every open question is asked again, once
    for each outage, whoever notices it first; False when it was short, or is dealt with.
    """
    if desk.now - since > STILL:
        outages.add(desk.tx, since, desk.now)
    if desk.now - since <= KEPT or desk.shelf.programme is None:
        return False
    key = f"gap:{since.isoformat()}"
    times = {"since": when(since, desk.programme.zone), "until": when(desk.now, desk.programme.zone)}
    if outbox.keys_like(desk.tx, key):
        return False
    audit(desk, "outage", since=since.isoformat(), until=desk.now.isoformat())
    asked = sum(_ask_again(desk, key, address, times) for address in conversations.asking(desk.tx))
    tell_admins(desk, key, say("notices.gap", asked=asked, **times))
    return True


def _ask_again(desk: Desk, key: str, address: str, times: dict[str, str]) -> bool:
    who = people.actor(desk.tx, address, desk.now)
    question = open_question(desk, who) if who else None
    if who is None or question is None:
        return False
    text = say("notices.gap_again", question=question.text, **times)
    message = Message(text, question.buttons, question.asks)
    to = Recipient(person_id=who.person_id)
    return outbox.put(
        desk.tx,
        f"{key}:{who.person_id}",
        "remind",
        to,
        message.as_json(),
        desk.now,
        asks_version=question.asks,
    )
