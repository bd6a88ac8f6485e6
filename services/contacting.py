"""联系畅通检查, the clock's side: asking, asking again, the outcome, and whoever is told when nobody answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from markupsafe import Markup

from reporting.checking import (
    STALE,
    ContactRules,
    Running,
    Todo,
    refused_because,
    rules_of,
    what_now,
)
from reporting.contact import Cause, CheckFacts, Interval, Judgement, Outcome, judge
from reporting.programme import Role
from services import strikes
from services.auditing import audit
from services.consequences import head_of
from services.contact_week import weekly
from services.desk import Desk
from services.drawing import Seed, draw_due, fresh_seed
from services.joining import post_name
from services.planning import plan_of
from services.sheets import holder_of, post_of
from storage import checks, duty, leaves, outages, outbox, people
from storage.checks import Asked, Check, Round
from storage.outbox import Recipient
from templates.message import Message
from templates.words import button, say, when

PING = "contact"
# Asked with one ring of the bell: more than Telegram takes until the next, few enough to hold nobody up.
MOST_AT_ONCE = 300


def tick(desk: Desk, seed: Seed = fresh_seed) -> int:
    """Everything that is due with checks; returns how many things were done."""
    rules, listened = rules_of(plan_of(desk).settings), duty.listened(desk.tx)
    done = int(draw_due(desk, rules, seed))
    done += sum(_ask(desk, one, rules) for one in checks.due(desk.tx, desk.now, MOST_AT_ONCE))
    asked = checks.asked(desk.tx)
    down = outages_since(desk, asked)
    done += sum(_go_on(desk, one, down, listened) for one in asked)
    done += sum(_tell_head_in_time(desk, one) for one in checks.escalating(desk.tx))
    done += strikes.propose_due(desk, rules)
    done += weekly(desk, rules)
    for one in checks.ended_rounds(desk.tx):
        checks.move_round(desk.tx, one.id, "running", "done")
        _report(desk, one)
        done += 1
    return done


def call_off(desk: Desk) -> None:
    """Nobody is asked what was due before now: whoever was, was asked by a program that was lost."""
    for check in checks.due(desk.tx, desk.now):
        settle(desk, check, Judgement(Outcome.VOID, Cause.OUTAGE))


def _ask(desk: Desk, check: Check, rules: ContactRules) -> bool:
    """Whoever has the duty now is asked: the post's holder, or who stands in. Long overdue, nobody is."""
    post = people.post_by_id(desk.tx, check.post_id)
    person = holder_of(desk, post)
    if desk.now - check.due_at > STALE:
        return settle(desk, check, Judgement(Outcome.VOID, Cause.OUTAGE))
    if check.kind == "draw" and not rules.often:
        return settle(desk, check, Judgement(Outcome.VOID, Cause.CALLED_OFF))
    if person is None:
        return settle(desk, check, Judgement(Outcome.NOT_DELIVERED, Cause.NEVER_JOINED))
    window, second = int(rules.window.total_seconds()), int(rules.second.total_seconds())
    checks.ask(desk.tx, check.id, person, window, second, desk.now)
    text = say("contact.ping", minutes=window // 60, until=when(desk.now + rules.window, desk.programme.zone))
    _ping(desk, check.id, 1, person, text)
    return True


def _ping(desk: Desk, check_id: int, number: int, person: int, text: Markup) -> None:
    message = Message(text, ((button("here", check_id),),)).as_json()
    key = checks.ping_key(check_id, number)
    outbox.put(desk.tx, key, PING, Recipient(person_id=person), message, desk.now)


def outages_since(desk: Desk, asked: Sequence[Asked]) -> list[Interval]:
    """When we could not have heard them, from the first of these checks on."""
    since = min((one.check.asked_at for one in asked if one.check.asked_at), default=desk.now)
    return [Interval(began, ended) for began, ended in outages.since(desk.tx, since)]


def facts_of(desk: Desk, asked: Asked, down: Sequence[Interval]) -> CheckFacts:
    """What judging this check needs; what the person did is not among it, because that settles it at once."""
    refused = refused_because(asked.state, asked.reason)
    facts = CheckFacts(timedelta(seconds=asked.check.window), asked.sent_at, refused, outages=down)
    if asked.sent_at is None or facts.ends is None or desk.now <= facts.ends:
        return facts
    return replace(facts, on_duty=_is_on_duty(desk, asked.check, asked.sent_at))


def _is_on_duty(desk: Desk, check: Check, delivered: datetime) -> bool:
    """True when the post's work was this person's from the delivery until now."""
    post = people.post_by_id(desk.tx, check.post_id)
    if post.person_id is None:
        return False
    doing = (
        leaves.stand_in_of(desk.tx, post.person_id, at) or post.person_id for at in (delivered, desk.now)
    )
    return all(person == check.person_id for person in doing)


def _go_on(desk: Desk, asked: Asked, down: Sequence[Interval], listened: datetime | None) -> bool:
    check, facts = asked.check, facts_of(desk, asked, down)
    assert check.asked_at is not None
    second = timedelta(seconds=0 if asked.again else check.second)
    todo = what_now(Running(facts, check.asked_at, second, asked.state == "pending", listened), desk.now)
    if todo is Todo.TAKE_BACK:
        return outbox.take_back(desk.tx, checks.ping_key(check.id), "too late")
    if todo is Todo.AGAIN:
        return _ask_again(desk, check, facts)
    if todo is Todo.SETTLE and (found := judge(facts, desk.now)) is not None:
        return settle(desk, check, found, facts)
    return False


def _ask_again(desk: Desk, check: Check, facts: CheckFacts) -> bool:
    assert check.person_id is not None
    assert facts.ends is not None
    text = say("contact.ping_again", until=when(facts.ends, desk.programme.zone))
    _ping(desk, check.id, 2, check.person_id, text)
    return True


def settle(
    desk: Desk,
    check: Check,
    found: Judgement,
    facts: CheckFacts | None = None,
    heard: datetime | None = None,
) -> bool:
    """The outcome, once, whoever is first: on record with why. Silence leads to a miss, and to the deputy.

    ``heard`` stands for the delivery where the answer came before that was on record.
    """
    delivered = (facts.delivered_at if facts else None) or heard
    answered = None
    if found.answered_after is not None and delivered is not None:
        answered = delivered + found.answered_after
    outcome, cause = str(found.outcome), str(found.cause)
    if not checks.settle(desk.tx, check.id, outcome, cause, desk.now, delivered, answered):
        return False
    audit(
        desk,
        "contact",
        about=f"check:{check.id}",
        after=str(found.outcome),
        of={"person": check.person_id},
        cause=str(found.cause),
        delivered=delivered.isoformat() if delivered else "",
        ends=facts.ends.isoformat() if facts and facts.ends else "",
        heard=answered.isoformat() if answered else "",
    )
    if found.outcome is Outcome.MISSED:
        assert delivered is not None
        strikes.missed(desk, check, delivered)
        _escalate(desk, check, delivered)
    return True


def _escalate(desk: Desk, check: Check, delivered: datetime) -> None:
    """The unit must be reachable all the same: its deputy is asked, or its signatory told at once."""
    deputy = post_of(desk, check.unit, Role.DEPUTY)
    person = holder_of(desk, deputy) if deputy else None
    if deputy is None or person in (None, check.person_id):
        _tell_head(desk, check)
        return
    text = say("contact.deputy", **_told(desk, check, delivered))
    message = Message(text, ((button("here", check.id),),)).as_json()
    to, key = Recipient(post_id=deputy.id), f"contact:{check.id}:deputy"
    outbox.put(desk.tx, key, "notice", to, message, desk.now)
    checks.mark(desk.tx, check.id, deputy_asked_at=desk.now)


def _told(desk: Desk, check: Check, delivered: datetime) -> dict[str, object]:
    post = people.post_by_id(desk.tx, check.post_id)
    return {
        "post": post_name(desk, post),
        "name": people.person_name(desk.tx, check.person_id) if check.person_id else "",
        "at": when(delivered, desk.programme.zone),
        "minutes": check.window // 60,
    }


def _tell_head_in_time(desk: Desk, check: Check) -> bool:
    assert check.deputy_asked_at is not None
    if desk.now < check.deputy_asked_at + timedelta(seconds=check.second or check.window):
        return False
    _tell_head(desk, check)
    return True


def _tell_head(desk: Desk, check: Check) -> None:
    delivered = check.delivered_at or desk.now
    text = say("contact.head", asked=check.deputy_asked_at is not None, **_told(desk, check, delivered))
    key = f"contact:{check.id}:head"
    outbox.put(desk.tx, key, "notice", head_of(desk, check.unit), Message(text).as_json(), desk.now)
    checks.mark(desk.tx, check.id, head_told_at=desk.now)


def _report(desk: Desk, one: Round) -> None:
    """Whoever ordered the round is told how it went."""
    assert one.made_by is not None
    found = checks.of_round(desk.tx, one.id)
    text = say("contact.round", words=one.words, whole=len(found), **outcomes(desk, found))
    to = Recipient(person_id=one.made_by)
    outbox.put(desk.tx, f"contact_round:{one.id}", "notice", to, Message(text).as_json(), desk.now)


def outcomes(desk: Desk, found: list[Check]) -> dict[str, object]:
    """How many answered, and by name those who did not, kept apart by why."""
    by: dict[str, list[Check]] = {str(outcome): [] for outcome in Outcome}
    for check in found:
        by[check.outcome or str(Outcome.VOID)].append(check)
    return {
        "answered": len(by[Outcome.ANSWERED]),
        "missed": [_name(desk, one) for one in by[Outcome.MISSED]],
        "undelivered": [(_name(desk, one), one.cause) for one in by[Outcome.NOT_DELIVERED]],
        "void": len(by[Outcome.VOID]),
    }


def _name(desk: Desk, check: Check) -> Markup:
    post = people.post_by_id(desk.tx, check.post_id)
    name = people.person_name(desk.tx, check.person_id) if check.person_id else ""
    return say("contact.who", post=post_name(desk, post), name=name)
