"""What is kept about one person, and how it is forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, func, or_, select, update

from storage.database import Tx
from storage.tables import (
    answer,
    contact,
    event,
    import_draft,
    leave,
    outbox,
    person,
    post,
    post_holding,
    request,
    roster_draft,
)


def everything(tx: Tx, person_id: int) -> dict[str, Any]:
    """As JSON: the person, where they are reached, posts held, leaves, and how much of what they did is kept."""
    name, phone, joined = tx.execute(
        select(person.c.name, person.c.phone, person.c.joined_at).where(person.c.id == person_id)
    ).one()
    address = tx.execute(select(contact.c.address).where(contact.c.person_id == person_id)).scalar()
    held = tx.execute(
        select(post.c.unit, post.c.role, post_holding.c.since, post_holding.c.until)
        .select_from(post_holding.join(post))
        .where(post_holding.c.person_id == person_id)
        .order_by(post_holding.c.id)
    )
    away = tx.execute(
        select(leave.c.since, leave.c.until, leave.c.reason).where(leave.c.person_id == person_id)
    )
    return {
        "name": name,
        "phone": phone,
        "address": address,
        "joined": joined.isoformat(),
        "posts": [{"unit": r[0], "role": r[1], "since": _text(r[2]), "until": _text(r[3])} for r in held],
        "leaves": [{"since": _text(r[0]), "until": _text(r[1]), "reason": r[2]} for r in away],
        "answers": _count(tx, answer, person_id),
        "events": _count(tx, event, person_id),
    }


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _count(tx: Tx, table: Table, person_id: int) -> int:
    query = select(func.count()).select_from(table).where(table.c.person_id == person_id)
    return int(tx.execute(query).scalar_one())


def erase(tx: Tx, person_id: int, name: str, now: datetime) -> None:
    """The row stays, because answers and the record point to it; nothing in it says who it was."""
    was = tx.execute(select(person.c.name).where(person.c.id == person_id)).scalar_one()
    tx.execute(update(person).where(person.c.id == person_id).values(name=name, phone="", erased_at=now))
    tx.execute(delete(contact).where(contact.c.person_id == person_id))
    for table in (import_draft, roster_draft):
        tx.execute(delete(table).where(table.c.person_id == person_id))
    tx.execute(update(leave).where(leave.c.person_id == person_id).values(reason=""))
    tx.execute(
        update(leave)
        .where(or_(leave.c.person_id == person_id, leave.c.stand_in == person_id), leave.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    tx.execute(update(request).where(request.c.name == was).values(name=name, phone=""))
    tx.execute(
        update(outbox).where(outbox.c.person_id == person_id).values(message={"text": "", "buttons": []})
    )
    tx.execute(
        update(outbox)
        .where(outbox.c.person_id == person_id, outbox.c.state == "pending")
        .values(state="dropped", reason="erased")
    )
