"""What follows from a confirmed miss, and how it is taken back: the head is told, a paragraph drafted, a post suspended."""

from __future__ import annotations

from markupsafe import Markup

from reporting.contact import Step
from reporting.period import Period
from reporting.programme import Role
from services.auditing import audit
from services.desk import Desk, Turn
from services.joining import post_name
from services.planning import calendar_of
from services.sheets import holder_of, post_of, to_admins
from storage import conversations, digests, drafts, holdings, leaves, misses, outbox, people
from storage.misses import Miss
from storage.outbox import Recipient
from storage.people import Post
from templates.message import Message
from templates.words import date_of, say, when

# Posts that a person loses who was not reachable a third time.
REACHED = (Role.LIAISON, Role.DEPUTY)


def head_of(desk: Desk, unit: str) -> Recipient:
    """Whoever answers for the unit: its signatory, else its 分管领导, else the office."""
    for role in (Role.SIGNATORY, Role.VICE):
        post = post_of(desk, unit, role)
        if post is not None and holder_of(desk, post) is not None:
            return Recipient(post_id=post.id)
    return to_admins(desk)[0]


def carry_out(turn: Turn, one: Miss, step: Step) -> None:
    """Do what was confirmed, and tell the person and the unit's head."""
    fields = {
        "post": post_name(turn, people.post_by_id(turn.tx, one.post_id)),
        "name": people.person_name(turn.tx, one.person_id),
        "count": one.count,
        "at": when(one.at, turn.programme.zone),
        "step": str(step),
    }
    if step is Step.CRITICISM:
        text = say("contact.paragraph", dates=_dates(turn, one), **fields)
        period = circular_period(turn)
        misses.put_paragraph(turn.tx, str(period), "contact", one.id, text.unescape(), turn.now)
    deputy = _remove(turn, one) if step is Step.REMOVAL else False
    _put(turn, f"head:{one.id}", head_of(turn, one.unit), say("contact.to_head", deputy=deputy, **fields))
    person = Recipient(person_id=one.person_id)
    _put(turn, f"told:{one.id}", person, say("contact.to_person", **fields))


def _put(turn: Turn, what: str, to: Recipient, text: Markup) -> None:
    key = f"consequence:{what}:{int(turn.now.timestamp())}"
    outbox.put(turn.tx, key, "notice", to, Message(text).as_json(), turn.now)


def _dates(desk: Desk, one: Miss) -> list[str]:
    """The days of the misses that count with this one, itself last."""
    standing = [
        m for m in misses.of_person(desk.tx, one.person_id) if m.state != "cancelled" and m.at <= one.at
    ]
    return [date_of(m.at, desk.programme.zone) for m in standing[-one.count :]]


def circular_period(desk: Desk) -> Period:
    """The period whose circular comes next; the programme's last one when none does."""
    for period in desk.programme.periods:
        if desk.now <= calendar_of(desk, period).digest_due and not digests.is_published(
            desk.tx, str(period)
        ):
            return period
    return desk.programme.periods[-1]


def _remove(turn: Turn, one: Miss) -> bool:
    """The person holds no such post any more, and stands in for nobody; whether the unit has a deputy left."""
    for post in people.posts(turn.tx):
        if post.person_id == one.person_id and post.role in REACHED:
            _suspend(turn, post, one)
    far = turn.now.replace(year=turn.now.year + 2)
    for leave in leaves.touching(turn.tx, turn.now, far, one.person_id):
        if leave.stand_in == one.person_id:
            leaves.end(turn.tx, leave.id, turn.now)
    deputy = post_of(turn, one.unit, Role.DEPUTY)
    return deputy is not None and deputy.person_id is not None


def _suspend(turn: Turn, post: Post, one: Miss) -> None:
    holdings.leave_post(turn.tx, post.id, "removed", turn.now)
    conversations.end(turn.tx, one.person_id, turn.now)
    drafts.drop(turn.tx, one.person_id)
    audit(turn, "suspend", about=f"post:{post.id}", before={"person": one.person_id}, miss=one.id)
    to, key = Recipient(person_id=one.person_id), f"menu:removed:{one.id}:{post.id}"
    outbox.put(turn.tx, key, "menu", to, Message(Markup("")).as_json(), turn.now)


def take_back(turn: Turn, one: Miss) -> None:
    """A confirmed miss was cancelled: the paragraph is withdrawn, the post given back while nobody else has it."""
    misses.withdraw_paragraph(turn.tx, one.id, turn.now)
    restored = False
    if one.step == Step.REMOVAL:
        post = people.post_by_id(turn.tx, one.post_id)
        held = [h for h in holdings.of_post(turn.tx, post.id) if h.ended_why == "removed"]
        if post.person_id is None and held and held[-1].person_id == one.person_id:
            holdings.take(turn.tx, post.id, one.person_id, "restored", turn.now)
            audit(turn, "give_back", about=f"post:{post.id}", after={"person": one.person_id}, miss=one.id)
            restored = True
    fields = {
        "post": post_name(turn, people.post_by_id(turn.tx, one.post_id)),
        "name": people.person_name(turn.tx, one.person_id),
        "at": when(one.at, turn.programme.zone),
    }
    text = say("contact.taken_back", restored=restored, **fields)
    _put(turn, f"back:{one.id}", head_of(turn, one.unit), text)
