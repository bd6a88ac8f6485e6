"""Programmes as loaded, form versions, and loaded figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import bindparam, delete, func, insert, select

from storage.database import Tx
from storage.tables import form, history, programme


@dataclass(frozen=True, slots=True)
class LoadedForm:
    """A form version as stored: ``definition`` is its file's text."""

    id: int
    key: str
    version: int
    definition: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    form: str
    period: str
    kind: str
    address: str
    number: Decimal


_NEWEST_ID = select(func.max(programme.c.id))


def newest_id(tx: Tx) -> int:
    """Id of the programme in force, 0 when none was loaded."""
    return tx.execute(_NEWEST_ID).scalar() or 0


def newest(tx: Tx) -> tuple[int, Mapping[str, str], str] | None:
    """(id, file texts, checksum) of the programme in force."""
    query = select(programme.c.id, programme.c.files, programme.c.checksum)
    row = tx.execute(query.order_by(programme.c.id.desc()).limit(1)).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def add(tx: Tx, key: str, files: Mapping[str, str], checksum: str, now: datetime) -> None:
    tx.execute(insert(programme).values(key=key, files=dict(files), checksum=checksum, loaded_at=now))


_FORM = (form.c.id, form.c.key, form.c.version, form.c.definition)


def form_version(tx: Tx, key: str, version: int, roster: str = "") -> LoadedForm | None:
    """A form as loaded; with ``roster``, as it was opened with the records of that period."""
    query = select(*_FORM).where(form.c.key == key, form.c.version == version, form.c.roster == roster)
    row = tx.execute(query).one_or_none()
    return LoadedForm(*row) if row else None


_FORM_BY_ID = select(*_FORM).where(form.c.id == bindparam("form_id"))


def form_by_id(tx: Tx, form_id: int) -> LoadedForm:
    return LoadedForm(*tx.execute(_FORM_BY_ID, {"form_id": form_id}).one())


def add_form(tx: Tx, key: str, version: int, definition: str, roster: str = "") -> None:
    tx.execute(insert(form).values(key=key, version=version, definition=definition, roster=roster))


PROGRAMME, ADMIN = "programme", "admin"
_KEY = (history.c.form, history.c.period, history.c.kind, history.c.address)


def replace_history(tx: Tx, rows: Iterable[HistoryRow], mark: str) -> None:
    """Put a programme's figures in place of those of its earlier files. What an admin entered stays, and stands first."""
    tx.execute(delete(history).where(history.c.source == PROGRAMME))
    kept = {tuple(row) for row in tx.execute(select(*_KEY))}
    _add(
        tx,
        [row for row in rows if (row.form, row.period, row.kind, row.address) not in kept],
        PROGRAMME,
        mark,
    )


_FORGET = delete(history).where(*(column == bindparam(f"one_{column.name}") for column in _KEY))


def put_history(tx: Tx, rows: Sequence[HistoryRow], source: str) -> None:
    """Put figures in place of what was there of the same cells."""
    for row in rows:
        key = {
            "one_form": row.form,
            "one_period": row.period,
            "one_kind": row.kind,
            "one_address": row.address,
        }
        tx.execute(_FORGET, key)
    _add(tx, rows, source)


def kept_history(tx: Tx) -> int:
    """How many figures an admin entered."""
    query = select(func.count()).select_from(history).where(history.c.source == ADMIN)
    return int(tx.execute(query).scalar_one())


def _add(tx: Tx, rows: Iterable[HistoryRow], source: str, mark: str = "") -> None:
    values = [
        {
            "form": row.form,
            "period": row.period,
            "kind": row.kind,
            "address": row.address,
            "number": row.number,
            "mark": mark,
            "source": source,
        }
        for row in rows
    ]
    if values:
        tx.execute(insert(history), values)


_HISTORY = (
    select(history.c.form, history.c.period, history.c.kind, history.c.address, history.c.number)
    .where(
        history.c.form == bindparam("form"),
        history.c.period >= bindparam("first"),
        history.c.period <= bindparam("last"),
    )
    .order_by(history.c.period)
)


def history_between(tx: Tx, form_key: str, first: str, last: str) -> list[HistoryRow]:
    """Loaded figures of a form from one period to another, both included, in order of period."""
    rows = tx.execute(_HISTORY, {"form": form_key, "first": first, "last": last})
    return [HistoryRow(*row) for row in rows]
