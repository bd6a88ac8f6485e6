"""The board (看板): one sign for each unit and table."""

from __future__ import annotations

from enum import StrEnum

from reporting.states import TaskState, Timeliness


class Sign(StrEnum):
    """What one square of the board says."""

    ON_TIME = "on_time"
    NIL = "nil"
    LATE = "late"
    AFTER_LOCK = "after_lock"
    EXEMPT = "exempt"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    BEGUN = "begun"
    WAITING = "waiting"
    MISSING = "missing"
    UNDELIVERED = "undelivered"
    NONE = "none"


# Signs that somebody should look at, the most pressing first.
PRESSING = (Sign.UNDELIVERED, Sign.MISSING, Sign.RETURNED, Sign.SUBMITTED, Sign.BEGUN, Sign.WAITING)
_FILED = {
    Timeliness.ON_TIME: Sign.ON_TIME,
    Timeliness.NIL: Sign.NIL,
    Timeliness.LATE: Sign.LATE,
    Timeliness.AFTER_LOCK: Sign.AFTER_LOCK,
    Timeliness.EXEMPT: Sign.EXEMPT,
}


def sign_of(state: TaskState, timely: Timeliness, *, delivered: bool, begun: bool) -> Sign:
    """A square. Whoever never got our prompt is 未送达: neither 迟报 nor 未报 can be held against them."""
    if not delivered and timely in (Timeliness.LATE, Timeliness.MISSING):
        return Sign.UNDELIVERED
    if timely in _FILED:
        return _FILED[timely]
    if timely is Timeliness.MISSING:
        return Sign.MISSING
    if state is TaskState.SUBMITTED:
        return Sign.SUBMITTED
    if state is TaskState.RETURNED:
        return Sign.RETURNED
    return Sign.BEGUN if begun else Sign.WAITING
