"""Drafts of digests and of their corrections, with what the office wrote into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from storage.database import Tx
from storage.tables import digest, sheet, task


@dataclass(frozen=True, slots=True)
class Draft:
    """A digest (``number`` 0) or its 更正第N号 on the way to its readers.

    ``version`` grows with every refresh: a press on an older draft publishes nothing. ``asked_by`` has asked for the
    version ``asked_version`` to be released by somebody else.
    """

    period: str
    number: int
    version: int
    snapshot: Mapping[str, Any]
    drafted_at: datetime
    published_at: datetime | None
    paragraphs: Mapping[str, str]
    dropped: list[str]
    first: list[str]
    asked_by: int | None
    asked_version: int | None


_DRAFT = select(
    digest.c.period,
    digest.c.number,
    digest.c.version,
    digest.c.snapshot,
    digest.c.drafted_at,
    digest.c.published_at,
    digest.c.paragraphs,
    digest.c.dropped,
    digest.c.first,
    digest.c.asked_by,
    digest.c.asked_version,
)
_ONE = _DRAFT.where(digest.c.period == bindparam("key"), digest.c.number == bindparam("number"))
_FIRSTS = digest.c.number == 0
_PUBLISHED = select(digest.c.period).where(
    digest.c.period == bindparam("key"), _FIRSTS, digest.c.published_at.is_not(None)
)


def is_published(tx: Tx, period: str) -> bool:
    return tx.execute(_PUBLISHED, {"key": period}).scalar() is not None


def of_period(tx: Tx, period: str, number: int = 0) -> Draft | None:
    row = tx.execute(_ONE, {"key": period, "number": number}).one_or_none()
    return Draft(*row) if row else None


def newest_number(tx: Tx, period: str) -> int:
    """The number of a period's newest draft: 0 while nothing was corrected."""
    return int(tx.execute(select(func.max(digest.c.number)).where(digest.c.period == period)).scalar() or 0)


def published_periods(tx: Tx) -> set[str]:
    query = select(digest.c.period).where(_FIRSTS, digest.c.published_at.is_not(None))
    return set(tx.execute(query).scalars())


def published_at(tx: Tx) -> dict[str, datetime]:
    """When each published period was published."""
    query = select(digest.c.period, digest.c.published_at)
    rows = tx.execute(query.where(_FIRSTS, digest.c.published_at.is_not(None)))
    return {row[0]: row[1] for row in rows}


def all_by_period(tx: Tx) -> dict[str, Draft]:
    """The digest of every period that has one, corrections left aside."""
    return {row[0]: Draft(*row) for row in tx.execute(_DRAFT.where(_FIRSTS))}


def waiting_corrections(tx: Tx) -> list[Draft]:
    """Corrections that are not published, the newest period last."""
    query = _DRAFT.where(~_FIRSTS, digest.c.published_at.is_(None)).order_by(digest.c.period)
    return [Draft(*row) for row in tx.execute(query)]


_newest = (
    select(digest.c.period, func.max(digest.c.drafted_at).label("at")).group_by(digest.c.period).subquery()
)
_OVERTAKEN = (
    select(sheet.c.period)
    .select_from(
        task.join(sheet, task.c.sheet_id == sheet.c.id).join(_newest, _newest.c.period == sheet.c.period)
    )
    .where(task.c.signed_at > _newest.c.at)
    .distinct()
    .order_by(sheet.c.period)
)


def overtaken(tx: Tx) -> list[str]:
    """Periods in which something was signed after their newest draft was made."""
    return list(tx.execute(_OVERTAKEN).scalars())


def put(
    tx: Tx,
    period: str,
    snapshot: Mapping[str, Any],
    now: datetime,
    number: int = 0,
    like: Draft | None = None,
) -> int:
    """Write or refresh a draft; returns its version. Whoever was asked to release it must be asked again.

    A new one says what ``like`` says in the office's words.
    """
    known = of_period(tx, period, number)
    if known is None:
        row = {
            "period": period,
            "number": number,
            "version": 1,
            "snapshot": dict(snapshot),
            "drafted_at": now,
        }
        row |= {
            "paragraphs": dict(like.paragraphs) if like else {},
            "dropped": like.dropped if like else [],
            "first": like.first if like else [],
        }
        tx.execute(insert(digest).values(row))
        return 1
    _write(
        tx,
        known,
        version=known.version + 1,
        snapshot=dict(snapshot),
        drafted_at=now,
        asked_by=None,
        asked_version=None,
    )
    return known.version + 1


def edit(
    tx: Tx, known: Draft, *, paragraphs: Mapping[str, str], dropped: list[str], first: list[str]
) -> None:
    """What the office writes, leaves out and names first; it shows with the next refresh."""
    _write(tx, known, paragraphs=dict(paragraphs), dropped=dropped, first=first)


def ask_release(tx: Tx, known: Draft, person_id: int | None) -> None:
    """``person_id`` asks for this version to be released; None takes that back."""
    _write(tx, known, asked_by=person_id, asked_version=known.version if person_id else None)


def _write(tx: Tx, known: Draft, **values: Any) -> None:
    at = (digest.c.period == known.period, digest.c.number == known.number)
    tx.execute(update(digest).where(*at).values(**values))


def publish(tx: Tx, known: Draft, person_id: int, now: datetime) -> bool:
    """Publish this version; False when it was published or refreshed meanwhile."""
    done = tx.execute(
        update(digest)
        .where(
            digest.c.period == known.period,
            digest.c.number == known.number,
            digest.c.version == known.version,
            digest.c.published_at.is_(None),
        )
        .values(published_at=now, published_by=person_id)
    )
    return done.rowcount == 1
