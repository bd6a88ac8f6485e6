"""The leaders' groups: an admin registers one, and confirms it in private."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from forms.problems import Refused
from forms.text import clean
from reporting.programme import Role
from reporting.recipients import ROBOT
from services import invites
from services.auditing import audit
from services.desk import Desk, Turn
from services.sheets import to_admins
from storage import outbox, people
from storage.outbox import Recipient
from storage.people import Group
from templates.message import Message, Reply
from templates.words import button, say

CODE_LIFE = timedelta(minutes=10)
CODE_DIGITS = 6


def ask_registration(turn: Turn) -> Reply:
    """/register in a group: the admin confirms in private, where nobody else can press."""
    group = _group_here(turn)
    outbox.put(
        turn.tx,
        f"group:{group.id}:{turn.origin.update_id}",
        "notice",
        Recipient(person_id=turn.person),
        Message(say("joining.confirm_group", title=group.title), ((button("group", group.id),),)).as_json(),
        turn.now,
    )
    return Reply((Message(say("joining.asked_in_private")),))


def _group_here(turn: Turn) -> Group:
    """The group that this was said in, not registered yet."""
    group = people.group_by_address(turn.tx, turn.origin.chat)
    if group is None:
        people.put_group(turn.tx, turn.origin.chat, clean(turn.origin.chat_title)[:255], present=True)
        group = people.group_by_address(turn.tx, turn.origin.chat)
    assert group is not None
    if group.state == "registered":
        raise Refused("group_known")
    return group


def show_code(turn: Turn) -> Reply:
    """/register by somebody anonymous: a code to be typed in private, where the admin is known by name."""
    group = _group_here(turn)
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    people.put_group_code(turn.tx, code, group.id, turn.now + CODE_LIFE)
    return Reply((Message(say("joining.group_code", code=code)),))


def register_by_code(turn: Turn, code: str) -> Reply:
    """登记 123456, in private: whoever is an admin here has confirmed the group by it."""
    if not code.strip():
        raise Refused("group_only")
    invites.refuse_guesser(turn)
    group_id = people.take_group_code(turn.tx, code.strip(), turn.now)
    if group_id is None:
        return invites.wrong_code(turn)
    return register_group(turn, group_id)


def register_group(turn: Turn, group_id: int) -> Reply:
    """确认登记: digests go to this group from now on."""
    post = turn.actor.holds(Role.ADMIN)
    group = people.group_by_id(turn.tx, group_id)
    if post is None or group is None:
        raise Refused("not_allowed")
    if group.state == "registered":
        raise Refused("group_known")
    if not people.register_group(turn.tx, group.id, post.id):
        raise Refused("group_gone")
    audit(turn, "register_group", about=f"group:{group.id}", before=group.state, after="registered")
    greeting = Message(say("joining.group_greeting", programme=turn.programme.rules.title)).as_json()
    outbox.put(
        turn.tx,
        f"greet:{group.id}:{turn.origin.update_id}",
        "notice",
        Recipient(group_id=group.id),
        greeting,
        turn.now,
    )
    return Reply((Message(say("joining.group_registered", title=group.title)),), settled=True)


def robots_at(desk: Desk, named: Sequence[tuple[str, str]]) -> None:
    """The robots that this deployment names, (address, title): groups that an admin registers like any other."""
    if desk.shelf.programme is None:
        return
    for gone in people.groups_at(desk.tx, ROBOT):
        if gone.address not in dict(named):
            people.put_group(desk.tx, gone.address, gone.title, present=False)
    for address, title in named:
        people.put_group(desk.tx, address, title, present=True)
        group = people.group_by_address(desk.tx, address)
        assert group is not None
        if group.state == "registered":
            continue
        ask = Message(say("receiving.robot", title=title), ((button("group", group.id),),)).as_json()
        for number, admin in enumerate(to_admins(desk)):
            key = f"robot:{group.id}:{int(desk.now.timestamp())}:{number}"
            outbox.put(desk.tx, key, "notice", admin, ask, desk.now)
