"""联系不通: a miss goes on record, may be appealed, is proposed with its record, and is confirmed or cancelled by a person."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from markupsafe import Markup

from forms.problems import Refused
from forms.text import clean
from reporting.checking import ContactRules, rules_of, step_in_force
from reporting.contact import Step, counted
from services.auditing import audit
from services.consequences import carry_out, take_back
from services.desk import Desk, Turn
from services.joining import post_name
from services.planning import plan_of
from services.sheets import to_office
from storage import checks, misses, outbox, people
from storage.checks import Check
from storage.misses import Miss
from storage.outbox import Recipient
from templates.message import Button, Message, Reply
from templates.words import button, say, when

REASON_LENGTH = 200
_NUMBERED = re.compile(r"^(\d{1,9})\s+(.{2,})$", re.DOTALL)
_OPTIONAL = re.compile(r"^(?:(\d{1,9})\s+)?(\D.*)$", re.DOTALL)


def missed(desk: Desk, check: Check, delivered: datetime) -> None:
    """The person is told why it counts, and until when they may say why it should not."""
    assert check.person_id is not None
    until = desk.now + rules_of(plan_of(desk).settings).appeal
    number = misses.add(desk.tx, check.id, check.person_id, check.post_id, delivered, until)
    zone = desk.programme.zone
    text = say(
        "contact.missed",
        number=number,
        at=when(delivered, zone),
        minutes=check.window // 60,
        until=when(until, zone),
    )
    _tell(desk, f"miss:{number}", check.person_id, text)


def _tell(desk: Desk, key: str, person: int, text: Markup) -> None:
    message = Message(text).as_json()
    outbox.put(desk.tx, key, "notice", Recipient(person_id=person), message, desk.now)


def propose_due(desk: Desk, rules: ContactRules) -> int:
    """Misses that nobody may contest any more go to the office, each person's in their order."""
    waiting: set[int] = set()
    done = 0
    for one in misses.undecided(desk.tx):
        ripe = one.state == "open" and (one.appealed_at is not None or one.appeal_until <= desk.now)
        if ripe and one.person_id not in waiting:
            _propose(desk, one, rules)
            done += 1
        else:
            waiting.add(one.person_id)
    return done


def _due_step(desk: Desk, one: Miss, rules: ContactRules) -> tuple[int, Step | None]:
    """(which miss it is among those that count, the step that this calls for)."""
    standing = [m.at for m in misses.of_person(desk.tx, one.person_id) if m.state != "cancelled"]
    offset = one.at.astimezone(desk.programme.zone).utcoffset()
    assert offset is not None
    count = counted(standing, one.at, rules.reset, offset)
    return count, step_in_force(count, rules.steps)


def _propose(desk: Desk, one: Miss, rules: ContactRules) -> None:
    count, step = _due_step(desk, one, rules)
    if step is None:
        misses.move(desk.tx, one, "noted", count=count)
        audit(desk, "miss_noted", about=f"miss:{one.id}", of={"person": one.person_id}, count=count)
        return
    misses.move(desk.tx, one, "proposed", count=count, step=str(step))
    audit(
        desk,
        "miss_proposed",
        about=f"miss:{one.id}",
        of={"person": one.person_id},
        count=count,
        step=str(step),
    )
    fresh = misses.by_id(desk.tx, one.id)
    assert fresh is not None
    _send_cards(desk, f"miss_proposed:{one.id}:{count}", _card(desk, fresh))


def _send_cards(desk: Desk, key: str, card: Message) -> None:
    for place, to in enumerate(to_office(desk)):
        outbox.put(desk.tx, f"{key}:{place}", "notice", to, card.as_json(), desk.now)


def _card(desk: Desk, one: Miss) -> Message:
    """The proposal with the person's whole record of the window."""
    text = say("contact.proposal", number=one.id, step=one.step, count=one.count, **_about(desk, one))
    rows: tuple[tuple[Button, ...], ...] = ((button("strike", one.id), button("unstrike", one.id)),)
    return Message(text, rows)


def _about(desk: Desk, one: Miss) -> dict[str, object]:
    record = [line(desk, m) for m in misses.of_person(desk.tx, one.person_id) if m.at <= one.at]
    return {
        "post": post_name(desk, people.post_by_id(desk.tx, one.post_id)),
        "name": people.person_name(desk.tx, one.person_id),
        "record": record,
    }


def line(desk: Desk, one: Miss) -> Markup:
    check = checks.by_id(desk.tx, one.check_id)
    assert check is not None
    return say(
        "contact.miss_line",
        number=one.id,
        at=when(one.at, desk.programme.zone),
        minutes=check.window // 60,
        state=one.state,
        appeal=one.appeal,
        reason=one.reason,
    )


