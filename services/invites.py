"""Invite codes: made for one post, used once, and useless to guess."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from forms.problems import Refused
from reporting.programme import Role
from services.auditing import audit
from services.desk import Desk, Turn
from services.sheets import to_admins
from storage import codes, outbox, people
from storage.people import Post
from templates.message import Message, Reply
from templates.words import refusal, say

# No letters or digits that are taken for each other when read out.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 16
INVITE_LIFE = timedelta(days=14)

SPAN = timedelta(hours=1)
MOST_WRONG = 5
ALARMS = (5, 20, 200, 2000)


@dataclass(frozen=True, slots=True)
class NewInvite:
    """A fresh code; only a hash of it is stored, so it is shown once. ``name`` is who is meant for the post."""

    unit: str
    unit_name: str
    role: str
    code: str
    name: str = ""


def invite(desk: Desk, post: Post, *, replaces: bool = False) -> NewInvite:
    """A fresh single-use code for a post; earlier codes for it stop working."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    people.add_invite(desk.tx, code, post.id, desk.now + INVITE_LIFE, desk.now, replaces=replaces)
    audit(desk, "invite", about=f"post:{post.id}")
    return NewInvite(post.unit, desk.called(post.unit), post.role, code, post.planned_name)


def invite_all(desk: Desk, posts: Iterable[Post]) -> list[NewInvite]:
    return [invite(desk, post) for post in posts if post.person_id is None]


def invite_everyone(desk: Desk, role: Role | None = None) -> list[NewInvite]:
    """A fresh single-use code for every post (of this role) that nobody holds."""
    return invite_all(desk, people.posts(desk.tx, role))


# Guessing


def _sender(turn: Turn) -> str:
    return hashlib.sha256(turn.origin.address.encode()).hexdigest()


def refuse_guesser(turn: Turn) -> None:
    """After a few wrong codes not even a right one is looked at for a while."""
    if codes.count(turn.tx, turn.now - SPAN, _sender(turn)) >= MOST_WRONG:
        raise Refused("code.too_many")


def wrong_code(turn: Turn) -> Reply:
    """A code that fits nothing is counted; the admins are told when there are many, from one or from all."""
    codes.add(turn.tx, _sender(turn), turn.now)
    mine = codes.count(turn.tx, turn.now - SPAN, _sender(turn))
    everybody = codes.count(turn.tx, turn.now - SPAN)
    audit(turn, "wrong_code", times=mine, stranger="" if turn.who else _sender(turn)[:6])
    if mine == MOST_WRONG or everybody in ALARMS:
        _alarm(turn, everybody)
    return Reply((Message(refusal(Refused("code.unknown"))),))


def _alarm(turn: Turn, count: int) -> None:
    text = Message(say("joining.guessing", count=count)).as_json()
    hour = int(turn.now.timestamp() // SPAN.total_seconds())
    for number, admin in enumerate(to_admins(turn)):
        outbox.put(turn.tx, f"guessing:{hour}:{count}:{number}", "notice", admin, text, turn.now)
