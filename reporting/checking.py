"""A contact check on its way: what is to be done with it now. Pure; the rules of its end stand in ``contact``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from reporting.contact import LADDER, Cause, CheckFacts, Judgement, Outcome, Step, judge
from reporting.settings import Key, Settings, Value

# What could not be handed over within this time is not asked any more: it would come at an hour nobody chose.
STALE = timedelta(minutes=30)
# What was said in time may be heard so much later; a longer deafness is an outage.
HEARING = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ContactRules:
    """The settings of a programme: ``often`` is checks a person and month, 0 for none; ``appeal`` is in days."""

    often: Fraction = Fraction(0)
    hours: tuple[str, str] = ("08:00", "22:00")
    window: timedelta = timedelta(minutes=30)
    second: timedelta = timedelta(minutes=15)
    reset: str = "year"
    appeal: timedelta = timedelta(days=3)
    steps: tuple[Step, ...] = LADDER

    @property
    def as_set(self) -> dict[Key, Value]:
        """The same as settings hold it."""
        return {
            Key.CONTACT_OFTEN: str(self.often),
            Key.CONTACT_HOURS: {"from": self.hours[0], "to": self.hours[1]},
            Key.CONTACT_WINDOW: int(self.window.total_seconds()) // 60,
            Key.CONTACT_SECOND: int(self.second.total_seconds()) // 60,
            Key.CONTACT_RESET: self.reset,
            Key.CONTACT_APPEAL: self.appeal.days,
            Key.CONTACT_STEPS: [str(step) for step in self.steps],
        }


def rules_of(settings: Settings) -> ContactRules:
    """What is set, over the defaults."""
    set_ = {key: value for key in ContactRules().as_set if (value := settings.get(key)) is not None}
    found = {**ContactRules().as_set, **set_}
    hours = found[Key.CONTACT_HOURS]
    return ContactRules(
        Fraction(found[Key.CONTACT_OFTEN]),
        (hours["from"], hours["to"]),
        timedelta(minutes=found[Key.CONTACT_WINDOW]),
        timedelta(minutes=found[Key.CONTACT_SECOND]),
        found[Key.CONTACT_RESET],
        timedelta(days=found[Key.CONTACT_APPEAL]),
        tuple(Step(one) for one in found[Key.CONTACT_STEPS]),
    )


def step_in_force(count: int, steps: tuple[Step, ...]) -> Step | None:
    """What so many misses call for: their own step, else the next milder one that is in force."""
    called_for = LADDER[: min(count, len(LADDER))]
    return next((step for step in reversed(called_for) if step in steps), None)


class Todo(StrEnum):
    """What a check that runs needs: a second ping, an outcome, or to be taken back because it came too late."""

    AGAIN = "again"
    SETTLE = "settle"
    TAKE_BACK = "take_back"


# What became of the message, as the outbox says it, and the cause that this is.
_LOST: Mapping[str, Cause] = {
    "blocked": Cause.BLOCKED,
    "deactivated": Cause.BLOCKED,
    "gone": Cause.BLOCKED,
    "unreachable": Cause.BLOCKED,
}


IN_DOUBT = "in doubt"


def may_have_arrived(state: str, reason: str) -> bool:
    """Whether a message without a moment of delivery may be on somebody's telephone all the same."""
    return state in ("sending", "in_doubt") or (state == "pending" and reason.startswith(IN_DOUBT))


def refused_because(state: str, reason: str) -> Cause | None:
    """Why a message in this state never arrives; None while it may, or when it did."""
    if state in ("pending", "sending", "sent"):
        return None
    return _LOST.get(reason, Cause.UNSENT)


@dataclass(frozen=True, slots=True)
class Running:
    """A check that was asked. ``listened`` is up to when everything that people did is known."""

    facts: CheckFacts
    asked_at: datetime
    second: timedelta
    pending: bool
    listened: datetime | None


def what_now(check: Running, now: datetime) -> Todo | None:
    """What is due. Silence is found only of whoever was listened to until after the window's end."""
    facts = check.facts
    if check.pending and now - check.asked_at > STALE:
        return Todo.TAKE_BACK
    if judge(facts, now) is not None:
        return Todo.SETTLE if _is_heard(check, now) else None
    if facts.delivered_at is None or not check.second or check.second >= facts.window:
        return None
    return Todo.AGAIN if now >= facts.delivered_at + check.second else None


def _is_heard(check: Running, now: datetime) -> bool:
    ends = check.facts.ends
    if check.facts.refused is not None or ends is None:
        return True
    return check.listened is not None and check.listened > ends and now > ends + HEARING


def came_at(now: datetime, listened: datetime | None, *, waited: bool) -> datetime:
    """When an update was sent at the earliest: now, if we were waiting for one, else when we had last listened."""
    return now if waited or listened is None else listened


def heard_at(facts: CheckFacts, came: datetime, now: datetime) -> datetime:
    """The moment that an action counts from: not before the delivery that it answers, not after it was handled."""
    at = min(came, now)
    return at if facts.delivered_at is None else max(at, facts.delivered_at)


def answered(
    facts: CheckFacts, at: datetime, *, acknowledged: bool, arrived: bool = False
) -> Judgement | None:
    """The outcome if this person was heard at this moment; None when that comes too late to change anything.

    Pressing the check's own button shows that it arrived, also where that is not on record yet; and what may have
    ``arrived`` is taken to have.
    """
    if facts.delivered_at is None and (acknowledged or arrived):
        facts = replace(facts, delivered_at=at, refused=None)
    heard = replace(facts, acknowledged_at=at) if acknowledged else replace(facts, contacts=(at,))
    found = judge(heard, at)
    return found if found is not None and found.outcome is Outcome.ANSWERED else None
