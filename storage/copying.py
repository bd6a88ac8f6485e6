"""A whole county from one database to another: read at one moment, written in one transaction, compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Table, func, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from storage.database import StorageError
from storage.direct import is_there, reader, writer
from storage.migrate import is_current, upgrade
from storage.tables import metadata

PORTION = 200
"""Rows held in memory at a time; a file may be a megabyte."""


class CopyRefusedError(StorageError):
    """``reason`` is ``no_source``, ``not_current``, ``not_empty``, ``unstorable`` or ``different``; ``table`` is where."""

    def __init__(self, reason: str, table: str = "") -> None:
        super().__init__(f"{reason} {table}".strip())
        self.reason = reason
        self.table = table


@dataclass(frozen=True, slots=True)
class Copied:
    """A table as it was read and, equally, as it was written. The checksum does not depend on the rows' order."""

    table: str
    rows: int
    checksum: str


def copy(source: str, target: str) -> list[Copied]:
    """Copy everything into a place that holds nothing; all or nothing. Tables in the order of their references."""
    if not is_there(source):
        raise CopyRefusedError("no_source")
    if not is_current(source):
        raise CopyRefusedError("not_current")
    _require_empty(target)
    upgrade(target)
    with reader(source).connect() as old, writer(target).begin() as new:
        copied = [_copy_table(old, new, table) for table in metadata.sorted_tables]
        for table in metadata.sorted_tables:
            _go_on_counting(new, table)
    return copied


def _require_empty(url: str) -> None:
    with reader(url).connect() as connection:
        there = set(inspect(connection).get_table_names())
        for table in metadata.sorted_tables:
            if (
                table.name in there
                and connection.execute(select(text("1")).select_from(table).limit(1)).first()
            ):
                raise CopyRefusedError("not_empty", table.name)


def _copy_table(old: Connection, new: Connection, table: Table) -> Copied:
    read = _Sum()
    for rows in _portions(old, table):
        read.add(rows)
        try:
            new.execute(insert(table), [dict(zip(table.c.keys(), row, strict=True)) for row in rows])
        except DBAPIError as error:
            raise CopyRefusedError("unstorable", table.name) from error
    written = _Sum()
    for rows in _portions(new, table):
        written.add(rows)
    if written != read:
        raise CopyRefusedError("different", table.name)
    return Copied(table.name, read.rows, read.checksum)


def _portions(connection: Connection, table: Table) -> Iterator[Sequence[Sequence[Any]]]:
    """In order of the primary key: rows that refer to rows of the same table come after them."""
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=PORTION)
    yield from connection.execute(query).partitions()


@dataclass
class _Sum:
    """The sum of a hash of every row: equal for equal rows, whatever their order and the database."""

    rows: int = 0
    total: int = 0

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        for row in rows:
            content = json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True)
            digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()
            self.total = (self.total + int.from_bytes(digest)) % (1 << 256)
            self.rows += 1

    @property
    def checksum(self) -> str:
        return f"{self.total:064x}"[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    return value if value is None or isinstance(value, str | int | bool | list | dict) else str(value)


def _go_on_counting(new: Connection, table: Table) -> None:
    """PostgreSQL numbers rows from a sequence, which has not noticed the rows that brought their number."""
    column = table.autoincrement_column
    if new.dialect.name != "postgresql" or column is None or not isinstance(column.type, Integer):
        return
    newest = new.execute(select(func.max(column))).scalar()
    if newest is not None:
        sequence = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
        new.execute(select(func.setval(sequence, newest)))
