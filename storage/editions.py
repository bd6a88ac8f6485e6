"""Published editions: sealed, chained, and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from reporting.sealing import SHORT, START, digest_of, prints_of
from storage.database import Tx
from storage.tables import answer, edition, edition_output, sheet, task

_MOST_NUMBERS = 500  # ids asked for at once


@dataclass(frozen=True, slots=True)
class Sealed:
    """A published edition as it is stored. ``answers`` are [form id, unit, address, hash] by answer id."""

    id: int
    period: str
    number: int
    year: int
    serial: int
    snapshot: Mapping[str, Any]
    prints: Mapping[str, str]
    answers: Mapping[str, list[Any]]
    released_by: int
    sealed_at: datetime
    previous: str
    hash: str

    @property
    def proper_hash(self) -> str:
        """What the hash must be."""
        return _link(
            self.previous,
            (self.period, self.number, self.year, self.serial, self.released_by, self.sealed_at),
            self.snapshot,
            self.prints,
            self.answers,
        )


_SEALED = select(edition).order_by(edition.c.id)
_SOURCES = (
    select(
        answer.c.id,
        sheet.c.form_id,
        task.c.unit,
        answer.c.address,
        answer.c.state,
        answer.c.number,
        answer.c.text,
        answer.c.typed,
        answer.c.person_id,
        answer.c.at,
    )
    .select_from(answer.join(task, answer.c.task_id == task.c.id).join(sheet, task.c.sheet_id == sheet.c.id))
    .order_by(answer.c.id)
)
_later = answer.alias("later")
_CURRENT = ~(
    select(_later.c.id)
    .where(
        _later.c.task_id == answer.c.task_id, _later.c.address == answer.c.address, _later.c.id > answer.c.id
    )
    .exists()
)


def _link(previous: str, row: tuple[Any, ...], *documents: Mapping[str, Any]) -> str:
    *facts, sealed_at = row
    return digest_of(previous, *facts, sealed_at.isoformat(), *(digest_of(one) for one in documents))


def next_serial(tx: Tx, year: int) -> int:
    """The next number in the year's counter of documents."""
    newest = tx.execute(select(func.max(edition.c.serial)).where(edition.c.year == year)).scalar()
    return (newest or 0) + 1


def head(tx: Tx) -> str:
    """The hash of the newest edition."""
    return tx.execute(select(edition.c.hash).order_by(edition.c.id.desc()).limit(1)).scalar() or START


def add(
    tx: Tx,
    period: str,
    number: int,
    year: int,
    serial: int,
    snapshot: Mapping[str, Any],
    released_by: int,
    now: datetime,
) -> int:
    """Seal an edition as the newest link of the chain; returns its id."""
    previous, prints, answers = head(tx), prints_of(snapshot), _answers_of(tx, period)
    row = (period, number, year, serial, released_by, now)
    values = {
        "period": period,
        "number": number,
        "year": year,
        "serial": serial,
        "snapshot": dict(snapshot),
        "prints": prints,
        "answers": answers,
        "released_by": released_by,
        "sealed_at": now,
        "previous": previous,
        "hash": _link(previous, row, snapshot, prints, answers),
    }
    return int(tx.execute(insert(edition).values(values).returning(edition.c.id)).scalar_one())


def _answers_of(tx: Tx, period: str) -> dict[str, list[Any]]:
    """The current answers that a period's signed tasks stand on."""
    query = _SOURCES.where(sheet.c.period == period, task.c.state == "signed", _CURRENT)
    return {str(row[0]): _source(row) for row in tx.execute(query)}


def _source(row: Any) -> list[Any]:
    number, form_id, unit, address, state, figure, text, typed, person, at = row
    said = [state, None if figure is None else str(figure), text, typed, person, at.isoformat()]
    return [form_id, unit, address, digest_of(number, form_id, unit, address, *said)[:SHORT]]


def altered_answers(tx: Tx, sealed: Sealed) -> list[list[Any]]:
    """[form id, unit, address] of answers that are no longer what the edition was made from."""
    numbers = [int(number) for number in sealed.answers]
    now: dict[str, list[Any]] = {}
    for start in range(0, len(numbers), _MOST_NUMBERS):
        wanted = numbers[start : start + _MOST_NUMBERS]
        now |= {str(row[0]): _source(row) for row in tx.execute(_SOURCES.where(answer.c.id.in_(wanted)))}
    return [known[:3] for number, known in sealed.answers.items() if now.get(number) != known]


def chain(tx: Tx) -> list[Sealed]:
    """All editions, oldest first."""
    return [Sealed(*row) for row in tx.execute(_SEALED)]


def of_period(tx: Tx, period: str) -> list[Sealed]:
    """The editions of a period: the first, then its corrections."""
    return [Sealed(*row) for row in tx.execute(_SEALED.where(edition.c.period == period))]


def find(tx: Tx, edition_id: int) -> Sealed | None:
    row = tx.execute(_SEALED.where(edition.c.id == edition_id)).one_or_none()
    return Sealed(*row) if row else None


def by_id(tx: Tx, edition_id: int) -> Sealed:
    found = find(tx, edition_id)
    assert found is not None
    return found


@dataclass(frozen=True, slots=True)
class Latest:
    id: int
    period: str
    sealed_at: datetime


_FIRST = select(edition.c.id, edition.c.period, edition.c.sealed_at).where(edition.c.number == 0)


def newest_first(tx: Tx) -> Latest | None:
    """The first edition of the digest that was published last, without its content."""
    row = tx.execute(_FIRST.order_by(edition.c.id.desc()).limit(1)).one_or_none()
    return Latest(*row) if row else None


def newest_before(tx: Tx, period: str) -> list[Sealed]:
    """The newest edition of each earlier period, oldest period first."""
    found = {row.period: Sealed(*row) for row in tx.execute(_SEALED.where(edition.c.period < period))}
    return [found[key] for key in sorted(found)]


@dataclass(frozen=True, slots=True)
class Made:
    """An output of an edition; ``file_id`` is None for what is text, or where there was nothing to show."""

    name: str
    sha256: str
    file_id: int | None


def add_output(tx: Tx, edition_id: int, name: str, sha256: str, file_id: int | None, now: datetime) -> None:
    tx.execute(
        insert(edition_output).values(
            edition_id=edition_id, name=name, sha256=sha256, file_id=file_id, made_at=now
        )
    )


def outputs_of(tx: Tx, edition_id: int) -> dict[str, Made]:
    query = select(edition_output.c.name, edition_output.c.sha256, edition_output.c.file_id)
    rows = tx.execute(query.where(edition_output.c.edition_id == edition_id).order_by(edition_output.c.name))
    return {row[0]: Made(*row) for row in rows}
