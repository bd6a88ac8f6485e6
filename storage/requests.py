"""What needs a second person's word: who asked, for what and why, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from storage.database import Tx
from storage.tables import request


@dataclass(frozen=True, slots=True)
class Request:
    """``name`` and ``phone`` are the person's who is proposed for the post; ``person_id`` who is to be erased."""

    id: int
    kind: str
    by_person: int
    post_id: int | None
    person_id: int | None
    name: str
    phone: str
    reason: str
    state: str


_COLUMNS = (
    request.c.id,
    request.c.kind,
    request.c.by_person,
    request.c.post_id,
    request.c.person_id,
    request.c.name,
    request.c.phone,
    request.c.reason,
    request.c.state,
)


def add(
    tx: Tx,
    kind: str,
    by_person: int,
    reason: str,
    now: datetime,
    *,
    post_id: int | None = None,
    person_id: int | None = None,
    name: str = "",
    phone: str = "",
) -> int:
    row = insert(request).values(
        kind=kind,
        by_person=by_person,
        post_id=post_id,
        person_id=person_id,
        name=name,
        phone=phone,
        reason=reason,
        state="open",
        made_at=now,
    )
    return int(tx.execute(row.returning(request.c.id)).scalar_one())


def by_id(tx: Tx, request_id: int) -> Request | None:
    row = tx.execute(select(*_COLUMNS).where(request.c.id == request_id)).one_or_none()
    return Request(*row) if row else None


def open_of(tx: Tx, kind: str, *, post_id: int | None = None, person_id: int | None = None) -> Request | None:
    """The open request about this post or person."""
    query = select(*_COLUMNS).where(
        request.c.kind == kind,
        request.c.state == "open",
        request.c.post_id == post_id,
        request.c.person_id == person_id,
    )
    row = tx.execute(query.limit(1)).one_or_none()
    return Request(*row) if row else None


def decide(tx: Tx, request_id: int, state: str, by: int, answer: str, now: datetime) -> bool:
    """False when somebody decided before."""
    done = tx.execute(
        update(request)
        .where(request.c.id == request_id, request.c.state == "open")
        .values(state=state, decided_by=by, decided_at=now, answer=answer)
    )
    return done.rowcount == 1
