"""表扬, 批评 and 扣分 of units, for the annual assessment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, insert, select, update

from storage.database import Tx
from storage.ledger_table import ledger


@dataclass(frozen=True, slots=True)
class Entry:
    """``edition_id`` is the published digest that it stands on, None for what a person put down."""

    id: int
    year: int
    unit: str
    kind: str
    points: Decimal | None
    reason: str
    source: str
    edition_id: int | None
    state: str
    proposed_by: int | None
    proposed_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    note: str


def propose(
    tx: Tx,
    now: datetime,
    *,
    year: int,
    unit: str,
    kind: str,
    reason: str,
    source: str,
    points: Decimal | None = None,
    edition_id: int | None = None,
    person: int | None = None,
) -> int | None:
    """The number of a new proposal; None when this source has been proposed before."""
    if tx.execute(select(ledger.c.id).where(ledger.c.source == source)).scalar() is not None:
        return None
    values = {
        "year": year,
        "unit": unit,
        "kind": kind,
        "points": points,
        "reason": reason,
        "source": source,
        "edition_id": edition_id,
        "state": "proposed",
        "proposed_by": person,
        "proposed_at": now,
    }
    return int(tx.execute(insert(ledger).values(values).returning(ledger.c.id)).scalar_one())


def by_id(tx: Tx, number: int) -> Entry | None:
    row = tx.execute(select(ledger).where(ledger.c.id == number)).one_or_none()
    return Entry(*row) if row else None


def waiting(tx: Tx, most: int) -> list[Entry]:
    """Proposals that nobody has decided about, oldest first."""
    query = select(ledger).where(ledger.c.state == "proposed").order_by(ledger.c.id).limit(most)
    return [Entry(*row) for row in tx.execute(query)]


def count_waiting(tx: Tx) -> int:
    query = select(func.count()).select_from(ledger).where(ledger.c.state == "proposed")
    return int(tx.execute(query).scalar_one())


def of_year(tx: Tx, year: int) -> list[Entry]:
    return [
        Entry(*row) for row in tx.execute(select(ledger).where(ledger.c.year == year).order_by(ledger.c.id))
    ]


def decide(tx: Tx, number: int, state: str, person: int, now: datetime, note: str = "") -> bool:
    """False when somebody was faster."""
    done = tx.execute(
        update(ledger)
        .where(ledger.c.id == number, ledger.c.state == "proposed")
        .values(state=state, decided_by=person, decided_at=now, note=note)
    )
    return done.rowcount == 1
