"""The roster as it stands, and one that was sent and waits for its sender's word."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from reporting.programme import Role
from reporting.roster import Seat
from storage.database import Tx
from storage.tables import person, post, roster_draft

# Twelve digits fit a button.
NUMBERS = 10**12

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
    """``asked_at`` is when another admin was asked to agree."""

    id: int
    person_id: int
    rows: list[list[str]]
    shown: list[Any]
    asked_at: datetime | None


def put_draft(tx: Tx, person_id: int, rows: Any, shown: Any, now: datetime) -> int:
    """Keep a roster until it is decided; an earlier one of its sender is forgotten.

    Returns its number. It is drawn: one that was counted would be given out again after a deletion, and the button of
    a forgotten roster would confirm the new one.
    """
    tx.execute(delete(roster_draft).where(roster_draft.c.person_id == person_id))
    number = secrets.randbelow(NUMBERS)
    values = {"id": number, "person_id": person_id, "rows": rows, "shown": shown, "made_at": now}
    tx.execute(insert(roster_draft).values(**values))
    return number


def draft(tx: Tx, number: int) -> Draft | None:
    columns = (roster_draft.c.id, roster_draft.c.person_id, roster_draft.c.rows, roster_draft.c.shown)
    query = select(*columns, roster_draft.c.asked_at).where(roster_draft.c.id == number)
    row = tx.execute(query).one_or_none()
    return Draft(*row) if row else None


def ask_second(tx: Tx, number: int, now: datetime) -> None:
    tx.execute(update(roster_draft).where(roster_draft.c.id == number).values(asked_at=now))


def drop_draft(tx: Tx, number: int) -> None:
    tx.execute(delete(roster_draft).where(roster_draft.c.id == number))
