"""The life of a task, and how timely it was. Both are pure functions of its row."""

from __future__ import annotations

from datetime import datetime, timedelta
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


_AFTER = {
    (TaskState.OPEN, TaskEvent.SUBMIT): TaskState.SUBMITTED,
    (TaskState.RETURNED, TaskEvent.SUBMIT): TaskState.SUBMITTED,
    (TaskState.SUBMITTED, TaskEvent.WITHDRAW): TaskState.OPEN,
    (TaskState.SUBMITTED, TaskEvent.SIGN): TaskState.SIGNED,
    (TaskState.SUBMITTED, TaskEvent.RETURN): TaskState.RETURNED,
}


def after(state: TaskState, event: TaskEvent) -> TaskState:
    """The state that an event leads to; Refused when it does not apply (any more)."""
    follows = _AFTER.get((state, event))
    if follows is None:
        raise Refused(f"task.{state}")
    return follows


class Timeliness(StrEnum):
    """按时, 迟报, 未报; 待报 while the deadline has not passed."""

    ON_TIME = "on_time"
    LATE = "late"
    MISSING = "missing"
    PENDING = "pending"


# People read 17:30: the whole of that minute is on time.
DUE_MINUTE = timedelta(minutes=1)


def timeliness(signed_at: datetime | None, due: datetime, now: datetime) -> Timeliness:
    """A report counts from its signature, as the notice asks; the minute that is named is on time."""
    if signed_at is not None:
        return Timeliness.ON_TIME if signed_at < due + DUE_MINUTE else Timeliness.LATE
    return Timeliness.PENDING if now < due + DUE_MINUTE else Timeliness.MISSING
