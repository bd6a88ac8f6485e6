"""Everything that happened, and the chain of hashes over it by which an altered row shows.

Events are written in the transaction that causes them and sealed a few seconds later, in one place: a chain
inside every transaction would make all writers of a PostgreSQL queue for its last link.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select
from sqlalchemy.sql.elements import ColumnElement

from storage.database import Tx
from storage.tables import event, person, seal, sheet, task

START = "0" * 64
# PostgreSQL commits out of order: an event may appear behind one that is sealed already, but not for long.
LOOK_BACK = 1000
BATCH = 500

_WHAT = (
    event.c.id,
    event.c.at,
    event.c.verb,
    event.c.task_id,
    event.c.person_id,
    event.c.update_id,
    event.c.about,
    event.c.before,
    event.c.after,
    event.c.detail,
)
_ADD = insert(event)


def add(
    tx: Tx,
    verb: str,
    now: datetime,
    *,
    task_id: int | None = None,
    person_id: int | None = None,
    update_id: int | None = None,
    about: str = "",
    before: Any = None,
    after: Any = None,
    detail: Mapping[str, Any],
) -> None:
    """Record what happened; ``before``, ``after`` and ``detail`` must be JSON and hold nothing personal."""
    values = {
        "verb": verb,
        "at": now,
        "task_id": task_id,
        "person_id": person_id,
        "update_id": update_id,
        "about": about,
        "before": before,
        "after": after,
        "detail": dict(detail),
    }
    tx.execute(_ADD, values)


def last_of(tx: Tx, verb: str) -> datetime | None:
    """When this last happened; whole seconds, as messengers count."""
    at: datetime | None = tx.execute(select(func.max(event.c.at)).where(event.c.verb == verb)).scalar()
    return at.replace(microsecond=0) if at else None


def link(previous: str, row: Sequence[Any]) -> str:
    """The hash of a seal: over the seal before it and everything that the event says."""
    number, at, *rest = row
    text = json.dumps([previous, number, at.isoformat(), *rest], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def seal_new(tx: Tx, limit: int = BATCH) -> int:
    """Put a seal on events that have none yet, oldest first; returns how many."""
    newest = tx.execute(select(func.max(seal.c.event_id))).scalar() or 0
    rows = tx.execute(
        select(*_WHAT)
        .outerjoin(seal, seal.c.event_id == event.c.id)
        .where(event.c.id > newest - LOOK_BACK, seal.c.id.is_(None))
        .order_by(event.c.id)
        .limit(limit)
    ).all()
    if not rows:
        return 0
    previous = head(tx)
    for row in rows:
        sealed = link(previous, tuple(row))
        tx.execute(insert(seal).values(event_id=row[0], previous=previous, hash=sealed))
        previous = sealed
    return len(rows)


def head(tx: Tx) -> str:
    """The newest hash: whoever has noted it down can tell later that nothing before it was changed."""
    return tx.execute(select(seal.c.hash).order_by(seal.c.id.desc()).limit(1)).scalar() or START


@dataclass(frozen=True, slots=True)
class Verdict:
    """``altered`` is the first event that is not what was sealed; None when all are."""

    sealed: int
    waiting: int
    head: str
    altered: int | None
    known: bool = True


def verify(tx: Tx, noted: str = "") -> Verdict:
    """Compute the whole chain again. ``noted`` is a hash from before, which must still stand in it."""
    previous, count, known = START, 0, not noted
    for event_id, stood, sealed, row in _sealed(tx):
        if row is None or stood != previous or link(previous, row) != sealed:
            return Verdict(count, 0, previous, event_id, known)
        previous, count, known = sealed, count + 1, known or sealed == noted
    waiting = tx.execute(
        select(func.count(event.c.id))
        .outerjoin(seal, seal.c.event_id == event.c.id)
        .where(seal.c.id.is_(None))
    ).scalar_one()
    return Verdict(count, int(waiting), previous, None, known)


def _sealed(tx: Tx) -> Iterator[tuple[int, str, str, Sequence[Any] | None]]:
    """(event id, previous, hash, event) of every seal in order; the event is None when it is gone."""
    last = 0
    while True:
        seals = tx.execute(
            select(seal.c.id, seal.c.event_id, seal.c.previous, seal.c.hash)
            .where(seal.c.id > last)
            .order_by(seal.c.id)
            .limit(BATCH)
        ).all()
        if not seals:
            return
        wanted = [one[1] for one in seals]
        rows = {row[0]: tuple(row) for row in tx.execute(select(*_WHAT).where(event.c.id.in_(wanted)))}
        yield from ((one[1], one[2], one[3], rows.get(one[1])) for one in seals)
        last = seals[-1][0]


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as it is shown: with the person's present name, and the task's unit, form and period."""

    id: int
    at: datetime
    verb: str
    person: str | None
    update_id: int | None
    about: str
    before: Any
    after: Any
    detail: Mapping[str, Any]
    unit: str | None
    period: str | None
    form_id: int | None


_ENTRY = (
    select(
        event.c.id,
        event.c.at,
        event.c.verb,
        person.c.name,
        event.c.update_id,
        event.c.about,
        event.c.before,
        event.c.after,
        event.c.detail,
        task.c.unit,
        sheet.c.period,
        sheet.c.form_id,
    )
    .select_from(
        event.outerjoin(person, event.c.person_id == person.c.id)
        .outerjoin(task, event.c.task_id == task.c.id)
        .outerjoin(sheet, task.c.sheet_id == sheet.c.id)
    )
    .order_by(event.c.id.desc())
)


@dataclass(frozen=True, slots=True)
class Filter:
    """What to look for; None and empty mean everything. ``posts`` are the unit's: ``post:12``."""

    verb: str = ""
    name: str = ""
    unit: str = ""
    posts: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def entries(tx: Tx, wanted: Filter, limit: int) -> list[Entry]:
    """Events, newest first."""
    query = _ENTRY.where(*_conditions(wanted))
    return [Entry(*tuple(row)) for row in tx.execute(query.limit(limit))]


def _conditions(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.verb:
        yield event.c.verb == wanted.verb
    if wanted.name:
        yield person.c.name == wanted.name
    if wanted.unit:
        yield or_(task.c.unit == wanted.unit, event.c.about.in_(wanted.posts))
    if wanted.since is not None:
        yield event.c.at >= wanted.since
    if wanted.until is not None:
        yield event.c.at < wanted.until
