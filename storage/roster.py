"""The roster as it stands, and one that was sent and waits for its sender's word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select

from reporting.programme import Role
from reporting.roster import Seat
from storage.database import Tx
from storage.tables import person, post, roster_draft

_SEATS = (
    select(
        post.c.id,
        post.c.unit,
        post.c.role,
        post.c.seat,
        func.coalesce(person.c.name, post.c.planned_name),
        func.coalesce(person.c.phone, post.c.planned_phone),
    )
    .select_from(post.outerjoin(person, person.c.id == post.c.person_id))
    .order_by(post.c.unit, post.c.role, post.c.seat)
)


def seats(tx: Tx) -> list[Seat]:
    """Every post with whoever holds it or is meant for it."""
    return [Seat(row[0], row[1], Role(row[2]), *row[3:]) for row in tx.execute(_SEATS)]


@dataclass(frozen=True, slots=True)
class Draft:
    rows: list[list[str]]
    shown: list[Any]


def put_draft(tx: Tx, person_id: int, rows: Any, shown: Any, now: datetime) -> int:
    """Keep a roster until its sender decides; an earlier one of theirs is forgotten. Returns its number."""
    tx.execute(delete(roster_draft).where(roster_draft.c.person_id == person_id))
    values = {"person_id": person_id, "rows": rows, "shown": shown, "made_at": now}
    return int(tx.execute(insert(roster_draft).values(**values).returning(roster_draft.c.id)).scalar_one())


def draft(tx: Tx, person_id: int, number: int) -> Draft | None:
    query = select(roster_draft.c.rows, roster_draft.c.shown).where(
        roster_draft.c.person_id == person_id, roster_draft.c.id == number
    )
    row = tx.execute(query).one_or_none()
    return Draft(row[0], row[1]) if row else None


def drop_draft(tx: Tx, person_id: int, number: int) -> bool:
    mine = (roster_draft.c.person_id == person_id) & (roster_draft.c.id == number)
    return tx.execute(delete(roster_draft).where(mine)).rowcount == 1
