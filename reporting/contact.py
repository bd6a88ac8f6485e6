"""24-hour contactability (联系畅通检查): who is drawn when, how a check ends, and what a miss leads to. Pure.

The rule is 宿城区's (a liaison must be reachable round the clock; 诫勉谈话, 通报批评, 取消联络员资格 at the first,
second and third miss). How it is tested, how long one may take and when the count begins anew stand in no
source: they are settings.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended; never two at once. Only MISSED counts against anybody."""

    ANSWERED = "answered"
    MISSED = "missed"
    NOT_DELIVERED = "not_delivered"
    VOID = "void"


class Cause(StrEnum):
    """Why a check ended so; on record with the outcome."""

    ACKNOWLEDGED = "acknowledged"
    OTHER_CONTACT = "other_contact"
    SILENT = "silent"
    NEVER_JOINED = "never_joined"
    BLOCKED = "blocked"
    UNSENT = "unsent"
    OUTAGE = "outage"
    OFF_DUTY = "off_duty"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``start`` up to and including ``end``."""

    start: datetime
    end: datetime

    def meets(self, start: datetime, end: datetime) -> bool:
        return self.start <= end and start <= self.end


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """What judging one check needs.

    ``delivered_at`` is the moment when this very message arrived, from which ``window`` runs; None while it did
    not. ``refused`` says why it never will (NEVER_JOINED, BLOCKED, UNSENT). ``acknowledged_at`` is the person's
    answer to the check, ``contacts`` are moments of anything else they did. ``outages`` are times in which we
    could not have heard them: the program stood still, Telegram did not answer, or the clock was moved.
    """

    window: timedelta
    delivered_at: datetime | None = None
    refused: Cause | None = None
    acknowledged_at: datetime | None = None
    contacts: Collection[datetime] = ()
    outages: Collection[Interval] = ()
    on_duty: bool = True

    @property
    def ends(self) -> datetime | None:
        """The last moment that counts; the whole second in which it lies does."""
        return None if self.delivered_at is None else _second(self.delivered_at + self.window)


@dataclass(frozen=True, slots=True)
class Judgement:
    """``answered_after`` is the response time, there only for ANSWERED."""

    outcome: Outcome
    cause: Cause
    answered_after: timedelta | None = None


def judge(facts: CheckFacts, now: datetime) -> Judgement | None:
    """How a check ended; None while it is still running.

    An answer in the second in which the window ends is in time. What comes later changes nothing: the outcome is
    recorded once, by whichever transaction commits first, and both ask this function.
    """
    if facts.refused is not None:
        return Judgement(Outcome.NOT_DELIVERED, facts.refused)
    if facts.delivered_at is None or facts.ends is None:
        return None
    if (answered := _answered(facts)) is not None:
        return answered
    if _second(now) <= facts.ends:
        return None
    if any(outage.meets(facts.delivered_at, facts.ends) for outage in facts.outages):
        return Judgement(Outcome.VOID, Cause.OUTAGE)
    if not facts.on_duty:
        return Judgement(Outcome.VOID, Cause.OFF_DUTY)
    return Judgement(Outcome.MISSED, Cause.SILENT)


def _answered(facts: CheckFacts) -> Judgement | None:
    assert facts.delivered_at is not None
    assert facts.ends is not None
    heard = [(at, Cause.OTHER_CONTACT) for at in facts.contacts]
    if facts.acknowledged_at is not None:
        heard.append((facts.acknowledged_at, Cause.ACKNOWLEDGED))
    in_time = [one for one in heard if facts.delivered_at <= one[0] and _second(one[0]) <= facts.ends]
    if not in_time:
        return None
    at, cause = min(in_time)
    return Judgement(Outcome.ANSWERED, cause, at - facts.delivered_at)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Beat:
    """One sign of life of the program: the wall clock, and a clock that nobody can set (seconds)."""

    at: datetime
    steady: float


STILL = timedelta(seconds=60)
"""Longer than this without an answer of the messenger we are taken not to have listened."""

JUMP = 0.5
"""Seconds by which the two clocks may drift apart between two signs of life."""


def jump(one: Beat, other: Beat) -> Interval | None:
    """The time over which the wall clock was moved between two signs of one program's life; None when it was not."""
    passed = (other.at - one.at).total_seconds()
    if abs(passed - (other.steady - one.steady)) <= JUMP:
        return None
    return Interval(min(one.at, other.at), max(one.at, other.at))


class Step(StrEnum):
    """The ladder. Each step is proposed to the office; a person confirms, nothing happens by itself."""

    TALK = "talk"
    CRITICISM = "criticism"
    REMOVAL = "removal"


LADDER = (Step.TALK, Step.CRITICISM, Step.REMOVAL)


def step_for(count: int) -> Step | None:
    """The step that so many misses in the window call for; the last one stays for any more."""
    return None if count < 1 else LADDER[min(count, len(LADDER)) - 1]


def counted(misses: Collection[datetime], at: datetime, reset: str, zone_offset: timedelta) -> int:
    """How many of the misses (cancelled ones left out) count at this moment, the newest included.

    ``reset`` is ``year`` (the calendar year in the programme's zone) or a number of days as text.
    """
    earlier = [one for one in misses if one <= at]
    if reset == "year":
        return sum((one + zone_offset).year == (at + zone_offset).year for one in earlier)
    return sum(at - one < timedelta(days=int(reset)) for one in earlier)
