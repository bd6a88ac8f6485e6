"""What each person is being asked: a row, so that a restart and the scheduler see it too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from storage.database import Tx
from storage.tables import contact, conversation

IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Conversation:
    """``task_id`` is 0 where the question is about no task; ``prompt_ref`` is the id of the message that asks, None until it was sent."""

    person_id: int
    task_id: int
    question: str
    by_cell: bool
    marks: tuple[str, ...]
    version: int
    prompt_ref: int | None


_COLUMNS = (
    conversation.c.person_id,
    conversation.c.task_id,
    conversation.c.question,
    conversation.c.by_cell,
    conversation.c.marks,
    conversation.c.version,
    conversation.c.prompt_ref,
)
_OF_PERSON = select(*_COLUMNS).where(conversation.c.person_id == bindparam("person"))


def of_person(tx: Tx, person_id: int) -> Conversation | None:
    row = tx.execute(_OF_PERSON, {"person": person_id}).one_or_none()
    if row is None or row[2] == IDLE:
        return None
    return Conversation(row[0], row[1] or 0, row[2], bool(row[3]), tuple(row[4] or ()), row[5], row[6])


_MOVE = (
    update(conversation)
    .where(conversation.c.person_id == bindparam("person"))
    .values(
        task_id=bindparam("task"),
        question=bindparam("asked"),
        by_cell=bindparam("cellwise"),
        marks=bindparam("marked"),
        version=conversation.c.version + 1,
        prompt_ref=None,
        updated_at=bindparam("now"),
    )
    .returning(conversation.c.version)
)


def ask(
    tx: Tx,
    person_id: int,
    task_id: int | None,
    question: str,
    now: datetime,
    *,
    by_cell: bool = False,
    marks: Iterable[str] = (),
) -> int:
    """Set what a person is being asked; returns the conversation's new version. The prompt is not sent yet."""
    values = {
        "person": person_id,
        "task": task_id,
        "asked": question,
        "cellwise": by_cell,
        "marked": list(marks) or None,
        "now": now,
    }
    version = tx.execute(_MOVE, values).scalar()
    if version is None:
        tx.execute(
            insert(conversation).values(
                person_id=person_id,
                task_id=task_id,
                question=question,
                by_cell=by_cell,
                marks=list(marks) or None,
                version=1,
                updated_at=now,
            )
        )
        return 1
    return int(version)


_PROMPTED = (
    update(conversation)
    .where(
        conversation.c.person_id == bindparam("person"), conversation.c.version == bindparam("asked_version")
    )
    .values(prompt_ref=bindparam("ref"))
)


_PROMPTED_BY_ADDRESS = (
    update(conversation)
    .where(
        conversation.c.person_id
        == select(contact.c.person_id).where(contact.c.address == bindparam("address")).scalar_subquery(),
        conversation.c.version == bindparam("asked_version"),
    )
    .values(prompt_ref=bindparam("ref"))
)


def prompted_at(tx: Tx, address: str, version: int, prompt_ref: int) -> None:
    """``prompted`` for whoever is reached at this address."""
    tx.execute(_PROMPTED_BY_ADDRESS, {"address": address, "asked_version": version, "ref": prompt_ref})


def prompted(tx: Tx, person_id: int, version: int, prompt_ref: int) -> None:
    """The question was sent as this message; ignored when the conversation has moved on."""
    tx.execute(_PROMPTED, {"person": person_id, "asked_version": version, "ref": prompt_ref})


_END = update(conversation).values(
    task_id=None,
    question=IDLE,
    marks=None,
    by_cell=False,
    prompt_ref=None,
    version=conversation.c.version + 1,
    updated_at=bindparam("now"),
)


def end(tx: Tx, person_id: int, now: datetime) -> None:
    """Nothing is being asked any more. The row stays, so that versions of old buttons never come back."""
    tx.execute(_END.where(conversation.c.person_id == person_id), {"now": now})


def end_task(tx: Tx, task_id: int, now: datetime) -> None:
    """Whoever was being asked about this task is not any more."""
    tx.execute(_END.where(conversation.c.task_id == task_id), {"now": now})


def unprompted(tx: Tx) -> list[tuple[str, datetime]]:
    """(address, since when) of everyone whose question was never sent: asked again after a restart."""
    query = (
        select(contact.c.address, conversation.c.updated_at)
        .join(contact, contact.c.person_id == conversation.c.person_id)
        .where(
            conversation.c.prompt_ref.is_(None), conversation.c.question != IDLE, contact.c.state == "active"
        )
    )
    return [(row[0], row[1]) for row in tx.execute(query)]


def forget_prompts(tx: Tx) -> None:
    """Which message asks is not known any more: every open question is asked again before it can be answered."""
    tx.execute(update(conversation).values(prompt_ref=None))


def tasks_in_hand(tx: Tx) -> set[int]:
    """Tasks that somebody is being asked about."""
    return set(
        tx.execute(select(conversation.c.task_id).where(conversation.c.task_id.is_not(None))).scalars()
    )


def asking(tx: Tx) -> list[str]:
    """Addresses of everyone who was asked something and has not answered."""
    query = (
        select(contact.c.address)
        .join(conversation, contact.c.person_id == conversation.c.person_id)
        .where(
            conversation.c.prompt_ref.is_not(None),
            conversation.c.question != IDLE,
            contact.c.state == "active",
        )
        .order_by(contact.c.person_id)
    )
    return list(tx.execute(query).scalars())


def mark(tx: Tx, person_id: int, marks: Iterable[str], now: datetime) -> int:
    """Keep what a signatory has chosen so far; the prompt stays the same message. Returns the new version."""
    return int(
        tx.execute(
            update(conversation)
            .where(conversation.c.person_id == person_id)
            .values(marks=list(marks) or None, version=conversation.c.version + 1, updated_at=now)
            .returning(conversation.c.version)
        ).scalar_one()
    )
