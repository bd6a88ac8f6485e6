"""邀请码: as a list to pass on, and as pages with QR codes to print."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from forms.problems import Refused
from services import invites
from services.desk import Desk, Turn
from services.invites import NewInvite
from storage import people
from templates.invite_pages import NAME, Card, invite_pages
from templates.message import Attachment, Message, Reply
from templates.words import say, when


def listed(desk: Desk, made: Sequence[NewInvite]) -> Message:
    rows = [
        say(
            "roster.invite",
            post=say("joining.post", unit=one.unit_name, name=one.role),
            name=one.name,
            code=one.code,
            link=desk.link(one.code),
        )
        for one in made
    ]
    return Message(say("roster.invites", rows=rows))


def pages(desk: Desk, made: Sequence[NewInvite]) -> Attachment:
    """Drawn after the commit: the transaction does not wait for it."""
    until = str(say("roster.until", until=when(desk.now + invites.INVITE_LIFE, desk.programme.zone)))
    cards = [
        Card(
            desk.programme.rules.title,
            str(say("joining.post", unit=one.unit_name, name=one.role)),
            one.name,
            one.code,
            desk.link(one.code),
            until,
        )
        for one in made
    ]
    return Attachment(NAME, drawn=partial(invite_pages, cards))


def invite_missing(turn: Turn) -> Reply:
    """邀请码: fresh ones for whoever is meant for a post and has not joined."""
    waiting = [post for post in people.posts(turn.tx) if post.person_id is None and post.planned_name]
    if not waiting:
        raise Refused("nobody_to_invite")
    made = invites.invite_all(turn, waiting)
    return Reply((listed(turn, made),), attachments=(pages(turn, made),))
