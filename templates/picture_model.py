"""A table to be drawn, as data: put together inside a transaction, drawn long after it.

Grids and lists of records are both headings × rows × squares here. Nothing but the standard library is imported,
so that the process that draws starts at once.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from templates.headings import Line

_LENGTH = struct.Struct(">I")


class Mark(StrEnum):
    """Why a square is pointed out; each has a sign beside its colour."""

    NONE = ""
    CHANGED = "changed"
    RETURNED = "returned"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Square:
    """One cell as shown. A ``figure`` stands to the right; ``faint`` is what nobody has reported.

    ``own`` is what the reader's own unit answers for, where other units' figures stand beside it.
    """

    text: str
    figure: bool = False
    faint: bool = False
    own: bool = False
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class Picture:
    """``above`` are the lines over the table (unit, signatory), ``notes`` those under it.

    ``squares`` has one tuple for each of ``rows``; ``strong`` are the places of the rows that are totals.
    """

    title: str
    caption: str
    above: tuple[str, ...]
    corner: tuple[str, ...]
    columns: tuple[Line, ...]
    rows: tuple[Line, ...]
    squares: tuple[tuple[Square, ...], ...]
    strong: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "caption": self.caption,
            "above": self.above,
            "corner": self.corner,
            "columns": [(line.key, line.titles, line.kind) for line in self.columns],
            "rows": [(line.key, line.titles, line.kind) for line in self.rows],
            "squares": [[(s.text, s.figure, s.faint, s.own, s.mark) for s in row] for row in self.squares],
            "strong": sorted(self.strong),
            "notes": self.notes,
        }


def from_json(content: Mapping[str, Any]) -> Picture:
    """Read back what ``as_json`` wrote."""
    return Picture(
        content["title"],
        content["caption"],
        tuple(content["above"]),
        tuple(content["corner"]),
        _lines(content["columns"]),
        _lines(content["rows"]),
        tuple(tuple(_square(*square) for square in row) for row in content["squares"]),
        frozenset(content["strong"]),
        tuple(content["notes"]),
    )


def _lines(found: list[Any]) -> tuple[Line, ...]:
    return tuple(Line(key, tuple(titles), kind) for key, titles, kind in found)


def _square(text: str, figure: bool, faint: bool, own: bool, mark: str) -> Square:
    return Square(text, figure, faint, own, Mark(mark))


def packed(pages: Sequence[bytes]) -> bytes:
    """Pages one after the other, each behind its length."""
    return b"".join(_LENGTH.pack(len(page)) + page for page in pages)


def unpacked(content: bytes) -> list[bytes]:
    """Read back what ``packed`` wrote."""
    found: list[bytes] = []
    at = 0
    while at < len(content):
        (length,) = _LENGTH.unpack_from(content, at)
        at += _LENGTH.size
        found.append(content[at : at + length])
        at += length
    return found
