"""Contact checks, the person's side: the button, the typed words, and everything else that somebody does."""

from __future__ import annotations

from collections.abc import Sequence

from forms.problems import Refused
from forms.text import fold
from reporting.checking import answered, heard_at, may_have_arrived
from reporting.programme import Role
from services.asking import current
from services.auditing import audit
from services.contacting import facts_of, outages_since, settle
from services.desk import Turn
from storage import checks, conversations
from storage.checks import Asked, Check
from templates.message import Message, Reply
from templates.words import say, when

# Typed, these can only mean the check; 1 can also be a figure.
WORDS = frozenset({"收到", "已收到", "收到了", "在", "在的", "到"})
FIGURE = "1"


def heard(turn: Turn) -> None:
    """Whatever somebody does while they are asked is contact: nobody need press anything for it."""
    if turn.who is not None:
        _hear(turn, checks.asked_of(turn.tx, turn.person), acknowledged=False)


def _hear(turn: Turn, asked: Sequence[Asked], *, acknowledged: bool) -> None:
    down = outages_since(turn, asked)
    for one in asked:
        facts = facts_of(turn, one, down)
        at = heard_at(facts, turn.origin.came_at or turn.now, turn.now)
        maybe = may_have_arrived(one.state, one.reason)
        found = answered(facts, at, acknowledged=acknowledged, arrived=maybe)
        if found is not None and not _is_before(turn, one):
            settle(turn, one.check, found, facts, at)


def _is_before(turn: Turn, one: Asked) -> bool:
    """True for a message that was written before the check arrived: message numbers grow."""
    return not turn.origin.pressed and one.ref is not None and 0 < turn.origin.ref < one.ref


def press(turn: Turn, check_id: int) -> Reply:
    """〔收到〕, by whoever is asked, or by the deputy who was asked after them."""
    check = checks.by_id(turn.tx, check_id)
    if check is None:
        raise Refused("stale")
    if check.person_id == turn.person:
        mine = [one for one in checks.asked_of(turn.tx, turn.person) if one.check.id == check_id]
        _hear(turn, mine, acknowledged=True)
        return Reply((_result(turn, check_id),), settled=True)
    if not _is_deputy(turn, check):
        raise Refused("not_yours")
    return _deputy_answers(turn, check)


def _is_deputy(turn: Turn, check: Check) -> bool:
    return check.deputy_asked_at is not None and any(
        post.role == Role.DEPUTY and post.unit == check.unit for post in turn.actor.posts
    )


def _deputy_answers(turn: Turn, check: Check) -> Reply:
    if check.deputy_at is None:
        checks.mark(turn.tx, check.id, deputy_at=turn.now)
        audit(turn, "deputy_reached", about=f"check:{check.id}")
    return Reply((Message(say("contact.deputy_thanks", told=check.head_told_at is not None)),), settled=True)


def _result(turn: Turn, check_id: int) -> Message:
    """What came of it, whoever was first."""
    check = checks.by_id(turn.tx, check_id)
    assert check is not None
    spent = None
    if check.answered_at is not None and check.delivered_at is not None:
        spent = int((check.answered_at - check.delivered_at).total_seconds())
    ends = check.ends
    return Message(
        say(
            "contact.result",
            outcome=check.outcome or "late",
            seconds=spent,
            ends=when(ends, turn.programme.zone) if ends else "",
        )
    )


def typed(turn: Turn, text: str) -> Reply | None:
    """收到, 1, a reply to the check's message, or anything while nothing else is being asked; None for all else."""
    asked = checks.asked_of(turn.tx, turn.person) if turn.who is not None else []
    if not asked:
        return _late_or_deputy(turn, text)
    if not any(_is_meant(turn, text, one) for one in asked):
        return None
    _hear(turn, asked, acknowledged=True)
    return Reply((_result(turn, asked[-1].check.id), *current(turn).messages))


def _is_meant(turn: Turn, text: str, one: Asked) -> bool:
    """Whether a typed text answers the check and not the question that may be open as well."""
    if turn.origin.reply_to is not None:
        return turn.origin.reply_to in checks.refs(turn.tx, one.check.id)
    word = _word(text)
    question = conversations.of_person(turn.tx, turn.person)
    if word in WORDS or question is None:
        return True
    newer = question.prompt_ref is None or (one.ref is not None and one.ref > question.prompt_ref)
    return word == FIGURE and newer


def _word(text: str) -> str:
    return fold(text).strip("。.!！ ")


def _late_or_deputy(turn: Turn, text: str) -> Reply | None:
    if turn.who is None or _word(text) not in WORDS:
        return None
    for check in checks.escalating(turn.tx):
        if _is_deputy(turn, check):
            return _deputy_answers(turn, check)
    latest = checks.latest_of(turn.tx, turn.person)
    if latest is None or latest.outcome is None:
        return None
    return Reply((_result(turn, latest.id), *current(turn).messages))
