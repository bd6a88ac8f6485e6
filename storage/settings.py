"""Settings by command, and the change orders that put them there.

Whatever an order can change has a key: rows of settings, days of the holiday table, the deadline of one
task, the end of a period. ``now_at`` and ``put`` know where each key is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from reporting.settings import Change, Key, Scope, Settings, Value, change_from_json
from storage.database import Tx
from storage.tables import change_order, holiday, period, setting, sheet, task


def in_force(tx: Tx) -> Settings:
    """Every setting and every day of the holiday table."""
    rows = {(row.key, row.scope): row.value for row in tx.execute(select(setting))}
    rows |= {
        (str(Key.HOLIDAY), str(Scope(day=row.date))): {
            "kind": row.kind,
            "name": row.name,
            "source": row.source,
            "confirmed": row.confirmed,
        }
        for row in tx.execute(select(holiday))
    }
    return Settings(rows)


def now_at(tx: Tx, settings: Settings, key: Key, scope: Scope) -> Value:
    """What stands there now, None for nothing."""
    if key is Key.TASK_DUE:
        due = tx.execute(select(task.c.due_at).where(task.c.id == int(scope.task))).scalar()
        return due.isoformat() if due else None
    if key is Key.CLOSED:
        closed = tx.execute(select(period.c.closed_at).where(period.c.key == scope.period)).scalar()
        return closed.isoformat() if closed else None
    return settings.exact(key, scope)


def put(tx: Tx, change: Change, now: datetime) -> None:
    """Write one change where its key is kept."""
    key, scope, value = change.key, change.scope, change.after
    if key is Key.TASK_DUE:
        move(tx, int(scope.task), datetime.fromisoformat(value), now)
    elif key is Key.CLOSED:
        closed = datetime.fromisoformat(value) if value else None
        tx.execute(update(period).where(period.c.key == scope.period).values(closed_at=closed))
    elif key is Key.HOLIDAY:
        tx.execute(delete(holiday).where(holiday.c.date == scope.day))
        if value is not None:
            tx.execute(insert(holiday).values(date=scope.day, **value))
    else:
        tx.execute(delete(setting).where(setting.c.key == key, setting.c.scope == str(scope)))
        if value is not None:
            tx.execute(insert(setting).values(key=str(key), scope=str(scope), value=value))


def move(tx: Tx, task_id: int, due: datetime, now: datetime) -> None:
    """Give one task another deadline. Its version stays: what people hold in their hands goes on working."""
    tx.execute(update(task).where(task.c.id == task_id).values(due_at=due, moved_at=now))


def closed_periods(tx: Tx) -> dict[str, datetime]:
    """When each period that was closed early was closed."""
    rows = tx.execute(select(period.c.key, period.c.closed_at).where(period.c.closed_at.is_not(None)))
    return {row[0]: row[1] for row in rows}


def moved_tasks(tx: Tx, period_key: str) -> dict[int, datetime]:
    """When the deadlines that an order moved were moved, by task."""
    query = select(task.c.id, task.c.moved_at).join(sheet, task.c.sheet_id == sheet.c.id)
    rows = tx.execute(query.where(sheet.c.period == period_key, task.c.moved_at.is_not(None)))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Order:
    """A change order as stored."""

    id: int
    command: str
    changes: tuple[Change, ...]
    state: str
    version: int
    grave: bool
    proposed_by: int
    proposed_at: datetime
    agreed_by: int | None
    applied_by: int | None
    applied_at: datetime | None
    undone_by: int | None
    undone_at: datetime | None


def _order(row: Any) -> Order:
    values = row._mapping
    changes = tuple(change_from_json(one) for one in values["changes"])
    return Order(**{**values, "changes": changes})


def propose(
    tx: Tx, command: str, changes: Iterable[Change], grave: bool, person: int, now: datetime
) -> Order:
    """Keep what somebody wants to change; nothing changes yet."""
    row = tx.execute(
        insert(change_order)
        .values(
            command=command,
            changes=[one.as_json() for one in changes],
            state="proposed",
            version=1,
            grave=grave,
            proposed_by=person,
            proposed_at=now,
        )
        .returning(*change_order.c)
    ).one()
    return _order(row)


def order_by_id(tx: Tx, order_id: int) -> Order | None:
    row = tx.execute(select(change_order).where(change_order.c.id == order_id)).one_or_none()
    return _order(row) if row else None


def change_state(tx: Tx, order: Order, **values: Any) -> bool:
    """Move an order on if nobody did since it was read; False: somebody did."""
    done = tx.execute(
        update(change_order)
        .where(change_order.c.id == order.id, change_order.c.version == order.version)
        .values(version=order.version + 1, **values)
    )
    return done.rowcount == 1


def applied_orders(tx: Tx, limit: int) -> list[Order]:
    """The newest orders that were applied, whether undone since or not."""
    query = select(change_order).where(change_order.c.state.in_(("applied", "undone")))
    return [_order(row) for row in tx.execute(query.order_by(change_order.c.id.desc()).limit(limit))]
