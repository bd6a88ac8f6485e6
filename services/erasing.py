"""A person's own data, and its erasure. What they did stays on record; who they were does not."""

from __future__ import annotations

from forms.problems import Refused
from reporting.programme import Role
from services.auditing import audit
from services.desk import Desk, Turn
from storage import holdings, people, personal
from templates.message import Attachment, Message, Reply
from templates.own_data import NAME, own_data_file
from templates.words import say


def refuse_last_admin(desk: Desk, person: int) -> None:
    """The last admin who has joined can neither be erased nor removed, by nobody."""
    held = {post.person_id for post in people.posts(desk.tx, Role.ADMIN)} - {None}
    if held == {person}:
        raise Refused("last_admin")


def erase(desk: Desk, person: int) -> None:
    """Name, telephone and address are gone for good; the record says only that it was done."""
    for post in people.posts(desk.tx):
        if post.person_id == person:
            holdings.leave_post(desk.tx, post.id, "erase", desk.now)
    personal.erase(desk.tx, person, str(say("joining.erased_name")), desk.now)
    audit(desk, "erase", about=f"person:{person}")


def own_data(turn: Turn) -> Reply:
    """我的数据: everything that is kept about the person, as a file."""
    kept = personal.everything(turn.tx, turn.person)
    audit(turn, "own_data", about=f"person:{turn.person}")
    for post in kept["posts"]:
        post |= {"unit": turn.called(post["unit"]), "role": str(say("joining.role", name=post["role"]))}
    file = Attachment(NAME, own_data_file(kept))
    return Reply((Message(say("joining.own_data")),), attachments=(file,))
