"""Who holds which post, from when to when, and why it changed hands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from storage.database import Tx
from storage.tables import person, post, post_holding


@dataclass(frozen=True, slots=True)
class Holding:
    post_id: int
    person_id: int
    name: str
    since: datetime
    until: datetime | None
    why: str
    ended_why: str


def take(tx: Tx, post_id: int, person_id: int, why: str, now: datetime) -> None:
    """From now on this person holds the post; whoever held it until now does not."""
    leave_post(tx, post_id, why, now)
    tx.execute(
        update(post)
        .where(post.c.id == post_id)
        .values(person_id=person_id, since=now, planned_name="", planned_phone="")
    )
    tx.execute(insert(post_holding).values(post_id=post_id, person_id=person_id, since=now, why=why))


def leave_post(tx: Tx, post_id: int, why: str, now: datetime) -> None:
    """Nobody holds the post any more."""
    tx.execute(update(post).where(post.c.id == post_id).values(person_id=None, since=None))
    tx.execute(
        update(post_holding)
        .where(post_holding.c.post_id == post_id, post_holding.c.until.is_(None))
        .values(until=now, ended_why=why)
    )


def plan(tx: Tx, post_id: int, name: str, phone: str) -> None:
    """Who is meant for the post until they have joined."""
    tx.execute(update(post).where(post.c.id == post_id).values(planned_name=name, planned_phone=phone))


def of_post(tx: Tx, post_id: int) -> list[Holding]:
    """Everyone who held it, oldest first."""
    query = (
        select(
            post_holding.c.post_id,
            post_holding.c.person_id,
            person.c.name,
            post_holding.c.since,
            post_holding.c.until,
            post_holding.c.why,
            post_holding.c.ended_why,
        )
        .join(person)
        .where(post_holding.c.post_id == post_id)
        .order_by(post_holding.c.id)
    )
    return [Holding(*row) for row in tx.execute(query)]
