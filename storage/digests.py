"""Drafts and published digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from storage.database import Tx
from storage.tables import digest


@dataclass(frozen=True, slots=True)
class Draft:
    """``version`` grows with every refresh: a press on an older draft publishes nothing."""

    period: str
    version: int
    snapshot: Mapping[str, Any]
    published_at: datetime | None


_DRAFT = (digest.c.period, digest.c.version, digest.c.snapshot, digest.c.published_at)


_OF_PERIOD = select(*_DRAFT).where(digest.c.period == bindparam("key"))
_PUBLISHED = select(digest.c.period).where(
    digest.c.period == bindparam("key"), digest.c.published_at.is_not(None)
)


def is_published(tx: Tx, period: str) -> bool:
    return tx.execute(_PUBLISHED, {"key": period}).scalar() is not None


def of_period(tx: Tx, period: str) -> Draft | None:
    row = tx.execute(_OF_PERIOD, {"key": period}).one_or_none()
    return Draft(*row) if row else None


def published_periods(tx: Tx) -> set[str]:
    return set(tx.execute(select(digest.c.period).where(digest.c.published_at.is_not(None))).scalars())


def published_at(tx: Tx) -> dict[str, datetime]:
    """When each published period was published."""
    rows = tx.execute(
        select(digest.c.period, digest.c.published_at).where(digest.c.published_at.is_not(None))
    )
    return {row[0]: row[1] for row in rows}


def all_by_period(tx: Tx) -> dict[str, Draft]:
    return {row[0]: Draft(*row) for row in tx.execute(select(*_DRAFT))}


def put(tx: Tx, period: str, snapshot: Mapping[str, Any], now: datetime) -> int:
    """Write or refresh the draft of a period; returns its version."""
    known = of_period(tx, period)
    if known is None:
        tx.execute(insert(digest).values(period=period, version=1, snapshot=dict(snapshot), drafted_at=now))
        return 1
    tx.execute(
        update(digest)
        .where(digest.c.period == period)
        .values(version=known.version + 1, snapshot=dict(snapshot), drafted_at=now)
    )
    return known.version + 1


def publish(tx: Tx, period: str, version: int, person_id: int, now: datetime) -> bool:
    """Publish this version; False when it was published or refreshed meanwhile."""
    done = tx.execute(
        update(digest)
        .where(digest.c.period == period, digest.c.version == version, digest.c.published_at.is_(None))
        .values(published_at=now, published_by=person_id)
    )
    return done.rowcount == 1
