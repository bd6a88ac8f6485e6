"""What happened is written down: one function that every service calls, and the chain over it."""

from __future__ import annotations

import hashlib
from typing import Any

from reporting.permissions import Action
from services.desk import Desk, Turn
from storage import audit as store
from storage.tasks import Task

RESTORED = "restore"


def audit(
    desk: Desk,
    verb: str,
    task: Task | None = None,
    *,
    about: str = "",
    before: Any = None,
    after: Any = None,
    person: int | None = None,
    **detail: Any,
) -> None:
    """Record what was done: by whom and from which update is known from the turn, the clock is nobody.

    ``about`` is what it was done to when that is no task: ``post:12``, ``setting:deadline``. ``before`` and
    ``after`` are what changed; of a task only ``after``, its state. Nothing here may name a person other than
    by ``{"person": id}``, or hold a telephone number or an address: a person must remain erasable.
    """
    who = (desk.who.person_id if desk.who else None) if isinstance(desk, Turn) else None
    store.add(
        desk.tx,
        verb,
        desk.now,
        task_id=task.id if task else None,
        person_id=person or who,
        update_id=desk.origin.update_id if isinstance(desk, Turn) else None,
        about=about,
        before=task.state if task and after is not None and before is None else before,
        after=after,
        detail=detail,
    )


def seal(desk: Desk) -> int:
    """Put seals on what happened since the last ring of the bell."""
    return store.seal_new(desk.tx)


def audit_refusal(turn: Turn, key: str, action: Action | None, times: int) -> None:
    """Somebody tried what they may not; ``times`` is how often within the hour.

    A stranger is told apart by a few digits of a hash, which many addresses share: nothing personal is kept.
    """
    stranger = "" if turn.who else hashlib.sha256(turn.origin.address.encode()).hexdigest()[:6]
    place = str(turn.origin.place)
    audit(turn, "refuse", why=key, action=str(action or ""), place=place, times=times, stranger=stranger)


def check(desk: Desk, noted: str = "") -> store.Verdict:
    """Compute the whole chain again; ``noted`` is a hash that was written down before."""
    return store.verify(desk.tx, noted)
