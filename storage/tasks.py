"""Periods, sheets, tasks, answers and what happened to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from forms.cells import Cell, State
from storage.database import Tx
from storage.tables import answer, event, form, period, sheet, task


@dataclass(frozen=True, slots=True)
class Task:
    """One unit's part of one sheet, with the sheet's own keys beside it."""

    id: int
    sheet_id: int
    unit: str
    level: str
    state: str
    due_at: datetime
    version: int
    reopened: tuple[str, ...] | None
    submitted_at: datetime | None
    submitted_by: int | None
    signed_at: datetime | None
    signed_by: int | None
    form_id: int
    period: str
    form: str


_TASK = (
    select(
        task.c.id,
        task.c.sheet_id,
        task.c.unit,
        task.c.level,
        task.c.state,
        task.c.due_at,
        task.c.version,
        task.c.reopened,
        task.c.submitted_at,
        task.c.submitted_by,
        task.c.signed_at,
        task.c.signed_by,
        sheet.c.form_id,
        sheet.c.period,
        form.c.key,
    )
    .select_from(task.join(sheet).join(form))
    .order_by(task.c.id)
)
_TASK_BY_ID = _TASK.where(task.c.id == bindparam("task_id"))


def _task(row: Any) -> Task:
    values = list(row)
    values[7] = None if values[7] is None else tuple(values[7])
    return Task(*values)


def by_id(tx: Tx, task_id: int) -> Task | None:
    row = tx.execute(_TASK_BY_ID, {"task_id": task_id}).one_or_none()
    return _task(row) if row else None


def _where(tx: Tx, *conditions: ColumnElement[bool]) -> list[Task]:
    return [_task(row) for row in tx.execute(_TASK.where(and_(*conditions)))]


def of_sheet(tx: Tx, sheet_id: int) -> list[Task]:
    """All tasks of a sheet, filing units first in their order, the lead unit last."""
    return _where(tx, task.c.sheet_id == sheet_id)


def of_period(tx: Tx, key: str) -> list[Task]:
    return _where(tx, sheet.c.period == key)


def of_unit(tx: Tx, unit_key: str) -> list[Task]:
    return _where(tx, task.c.unit == unit_key)


def opened_periods(tx: Tx) -> set[str]:
    return set(tx.execute(select(period.c.key)).scalars())


def open_period(tx: Tx, key: str, now: datetime) -> None:
    tx.execute(insert(period).values(key=key, opened_at=now))


def add_sheet(tx: Tx, period_key: str, form_id: int) -> int:
    row = tx.execute(insert(sheet).values(period=period_key, form_id=form_id).returning(sheet.c.id))
    return int(row.scalar_one())


def add_task(tx: Tx, sheet_id: int, unit_key: str, level: str, due_at: datetime) -> None:
    values = {"sheet_id": sheet_id, "unit": unit_key, "level": level, "due_at": due_at, "state": "open"}
    tx.execute(insert(task).values(**values))


def change(tx: Tx, before: Task, **values: Any) -> bool:
    """Change a task's row if nobody did since ``before`` was read; its version grows. False: somebody did."""
    done = tx.execute(
        update(task)
        .where(task.c.id == before.id, task.c.version == before.version)
        .values(version=before.version + 1, **values)
    )
    return done.rowcount == 1


@dataclass(frozen=True, slots=True)
class Answered:
    """A current answer: the latest row of its address in its task."""

    task_id: int
    address: str
    cell: Cell


