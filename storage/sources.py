"""Where the figures of a sheet come from, and what was sent back on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, or_, select

from storage.database import Tx
from storage.tables import answer, event, post, post_holding, sheet, task


@dataclass(frozen=True, slots=True)
class Typed:
    """Who typed a current answer: ``role`` is that of the post held in the task's unit by then, None for a stand-in."""

    task_id: int
    address: str
    role: str | None
    at: datetime


_later = answer.alias("later")
_ROLE = (
    select(post.c.role)
    .select_from(post.join(post_holding, post_holding.c.post_id == post.c.id))
    .where(
        post.c.unit == task.c.unit,
        post_holding.c.person_id == answer.c.person_id,
        post_holding.c.since <= answer.c.at,
        or_(post_holding.c.until.is_(None), post_holding.c.until > answer.c.at),
    )
    .order_by(post.c.id)
    .limit(1)
    .correlate(task, answer)
    .scalar_subquery()
)
_TYPED = (
    select(answer.c.task_id, answer.c.address, _ROLE, answer.c.at)
    .select_from(answer.join(task, answer.c.task_id == task.c.id))
    .where(
        task.c.sheet_id == bindparam("sheet_id"),
        task.c.state == "signed",
        answer.c.state != "unanswered",
        ~exists().where(
            _later.c.task_id == answer.c.task_id,
            _later.c.address == answer.c.address,
            _later.c.id > answer.c.id,
        ),
    )
)


def typed_in(tx: Tx, sheet_id: int) -> list[Typed]:
    """Of every current answer of a sheet's signed parts."""
    return [Typed(*row) for row in tx.execute(_TYPED, {"sheet_id": sheet_id})]


@dataclass(frozen=True, slots=True)
class Returned:
    """``detail`` holds what stood there and the opinion."""

    form_id: int
    at: datetime
    detail: Mapping[str, Any]


def returns_of(tx: Tx, period: str, unit: str) -> list[Returned]:
    """What was sent back to a unit in a period, oldest first."""
    query = (
        select(sheet.c.form_id, event.c.at, event.c.detail)
        .select_from(
            event.join(task, event.c.task_id == task.c.id).join(sheet, task.c.sheet_id == sheet.c.id)
        )
        .where(sheet.c.period == period, task.c.unit == unit, event.c.verb == "return")
        .order_by(event.c.id)
    )
    return [Returned(*row) for row in tx.execute(query)]