def appeal(turn: Turn, text: str) -> Reply:
    """申诉 [编号] 理由. Until it is decided nothing follows from the miss."""
    match = _OPTIONAL.match(clean(text))
    reason = match[2].strip()[:REASON_LENGTH] if match else ""
    if match is None or len(reason) < 2:
        raise Refused("appeal.how")
    mine = [m for m in misses.of_person(turn.tx, turn.person) if match[1] in (None, str(m.id))]
    if not mine:
        raise Refused("appeal.none")
    free = [m for m in mine if m.state == "open" and m.appealed_at is None and m.appeal_until > turn.now]
    if not free:
        raise Refused("appeal.over" if mine[-1].appealed_at is None else "appeal.twice")
    if len(free) > 1:
        raise Refused("appeal.which", numbers="、".join(str(m.id) for m in free))
    one = free[0]
    _move(turn, one, "appealed", appeal=reason, appealed_at=turn.now)
    audit(turn, "appeal", about=f"miss:{one.id}", before=one.state, after="appealed")
    fresh = misses.by_id(turn.tx, one.id)
    assert fresh is not None
    rows = ((button("uphold", one.id), button("dismiss", one.id)),)
    card = Message(say("contact.appealed", number=one.id, reason=reason, **_about(turn, fresh)), rows)
    _send_cards(turn, f"appeal:{one.id}", card)
    return Reply((Message(say("contact.appeal_sent", number=one.id)),))


def _move(turn: Turn, one: Miss, state: str, **values: Any) -> None:
    if not misses.move(turn.tx, one, state, **values):
        raise Refused("miss.decided")


def _decidable(turn: Turn, miss_id: int, *states: str) -> Miss:
    one = misses.by_id(turn.tx, miss_id)
    if one is None:
        raise Refused("miss.unknown")
    if one.state not in states:
        raise Refused("miss.decided" if one.state in ("confirmed", "cancelled") else "miss.not_now")
    if one.person_id == turn.person:
        raise Refused("own_request")
    return one


def uphold(turn: Turn, miss_id: int) -> Reply:
    """申诉成立: the miss stays on record as cancelled, for the appeal's reason."""
    one = _decidable(turn, miss_id, "appealed")
    return _cancelled(turn, one, one.appeal)


def how_to_dismiss(turn: Turn, miss_id: int) -> Reply:
    _decidable(turn, miss_id, "appealed")
    return Reply((Message(say("contact.why_dismiss", number=miss_id)),))


def dismiss(turn: Turn, text: str) -> Reply:
    """驳回申诉 3 有通话记录佐证."""
    match = _NUMBERED.match(clean(text))
    if match is None:
        raise Refused("miss.dismiss_how")
    one, reason = _decidable(turn, int(match[1]), "appealed"), match[2].strip()[:REASON_LENGTH]
    _move(turn, one, "open", reason=reason, decided_by=turn.person, decided_at=turn.now)
    audit(turn, "appeal_dismissed", about=f"miss:{one.id}", before="appealed", after="open", reason=reason)
    _tell(turn, f"dismissed:{one.id}", one.person_id, say("contact.dismissed", number=one.id, reason=reason))
    return Reply((Message(say("contact.dismissed_too", number=one.id)),), settled=True)


def confirm_typed(turn: Turn, text: str) -> Reply:
    """确认处理 3: as the button."""
    digits = clean(text)
    if not (digits.isdecimal() and len(digits) <= 9):
        raise Refused("miss.confirm_how")
    return confirm(turn, int(digits))


def confirm(turn: Turn, miss_id: int) -> Reply:
    """确认: only now anything follows. When an earlier miss was cancelled meanwhile, it is proposed anew."""
    one, rules = _decidable(turn, miss_id, "proposed"), rules_of(plan_of(turn).settings)
    count, step = _due_step(turn, one, rules)
    if (count, str(step)) != (one.count, one.step):
        _propose(turn, one, rules)
        return Reply((Message(say("contact.moved", number=one.id)),), settled=True)
    assert step is not None
    _move(turn, one, "confirmed", decided_by=turn.person, decided_at=turn.now)
    audit(turn, "miss_confirmed", about=f"miss:{one.id}", after="confirmed", step=str(step), count=count)
    carry_out(turn, one, step)
    return Reply((Message(say("contact.confirmed", step=str(step), **_about(turn, one))),), settled=True)


def how_to_cancel(turn: Turn, miss_id: int) -> Reply:
    _decidable(turn, miss_id, "open", "appealed", "proposed", "noted", "confirmed")
    return Reply((Message(say("contact.why_cancel", number=miss_id)),))


def cancel(turn: Turn, text: str) -> Reply:
    """撤销记录 3 当日停电: at any time, also after it was confirmed; who and why stay on record."""
    match = _NUMBERED.match(clean(text))
    if match is None:
        raise Refused("miss.cancel_how")
    one = _decidable(turn, int(match[1]), "open", "appealed", "proposed", "noted", "confirmed")
    return _cancelled(turn, one, match[2].strip()[:REASON_LENGTH])


def _cancelled(turn: Turn, one: Miss, reason: str) -> Reply:
    _move(turn, one, "cancelled", reason=reason, decided_by=turn.person, decided_at=turn.now)
    audit(turn, "miss_cancelled", about=f"miss:{one.id}", before=one.state, after="cancelled", reason=reason)
    if one.state == "confirmed":
        take_back(turn, one)
    _tell(turn, f"cancelled:{one.id}", one.person_id, say("contact.cancelled", number=one.id, reason=reason))
    later = [
        m.id
        for m in misses.of_person(turn.tx, one.person_id)
        if m.at > one.at and m.state in ("confirmed", "proposed")
    ]
    text = say("contact.cancelled_too", number=one.id, later=later)
    return Reply((Message(text),), settled=True)
