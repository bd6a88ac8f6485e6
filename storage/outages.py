"""When the program was down, as far as its last sign of life tells."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update

from storage.database import Tx
from storage.tables import outage, pulse


def last_pulse(tx: Tx) -> datetime | None:
    at: datetime | None = tx.execute(select(pulse.c.at)).scalar()
    return at


def beat(tx: Tx, now: datetime) -> None:
    """A sign of life."""
    if not tx.execute(update(pulse).values(at=now)).rowcount:
        tx.execute(insert(pulse).values(id=1, at=now))


def add(tx: Tx, began: datetime, ended: datetime) -> None:
    """One that begins where a known one does makes that longer."""
    known = tx.execute(select(outage.c.ended_at).where(outage.c.began_at == began)).scalar()
    if known is None:
        tx.execute(insert(outage).values(began_at=began, ended_at=ended))
    elif known < ended:
        tx.execute(update(outage).where(outage.c.began_at == began).values(ended_at=ended))


def since(tx: Tx, at: datetime) -> list[tuple[datetime, datetime]]:
    """(began, ended) of every outage that ended after this moment."""
    rows = tx.execute(select(outage).where(outage.c.ended_at > at).order_by(outage.c.began_at))
    return [(row.began_at, row.ended_at) for row in rows]