_COLUMNS = (answer.c.task_id, answer.c.address, answer.c.state, answer.c.number, answer.c.text)
_later = answer.alias("later")
_CURRENT = ~exists().where(
    _later.c.task_id == answer.c.task_id, _later.c.address == answer.c.address, _later.c.id > answer.c.id
)
_OF_TASK = select(*_COLUMNS).where(answer.c.task_id == bindparam("task_id"), _CURRENT)
_OF_SHEET = (
    select(*_COLUMNS)
    .select_from(answer.join(task, answer.c.task_id == task.c.id))
    .where(task.c.sheet_id == bindparam("sheet_id"), _CURRENT)
)
_TOLD = (
    select(task.c.unit, answer.c.address, answer.c.state, answer.c.number, answer.c.text)
    .select_from(
        answer.join(task, answer.c.task_id == task.c.id)
        .join(sheet, task.c.sheet_id == sheet.c.id)
        .join(form, sheet.c.form_id == form.c.id)
    )
    .where(
        form.c.key == bindparam("form"),
        sheet.c.period == bindparam("period"),
        task.c.state == "signed",
        answer.c.address.startswith("narrative."),
        _CURRENT,
    )
)
# Signed answers of a form's sheets from one period to another: what later periods stand on.
_SIGNED = (
    select(sheet.c.period, answer.c.address, answer.c.state, answer.c.number, answer.c.text)
    .select_from(
        answer.join(task, answer.c.task_id == task.c.id)
        .join(sheet, task.c.sheet_id == sheet.c.id)
        .join(form, sheet.c.form_id == form.c.id)
    )
    .where(
        form.c.key == bindparam("form"),
        sheet.c.period >= bindparam("first"),
        sheet.c.period <= bindparam("last"),
        task.c.state == "signed",
        _CURRENT,
    )
)


# Cells without content are shared: they are most of what is read.
_BARE = {str(state): Cell(state) for state in State if state is not State.VALUE}


def _cell(state: str, number: Decimal | None, text: str | None) -> Cell:
    return _BARE.get(state) or Cell(State.VALUE, number, text)


def answers_of_task(tx: Tx, task_id: int) -> dict[str, Cell]:
    """A task's current answers by address."""
    rows = tx.execute(_OF_TASK, {"task_id": task_id})
    return {at: _cell(state, number, text) for _, at, state, number, text in rows}


def answers_of_sheet(tx: Tx, sheet_id: int) -> list[Answered]:
    """Current answers of all tasks of a sheet."""
    rows = tx.execute(_OF_SHEET, {"sheet_id": sheet_id})
    return [Answered(task_id, at, _cell(*content)) for task_id, at, *content in rows]


def signed_between(tx: Tx, form_key: str, first: str, last: str) -> list[tuple[str, str, Cell]]:
    """(period, address, cell) of every signed answer of a form in these periods, both included."""
    rows = tx.execute(_SIGNED, {"form": form_key, "first": first, "last": last})
    return [(period_key, at, _cell(*content)) for period_key, at, *content in rows]


def told_in(tx: Tx, form_key: str, period_key: str) -> dict[str, dict[str, Cell]]:
    """Signed narratives of a form in one period, by unit and address."""
    found: dict[str, dict[str, Cell]] = {}
    for unit, at, *content in tx.execute(_TOLD, {"form": form_key, "period": period_key}):
        found.setdefault(unit, {})[at] = _cell(*content)
    return found


_ADD_ANSWER = insert(answer)


def add_answers(
    tx: Tx,
    task_id: int,
    cells: Mapping[str, Cell],
    *,
    typed: str,
    person_id: int,
    update_id: int | None,
    now: datetime,
    source: str = "chat",
) -> None:
    """Append answers by address; what was typed, when and through which door is kept with each."""
    tx.execute(
        _ADD_ANSWER,
        [
            {
                "task_id": task_id,
                "address": at,
                "state": str(cell.state),
                "number": cell.number,
                "text": cell.text,
                "typed": typed,
                "person_id": person_id,
                "update_id": update_id,
                "at": now,
                "source": source,
            }
            for at, cell in cells.items()
        ],
    )


_SOURCES = select(answer.c.address, answer.c.source).where(answer.c.task_id == bindparam("task_id"), _CURRENT)


def sources_of_task(tx: Tx, task_id: int) -> dict[str, str]:
    """The door that each of a task's current answers came through."""
    return {row[0]: row[1] for row in tx.execute(_SOURCES, {"task_id": task_id})}


def newest_answer(tx: Tx, task_id: int) -> tuple[str, datetime] | None:
    """(door, moment) of the answer that was stored last."""
    query = select(answer.c.source, answer.c.at).where(answer.c.task_id == task_id)
    row = tx.execute(query.order_by(answer.c.id.desc()).limit(1)).one_or_none()
    return (row[0], row[1]) if row else None


