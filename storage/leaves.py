"""外出报备: who is away from when to when, and who stands in. Whether that is in force now is computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, or_, select, update
from sqlalchemy.sql.elements import BindParameter, ColumnElement

from storage.database import Tx
from storage.tables import leave


@dataclass(frozen=True, slots=True)
class Leave:
    id: int
    person_id: int
    stand_in: int
    since: datetime
    until: datetime


_COLUMNS = (leave.c.id, leave.c.person_id, leave.c.stand_in, leave.c.since, leave.c.until)


def in_force(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return (leave.c.since <= now) & (leave.c.until > now) & leave.c.ended_at.is_(None)


def add(
    tx: Tx, person_id: int, stand_in: int, since: datetime, until: datetime, reason: str, now: datetime
) -> int:
    row = insert(leave).values(
        person_id=person_id, stand_in=stand_in, since=since, until=until, reason=reason, made_at=now
    )
    return int(tx.execute(row.returning(leave.c.id)).scalar_one())


def touching(tx: Tx, since: datetime, until: datetime, *people: int) -> list[Leave]:
    """Leaves within this time in which one of these people is away or stands in."""
    query = select(*_COLUMNS).where(
        leave.c.since < until,
        leave.c.until > since,
        leave.c.ended_at.is_(None),
        or_(leave.c.person_id.in_(people), leave.c.stand_in.in_(people)),
    )
    return [Leave(*row) for row in tx.execute(query.order_by(leave.c.id))]


def stand_in_of(tx: Tx, person_id: int, now: datetime) -> int | None:
    """Who stands in for this person now."""
    query = select(leave.c.stand_in).where(leave.c.person_id == person_id, in_force(now))
    return tx.execute(query.limit(1)).scalar()


def stand_ins(tx: Tx, now: datetime) -> dict[int, int]:
    """Who stands in now, by who is away."""
    query = select(leave.c.person_id, leave.c.stand_in).where(in_force(now))
    return {row[0]: row[1] for row in tx.execute(query)}


def end(tx: Tx, leave_id: int, now: datetime) -> None:
    tx.execute(update(leave).where(leave.c.id == leave_id).values(ended_at=now))
