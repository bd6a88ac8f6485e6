"""更换联络员 and 注销: one asks, another decides. Whoever asked cannot decide, and it is decided once."""

from __future__ import annotations

import re

from forms.problems import Refused
from forms.text import clean
from reporting.programme import Role
from reporting.roster import is_name, is_phone
from services import invites
from services.auditing import audit
from services.desk import Desk, Turn
from services.erasing import erase, refuse_last_admin
from services.joining import post_name
from services.sheets import to_office
from storage import holdings, outbox, people, requests
from storage.outbox import Recipient
from storage.people import Post
from storage.requests import Request
from templates.message import Message, Reply
from templates.words import button, say

REASON_LENGTH = 200
_NUMBERED = re.compile(r"^(\d{1,9})\s+(.{2,})$", re.DOTALL)


def ask_replacement(turn: Turn, text: str) -> Reply:
    """更换联络员 王示例 13800000000 工作调动: who comes, where to reach them, why."""
    words = clean(text).split()
    post = _post(turn, words)
    if len(words) < 3 or not is_name(words[0]) or not is_phone(words[1]):
        raise Refused("replace_how")
    if requests.open_of(turn.tx, "replace", post_id=post.id):
        raise Refused("request_open")
    name, phone, reason = words[0], words[1], " ".join(words[2:])[:REASON_LENGTH]
    number = requests.add(
        turn.tx, "replace", turn.person, reason, turn.now, post_id=post.id, name=name, phone=phone
    )
    audit(turn, "ask_replace", about=f"post:{post.id}", request=number, reason=reason)
    text_ = say(
        "requests.replace",
        number=number,
        post=post_name(turn, post),
        now=_holder(turn, post),
        name=name,
        by=turn.actor.name,
        reason=reason,
    )
    _send_cards(turn, number, text_, to_office(turn))
    return Reply((Message(say("requests.asked", number=number)),))


def _post(turn: Turn, words: list[str]) -> Post:
    """The liaison's post of the person's unit; with several units the first word names it and is taken."""
    units = list(dict.fromkeys(post.unit for post in turn.actor.posts))
    known = {name: key for key in units for name in _names(turn, key)}
    if words and words[0] in known:
        units = [known[words.pop(0)]]
    found = [post for unit in units for post in people.posts(turn.tx, Role.LIAISON, unit)]
    if not found:
        raise Refused("not_allowed")
    if len(found) > 1:
        raise Refused("replace_unit")
    return found[0]


def _names(desk: Desk, key: str) -> tuple[str, ...]:
    unit = desk.programme.units.get(key)
    return (unit.name, unit.called) if unit else ()


def _holder(desk: Desk, post: Post) -> str:
    return people.person_name(desk.tx, post.person_id) if post.person_id else post.planned_name


def _send_cards(turn: Turn, number: int, text: object, to: list[Recipient]) -> None:
    buttons = ((button("agree", number), button("disagree", number)),)
    for place, one in enumerate(to):
        message = Message(say("requests.card", text=text), buttons).as_json()
        outbox.put(turn.tx, f"request:{number}:{place}", "notice", one, message, turn.now)


def ask_erasure(turn: Turn, text: str) -> Reply:
    """注销 李示例 本人申请: another admin must agree."""
    name, _, reason = clean(text).partition(" ")
    if not name or len(reason) < 2:
        raise Refused("erase_how")
    found = people.called(turn.tx, name)
    if len(found) != 1:
        raise Refused("erase_who", name=name[:20])
    if requests.open_of(turn.tx, "erase", person_id=found[0]):
        raise Refused("request_open")
    refuse_last_admin(turn, found[0])
    others = [post for post in people.posts(turn.tx, Role.ADMIN) if post.person_id not in (None, turn.person)]
    if not others:
        raise Refused("second_admin")
    reason = reason[:REASON_LENGTH]
    number = requests.add(turn.tx, "erase", turn.person, reason, turn.now, person_id=found[0])
    audit(turn, "ask_erase", about=f"person:{found[0]}", request=number, reason=reason)
    text_ = say("requests.erase", number=number, name=name, by=turn.actor.name, reason=reason)
    _send_cards(turn, number, text_, [Recipient(post_id=post.id) for post in others])
    return Reply((Message(say("requests.asked_erase", number=number)),))


def agree_typed(turn: Turn, text: str) -> Reply:
    """批准 3: as the button, for whoever has no button any more."""
    digits = clean(text)
    if not (digits.isdecimal() and len(digits) <= 9):
        raise Refused("agree_how")
    return agree(turn, int(digits))


def agree(turn: Turn, number: int) -> Reply:
    """同意: the change is made, or can be made with the code that is sent to whoever asked."""
    asked = _open(turn, number)
    if asked.kind == "erase":
        refuse_last_admin(turn, asked.person_id or 0)
    if not requests.decide(turn.tx, number, "approved", turn.person, "", turn.now):
        raise Refused("request_decided")
    audit(turn, "approve", about=_about(asked), before="waiting", after="approved", request=number)
    if asked.kind == "erase":
        erase(turn, asked.person_id or 0)
        return Reply((Message(say("requests.erased", number=number)),), settled=True)
    return _replace(turn, asked)


def _replace(turn: Turn, asked: Request) -> Reply:
    """The holder keeps the post until the successor has joined: there is never nobody."""
    assert asked.post_id is not None
    holdings.plan(turn.tx, asked.post_id, asked.name, asked.phone)
    made = invites.invite(turn, people.post_by_id(turn.tx, asked.post_id), replaces=True)
    called = post_name(turn, people.post_by_id(turn.tx, asked.post_id))
    text = say("requests.replaced", post=called, name=asked.name, code=made.code, link=turn.link(made.code))
    key, to = f"agreed:{asked.id}", Recipient(person_id=asked.by_person)
    outbox.put(turn.tx, key, "notice", to, Message(text).as_json(), turn.now)
    return Reply((Message(say("requests.agreed", post=called, name=asked.name)),), settled=True)


def _open(turn: Turn, number: int) -> Request:
    asked = requests.by_id(turn.tx, number)
    if asked is None:
        raise Refused("request_unknown")
    if asked.state != "open":
        raise Refused("request_decided")
    if asked.by_person == turn.person:
        raise Refused("own_request")
    if asked.kind == "erase" and turn.actor.holds(Role.ADMIN) is None:
        raise Refused("not_allowed")
    return asked


def _about(asked: Request) -> str:
    return f"post:{asked.post_id}" if asked.post_id else f"person:{asked.person_id}"


def how_to_disagree(turn: Turn, number: int) -> Reply:
    """不同意: a reason is needed, in one line."""
    _open(turn, number)
    return Reply((Message(say("requests.why", number=number)),))


def disagree(turn: Turn, text: str) -> Reply:
    """不同意 3 新人尚未到岗."""
    match = _NUMBERED.match(clean(text))
    if match is None:
        raise Refused("disagree_how")
    number, reason = int(match[1]), match[2].strip()[:REASON_LENGTH]
    asked = _open(turn, number)
    if not requests.decide(turn.tx, number, "refused", turn.person, reason, turn.now):
        raise Refused("request_decided")
    audit(
        turn,
        "disagree",
        about=_about(asked),
        before="waiting",
        after="refused",
        request=number,
        reason=reason,
    )
    text_ = Message(say("requests.disagreed", number=number, reason=reason)).as_json()
    to = Recipient(person_id=asked.by_person)
    outbox.put(turn.tx, f"disagreed:{number}", "notice", to, text_, turn.now)
    return Reply((Message(say("requests.disagreed_too", number=number)),))
