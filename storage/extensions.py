"""Requests for more time (申请延期), and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from storage.database import Tx
from storage.tables import extension


@dataclass(frozen=True, slots=True)
class Extension:
    id: int
    task_id: int
    until: datetime
    reason: str
    progress: str
    state: str
    asked_by: int
    asked_at: datetime
    decided_by: int | None
    decided_at: datetime | None


def ask(
    tx: Tx, task_id: int, until: datetime, reason: str, progress: str, person: int, now: datetime
) -> Extension:
    row = tx.execute(
        insert(extension)
        .values(
            task_id=task_id,
            until=until,
            reason=reason,
            progress=progress,
            state="asked",
            asked_by=person,
            asked_at=now,
        )
        .returning(*extension.c)
    ).one()
    return Extension(*row)


def by_id(tx: Tx, extension_id: int) -> Extension | None:
    row = tx.execute(select(extension).where(extension.c.id == extension_id)).one_or_none()
    return Extension(*row) if row else None


def of_task(tx: Tx, task_id: int) -> list[Extension]:
    """A task's requests, oldest first."""
    query = select(extension).where(extension.c.task_id == task_id).order_by(extension.c.id)
    return [Extension(*row) for row in tx.execute(query)]


def decide(tx: Tx, extension_id: int, state: str, person: int, now: datetime) -> bool:
    """Grant or refuse; False when somebody did before."""
    done = tx.execute(
        update(extension)
        .where(extension.c.id == extension_id, extension.c.state == "asked")
        .values(state=state, decided_by=person, decided_at=now)
    )
    return done.rowcount == 1
