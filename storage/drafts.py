"""Workbooks and blocks that people sent: one at most for each person, from receipt until they agree to it or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from storage.database import Tx
from storage.tables import contact, import_draft


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that was received and not yet read; ``address`` is its sender's."""

    person_id: int
    address: str
    bot_id: int
    update_id: int
    file_ref: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file or block would change; without a task, of 历史数据. ``version`` is the conversation's that asks about it."""

    task_id: int | None
    proposal: Mapping[str, Any]
    received_at: datetime
    update_id: int
    version: int


def put(tx: Tx, person_id: int, bot_id: int, update_id: int, file_ref: str, received_at: datetime) -> None:
    """A file came in; whatever this person sent before is forgotten."""
    drop(tx, person_id)
    tx.execute(
        insert(import_draft).values(
            person_id=person_id,
            bot_id=bot_id,
            update_id=update_id,
            file_ref=file_ref,
            received_at=received_at,
        )
    )


def waiting(tx: Tx) -> list[Waiting]:
    """Files to be read, in the order in which they were sent."""
    query = (
        select(
            import_draft.c.person_id,
            contact.c.address,
            import_draft.c.bot_id,
            import_draft.c.update_id,
            import_draft.c.file_ref,
        )
        .join(contact, contact.c.person_id == import_draft.c.person_id)
        .where(import_draft.c.file_ref.is_not(None))
        .order_by(import_draft.c.received_at, import_draft.c.person_id)
    )
    return [Waiting(*row) for row in tx.execute(query)]


def file_of(tx: Tx, person_id: int) -> str | None:
    """The file of this person that is still to be read."""
    query = select(import_draft.c.file_ref).where(import_draft.c.person_id == person_id)
    return tx.execute(query).scalar_one_or_none()


def received(tx: Tx, person_id: int) -> tuple[int, datetime]:
    """(update, moment) of the file of this person that is being read."""
    query = select(import_draft.c.update_id, import_draft.c.received_at)
    row = tx.execute(query.where(import_draft.c.person_id == person_id)).one()
    return row[0], row[1]


def propose(tx: Tx, person_id: int, draft: Draft, bot_id: int) -> None:
    """Keep what a file or block would change until its sender decides; it takes the place of the file."""
    drop(tx, person_id)
    tx.execute(
        insert(import_draft).values(
            person_id=person_id,
            bot_id=bot_id,
            update_id=draft.update_id,
            task_id=draft.task_id,
            proposal=dict(draft.proposal),
            received_at=draft.received_at,
            version=draft.version,
        )
    )


def of_person(tx: Tx, person_id: int) -> Draft | None:
    """What this person is to decide about."""
    query = select(
        import_draft.c.task_id,
        import_draft.c.proposal,
        import_draft.c.received_at,
        import_draft.c.update_id,
        import_draft.c.version,
    ).where(import_draft.c.person_id == person_id, import_draft.c.file_ref.is_(None))
    row = tx.execute(query).one_or_none()
    return Draft(*row) if row else None


def drop(tx: Tx, person_id: int) -> None:
    tx.execute(delete(import_draft).where(import_draft.c.person_id == person_id))
