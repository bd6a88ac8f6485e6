"""更正: what was signed again after a digest was published is proposed to the office, and told to its readers once."""

from __future__ import annotations

from reporting.states import FILED
from services import drafting
from services.auditing import audit
from services.desk import Desk, Turn
from services.snapshots import snapshot
from storage import digests, outbox, tasks
from storage import editions as store
from storage.digests import Draft
from storage.editions import Sealed
from storage.outbox import Recipient
from storage.tasks import Mark
from templates.message import Message
from templates.words import date_of, say


def catch_up(desk: Desk) -> None:
    """What was signed since a draft or a publication: the draft is refreshed, of what is published a correction."""
    newest, _ = tasks.news(desk.tx, desk.shelf.looked or Mark())
    if newest == desk.shelf.looked:
        return
    waiting = digests.overtaken(desk.tx)
    if not waiting:
        desk.shelf.looked = newest
    for period in waiting:
        known = digests.of_period(desk.tx, period)
        assert known is not None
        if known.published_at is None:
            drafting.draft(desk, period)
        elif _whole_again(desk, period):
            _propose(desk, known)


def _whole_again(desk: Desk, period: str) -> bool:
    """False while something that was published stands open: half a correction corrects nothing."""
    sealed = store.of_period(desk.tx, period)
    signed = {(task.form_id, task.unit) for task in tasks.of_period(desk.tx, period) if task.signed_at}
    published = {
        (sheet["form_id"], unit["unit"])
        for sheet in (sealed[-1].snapshot["sheets"] if sealed else ())
        for unit in sheet["units"]
        if unit["timeliness"] in FILED
    }
    return published <= signed


def _propose(desk: Desk, first: Draft) -> None:
    """更正第N号 with its differences; a correction that is on its way already is brought up to date."""
    number = digests.newest_number(desk.tx, first.period)
    known = digests.of_period(desk.tx, first.period, number)
    assert known is not None
    if known.published_at is not None:
        number, like = number + 1, known
        digests.put(desk.tx, first.period, {}, desk.now, number, like)
        known = drafting.pending(desk, first.period, number)
    version = digests.put(desk.tx, first.period, snapshot(desk, first.period, known), desk.now, number)
    fresh = drafting.pending(desk, first.period, number)
    if fresh.snapshot["differs"]:
        audit(desk, "draft", about=f"period:{first.period}", version=version, correction=number)
        drafting.show_to_admins(desk, fresh, [])


def send(turn: Turn, sealed: Sealed, key: str, to: Recipient, message: Message) -> None:
    """The message that was published says from now on what is right; one more says what was wrong."""
    start, nth = f"digest:{sealed.period}:{key}", f"c{sealed.number}"
    day = date_of(sealed.sealed_at, turn.programme.zone)
    text = say("correcting.edited", number=sealed.number, day=day, text=message.text)
    edited = Message(text, message.buttons).as_json() | {"edits": f"{start}:text"}
    outbox.put(turn.tx, f"{start}:{nth}:edit", "edit", to, edited, turn.now)
    lines = sealed.snapshot["differs"]
    told = say("correcting.announced", period=sealed.period, number=sealed.number, lines=lines)
    outbox.put(
        turn.tx, f"{start}:{nth}:text", "digest", to, Message(told, message.buttons).as_json(), turn.now
    )
