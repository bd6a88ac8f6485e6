"""The life of a task, and how timely it was. Both are pure functions of its row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from forms.problems import Refused


class TaskState(StrEnum):
    """填报 → 待审核签字 → 已签字, or 退回 and again."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SIGNED = "signed"


class TaskEvent(StrEnum):
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    SIGN = "sign"
    RETURN = "return"
    REOPEN = "reopen"


_AFTER = {
    (TaskState.OPEN, TaskEvent.SUBMIT): TaskState.SUBMITTED,
    (TaskState.RETURNED, TaskEvent.SUBMIT): TaskState.SUBMITTED,
    (TaskState.SUBMITTED, TaskEvent.WITHDRAW): TaskState.OPEN,
    (TaskState.SUBMITTED, TaskEvent.SIGN): TaskState.SIGNED,
    (TaskState.SUBMITTED, TaskEvent.RETURN): TaskState.RETURNED,
    (TaskState.SIGNED, TaskEvent.REOPEN): TaskState.OPEN,
}


def after(state: TaskState, event: TaskEvent) -> TaskState:
    """The state that an event leads to; Refused when it does not apply (any more)."""
    follows = _AFTER.get((state, event))
    if follows is None:
        raise Refused(f"task.{state}")
    return follows


class Timeliness(StrEnum):
    """按时, 零报告 (on time, with nothing to tell), 迟报, 补报 (after the lock), 免报, 未报; 待报 until it is due."""

    ON_TIME = "on_time"
    NIL = "nil"
    LATE = "late"
    AFTER_LOCK = "after_lock"
    EXEMPT = "exempt"
    MISSING = "missing"
    PENDING = "pending"


FILED = (Timeliness.ON_TIME, Timeliness.NIL, Timeliness.LATE, Timeliness.AFTER_LOCK)
IN_TIME = (Timeliness.ON_TIME, Timeliness.NIL)

# People read 17:30: the whole of that minute is on time.
DUE_MINUTE = timedelta(minutes=1)


def timeliness(
    signed_at: datetime | None,
    due: datetime,
    now: datetime,
    *,
    locked_at: datetime | None = None,
    exempt: bool = False,
    nil: bool = False,
) -> Timeliness:
    """A report counts from its signature, as the notice asks; the minute that is named is on time.

    Due, locked and exempt are three things: what is signed after the lock is 补报 even before its due time
    (a period was closed early), and what an exempt unit files all the same counts as what it is.
    """
    if signed_at is None:
        if exempt:
            return Timeliness.EXEMPT
        return Timeliness.PENDING if now < due + DUE_MINUTE else Timeliness.MISSING
    if locked_at is not None and signed_at > locked_at:
        return Timeliness.AFTER_LOCK
    if signed_at >= due + DUE_MINUTE:
        return Timeliness.LATE
    return Timeliness.NIL if nil else Timeliness.ON_TIME


@dataclass(frozen=True, slots=True)
class Rate:
    """报送率 or 按时率: ``part`` of ``whole``; no rate where nothing is owed."""

    part: int
    whole: int

    @property
    def percent(self) -> Decimal | None:
        return Decimal(self.part * 100) / self.whole if self.whole else None


def filing_rate(roster: Iterable[Timeliness]) -> Rate:
    """已报 of 应报. The roster is one entry per task that was opened: units that came, went or merged since change nothing."""
    return _rate(roster, FILED)


def on_time_rate(roster: Iterable[Timeliness]) -> Rate:
    """按时 of 应报."""
    return _rate(roster, IN_TIME)


def _rate(roster: Iterable[Timeliness], kinds: tuple[Timeliness, ...]) -> Rate:
    owed = [one for one in roster if one is not Timeliness.EXEMPT]
    return Rate(sum(one in kinds for one in owed), len(owed))
