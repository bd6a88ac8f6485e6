"""联系不通: misses, what became of them, and what is drafted for circulars."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update

from storage.contact_tables import miss, paragraph
from storage.database import Tx
from storage.tables import post


@dataclass(frozen=True, slots=True)
class Miss:
    """``at`` is when the check was delivered; ``reason`` why an appeal was turned down or the miss cancelled."""

    id: int
    check_id: int
    person_id: int
    post_id: int
    unit: str
    at: datetime
    state: str
    count: int
    step: str | None
    appeal_until: datetime
    appeal: str
    appealed_at: datetime | None
    reason: str
    decided_by: int | None
    decided_at: datetime | None


_COLUMNS = (
    miss.c.id,
    miss.c.check_id,
    miss.c.person_id,
    miss.c.post_id,
    post.c.unit,
    miss.c.at,
    miss.c.state,
    miss.c.count,
    miss.c.step,
    miss.c.appeal_until,
    miss.c.appeal,
    miss.c.appealed_at,
    miss.c.reason,
    miss.c.decided_by,
    miss.c.decided_at,
)


def add(tx: Tx, check_id: int, person_id: int, post_id: int, at: datetime, appeal_until: datetime) -> int:
    values = {"check_id": check_id, "person_id": person_id, "post_id": post_id, "at": at}
    row = insert(miss).values(**values, state="open", appeal_until=appeal_until)
    return int(tx.execute(row.returning(miss.c.id)).scalar_one())


def _read(tx: Tx, *mine: ColumnElement[bool]) -> list[Miss]:
    query = select(*_COLUMNS).join(post, post.c.id == miss.c.post_id).where(*mine)
    rows: Iterable[Any] = tx.execute(query.order_by(miss.c.at, miss.c.id))
    return [Miss(*row) for row in rows]


def by_id(tx: Tx, miss_id: int) -> Miss | None:
    found = _read(tx, miss.c.id == miss_id)
    return found[0] if found else None


def of_person(tx: Tx, person_id: int) -> list[Miss]:
    """Oldest first, cancelled ones too."""
    return _read(tx, miss.c.person_id == person_id)


def of_checks(tx: Tx, check_ids: Collection[int]) -> dict[int, Miss]:
    found = _read(tx, miss.c.check_id.in_(list(check_ids)))
    return {one.check_id: one for one in found}


def since(tx: Tx, at: datetime) -> list[Miss]:
    return _read(tx, miss.c.at >= at)


def undecided(tx: Tx) -> list[Miss]:
    """Misses that are neither proposed to anybody nor done with."""
    return _read(tx, miss.c.state.in_(("open", "appealed")))


def move(tx: Tx, one: Miss, state: str, **values: Any) -> bool:
    """False when somebody moved it since it was read."""
    mine = (miss.c.id == one.id, miss.c.state == one.state)
    return tx.execute(update(miss).where(*mine).values(state=state, **values)).rowcount == 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    id: int
    miss_id: int | None
    text: str


def put_paragraph(tx: Tx, period: str, kind: str, miss_id: int, text: str, now: datetime) -> None:
    """A paragraph for the circular of this period."""
    values = {"period": period, "kind": kind, "miss_id": miss_id, "text": text, "made_at": now}
    tx.execute(insert(paragraph).values(**values))


def withdraw_paragraph(tx: Tx, miss_id: int, now: datetime) -> bool:
    """It is not to be published; False when there was none."""
    mine = (paragraph.c.miss_id == miss_id, paragraph.c.withdrawn_at.is_(None))
    return tx.execute(update(paragraph).where(*mine).values(withdrawn_at=now)).rowcount == 1


def paragraphs(tx: Tx, period: str) -> list[Paragraph]:
    """What the circular of a period is to say, oldest first."""
    query = select(paragraph.c.id, paragraph.c.miss_id, paragraph.c.text).where(
        paragraph.c.period == period, paragraph.c.withdrawn_at.is_(None)
    )
    return [Paragraph(*row) for row in tx.execute(query.order_by(paragraph.c.id))]