def earlier_values(tx: Tx, task_id: int, addresses: Iterable[str]) -> dict[str, Cell]:
    """The last answered cell of each address, even if it was reopened since: what a return quotes."""
    query = (
        select(answer.c.address, answer.c.state, answer.c.number, answer.c.text)
        .where(
            answer.c.task_id == task_id,
            answer.c.address.in_(list(addresses)),
            answer.c.state != "unanswered",
        )
        .order_by(answer.c.id)
    )
    return {at: _cell(*content) for at, *content in tx.execute(query)}


HISTORY = "history"  # the event of loaded figures, on which every period may stand
_TOUCHED = case((event.c.verb == HISTORY, ""), else_=sheet.c.period)
_NEWS = (
    select(func.max(event.c.id), func.min(_TOUCHED))
    .select_from(event.outerjoin(task, event.c.task_id == task.c.id).outerjoin(sheet))
    .where(event.c.id > bindparam("since"))
)


# Events commit out of the order of their numbers on PostgreSQL, but not for long.
LOOK_BACK = 1000
_BEHIND = select(func.count()).where(
    event.c.id > bindparam("mark") - LOOK_BACK, event.c.id <= bindparam("mark")
)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far events were read: the newest, and how many there were just before it."""

    newest: int = 0
    behind: int = 0


def news(tx: Tx, since: Mark) -> tuple[Mark, str | None]:
    """(new mark, earliest period touched) of what happened since; "" is any period: an event appeared late."""
    newest, earliest = tx.execute(_NEWS, {"since": since.newest}).one()
    if tx.dialect.name == "sqlite":
        return Mark(newest or since.newest), earliest
    late = _behind(tx, since.newest) != since.behind
    if newest or late:
        newest = newest or since.newest
        return Mark(newest, _behind(tx, newest)), "" if late else earliest
    return since, None


def _behind(tx: Tx, mark: int) -> int:
    return int(tx.execute(_BEHIND, {"mark": mark}).scalar_one())


def last_detail(tx: Tx, task_id: int, verb: str) -> Mapping[str, Any] | None:
    """The detail of a task's latest event of this verb."""
    query = select(event.c.detail).where(event.c.task_id == task_id, event.c.verb == verb)
    found: Mapping[str, Any] | None = tx.execute(query.order_by(event.c.id.desc()).limit(1)).scalar()
    return found


def doubled_answers(tx: Tx, task_id: int) -> list[str]:
    """Addresses that one update answered twice: there must never be any."""
    query = (
        select(answer.c.address)
        .where(answer.c.task_id == task_id, answer.c.update_id.is_not(None))
        .group_by(answer.c.address, answer.c.update_id)
        .having(func.count() > 1)
    )
    return [str(at) for at in tx.execute(query).scalars()]


def history_of(tx: Tx, period_key: str) -> dict[int, list[tuple[datetime, str]]]:
    """(moment, verb) of what happened to each task of a period, in order, by task."""
    query = (
        select(event.c.task_id, event.c.at, event.c.verb)
        .select_from(event.join(task, event.c.task_id == task.c.id).join(sheet))
        .where(sheet.c.period == period_key)
        .order_by(event.c.id)
    )
    found: dict[int, list[tuple[datetime, str]]] = {}
    for row in tx.execute(query):
        found.setdefault(row.task_id, []).append((row.at, row.verb))
    return found


def begun_tasks(tx: Tx, period_key: str) -> set[int]:
    """Tasks of a period for which something was answered."""
    query = (
        select(answer.c.task_id)
        .select_from(answer.join(task, answer.c.task_id == task.c.id).join(sheet))
        .where(sheet.c.period == period_key)
    )
    return set(tx.execute(query.distinct()).scalars())


def opened_at(tx: Tx, period_key: str) -> datetime | None:
    found: datetime | None = tx.execute(select(period.c.opened_at).where(period.c.key == period_key)).scalar()
    return found


def count_answers(tx: Tx) -> int:
    """Answers ever stored: none is ever deleted, so the newest one's number counts them."""
    return int(tx.execute(select(func.max(answer.c.id))).scalar() or 0)
