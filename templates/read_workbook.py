"""Reads a workbook that somebody sent, under limits: run as a program of its own, never inside the bot.

The file comes in by standard input, what was read goes out as JSON. Formulas are never evaluated, nothing in the file
is fetched or run; whatever goes wrong ends this process and no other.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal, get_args
from zipfile import ZipFile

from python_calamine import CalamineSheet, CalamineWorkbook, load_workbook

MEGABYTE = 1 << 20
MOST_BYTES = 5 * MEGABYTE
MOST_ENTRIES = 200
MOST_UNPACKED = 20 * MEGABYTE
MOST_RATIO = 200
MEMORY = 192 * MEGABYTE  # address space, so what is really used stays below it
SECONDS = 1  # of processor time; our own workbooks take a tenth
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 2000, 500, 20

META = "meta"
MARK = "一报填报表"
ROSTER = "名册"
ROSTER_HEADINGS = ("单位", "岗位", "姓名", "手机")
CELL = "cell"
HEADS = ("form", "version", "period", "unit", "task")
STORY = "narrative"
HISTORY = "history"  # in the place of the task: earlier figures for an admin
HOLIDAYS = "holidays"  # in the place of the task: a year's holidays for an admin

Problem = Literal["not_xlsx", "old_excel", "macros", "broken", "too_heavy", "not_ours", "headings"]
Row = Sequence[Any]

_ENTRY = b"PK\x01\x02"
_OLD = b"\xd0\xcf\x11\xe0"
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])?>(.*?)</(?:\w+:)?c>", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?v>[^<]")
_AT = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_SHEET_REF = re.compile(rb'\b\w+:id="([^"]*)"')
_LINK = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_LINK_ID, _LINK_TO = re.compile(rb'\bId="([^"]*)"'), re.compile(rb'\bTarget="([^"]*)"')


class NotRead(Exception):  # noqa: N818 - it is an answer to the person, not a programming error
    """The file is not read, for one of the reasons of ``Problem``."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a file says: ``head`` names the report, ``cells`` are texts by address, as typed.

    ``without_value`` are formulas that were never calculated (or ended in an error), ``several`` are narratives
    with more than one text in their row.
    """

    head: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    without_value: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    problem: Problem | None = None
    # Of a roster its rows below the headings, and how many rows stand above the first of them.
    roster: tuple[tuple[str, ...], ...] | None = None
    above: int = 0


def understood(output: bytes) -> Read:
    """Read back what the process wrote; nothing at all means that a limit ended it."""
    if not output:
        return Read(problem="too_heavy")
    found = json.loads(output)
    if (problem := found.get("problem")) is not None:
        return Read(problem=problem if problem in get_args(Problem) else "broken")
    if "roster" in found:
        return Read(roster=tuple(map(tuple, found["roster"])), above=found["above"])
    return Read(found["head"], found["cells"], tuple(found["without_value"]), tuple(found["several"]))


def read(content: bytes) -> dict[str, Any]:
    """The whole file. Raises NotRead with its reason, or whatever the libraries raise about a damaged one."""
    _check(content)
    with load_workbook(io.BytesIO(content)) as book:
        if META not in book.sheet_names:
            return _roster(book)
        meta = _rows(book.get_sheet_by_name(META))
        head = {str(row[0]): _text(row[1]) for row in meta if len(row) > 1 and row[0] in HEADS}
        titles = {
            _text(row[2]): (_text(row[3]), _text(row[4])) for row in meta if len(row) > 4 and row[0] == CELL
        }
        if set(head) != set(HEADS):
            raise NotRead("not_ours")
        place, rows, top, left = _marked(book)
    empty = {(row - top, column - left) for row, column in _uncalculated(content, place)}
    return {"head": head, **_cells(rows, titles, empty)}


# Before anything is unpacked


def _check(content: bytes) -> None:
    """Refuse by the zip directory alone."""
    if content.startswith(_OLD):
        raise NotRead("old_excel")
    if not content.startswith(b"PK\x03\x04"):
        raise NotRead("not_xlsx")
    if content.count(_ENTRY) > MOST_ENTRIES or len(content) > MOST_BYTES:
        raise NotRead("too_heavy")
    with ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > MOST_UNPACKED or unpacked > max(MOST_RATIO * len(content), MEGABYTE):
            raise NotRead("too_heavy")
        _check_kind(archive, {entry.filename for entry in entries})


def _check_kind(archive: ZipFile, names: set[str]) -> None:
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise NotRead("not_xlsx")
    types = _part(archive, "[Content_Types].xml")
    if b"macroEnabled" in types or any(name.endswith("vbaProject.bin") for name in names):
        raise NotRead("macros")
    if b"spreadsheetml.sheet.main+xml" not in types:
        raise NotRead("not_xlsx")


def _part(archive: ZipFile, name: str, most: int = MEGABYTE) -> bytes:
    with archive.open(name) as part:
        return part.read(most)


# The roster


def _roster(book: CalamineWorkbook) -> dict[str, Any]:
    """Rows under the roster's headings, wherever they were moved."""
    if ROSTER not in book.sheet_names[:MOST_SHEETS]:
        raise NotRead("not_ours")
    sheet = book.get_sheet_by_name(ROSTER)
    first, left = sheet.start or (0, 0)
    for at, row in enumerate(rows := _rows(sheet)):
        texts = [_text(value) for value in row]
        if set(ROSTER_HEADINGS) <= set(texts):
            places = [texts.index(heading) for heading in ROSTER_HEADINGS]
            if places != [place - left for place in range(len(ROSTER_HEADINGS))]:
                raise NotRead("headings")
            found = [[_text(line[place]) for place in places] for line in rows[at + 1 :]]
            return {"roster": found, "above": first + at + 1}
    raise NotRead("headings")


# Where things stand


def _rows(sheet: CalamineSheet) -> list[Row]:
    return [row[:MOST_COLUMNS] for row in sheet.to_python(nrows=MOST_ROWS)]


def _marked(book: CalamineWorkbook) -> tuple[int, list[Row], int, int]:
    """The sheet that begins with our mark: its place, its rows from the mark on, and the mark's own place in it."""
    for place, name in enumerate(book.sheet_names[:MOST_SHEETS]):
        if name == META:
            continue
        sheet = book.get_sheet_by_index(place)
        rows = _rows(sheet)
        for top, row in enumerate(rows):
            if MARK in row:
                left = row.index(MARK)
                first, second = sheet.start or (0, 0)
                return place, [one[left:] for one in rows[top:]], top + first, left + second
    raise NotRead("not_ours")


def _cells(
    rows: list[Row], titles: Mapping[str, tuple[str, str]], empty: set[tuple[int, int]]
) -> dict[str, Any]:
    """Values by address: hidden keys in the first row and column say what stands where, wherever it was moved."""
    across = {at: key for at, key in enumerate(rows[0]) if at and key}
    down = {at: str(row[0]) for at, row in enumerate(rows) if at and row[0]}
    _refuse_drift(rows, across, down, titles)
    cells: dict[str, str] = {}
    without_value, several = [], []
    for at, key in down.items():
        if key.startswith(f"{STORY}."):
            told = [text for text in map(_text, rows[at][1:]) if text and text not in titles.get(key, ())]
            cells |= {key: told[0]} if len(told) == 1 else {}
            several += [key] if len(told) > 1 else []
            without_value += [key] if any(row == at for row, _ in empty) else []
            continue
        for column, measure in across.items():
            address = f"{key}.{measure}"
            if address not in titles:
                continue
            if (at, column) in empty:
                without_value.append(address)
            elif text := _text(rows[at][column]):
                cells[address] = text
    return {"cells": cells, "without_value": without_value, "several": several}


def _refuse_drift(
    rows: list[Row], across: Mapping[int, Any], down: Mapping[int, str], titles: Mapping[str, tuple[str, str]]
) -> None:
    """A number must never land in another cell than the one its headings name."""
    if len(set(across.values())) < len(across) or len(set(down.values())) < len(down):
        raise NotRead("headings")
    of_row = {
        at.rpartition(".")[0]: title for at, (title, _) in titles.items() if not at.startswith(f"{STORY}.")
    }
    of_column = {at.rpartition(".")[2]: title for at, (_, title) in titles.items() if title}
    first = min((at for at, key in down.items() if key in of_row), default=0)
    for at, key in across.items():
        _refuse_other_title(
            (row[at] for row in rows[1:first]), of_column.get(str(key), ""), of_column.values()
        )
    for at, key in down.items():
        if key in of_row:
            _refuse_other_title(rows[at][1:], of_row[key], of_row.values())


def _refuse_other_title(seen: Any, own: str, titles: Any) -> None:
    texts = {one for one in seen if isinstance(one, str)}
    if own not in texts and texts & set(titles):
        raise NotRead("headings")


def _text(value: Any) -> str:
    """A value as the exact text of what a spreadsheet shows: it keeps fifteen digits of a number."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return format(Decimal(format(value, ".15g")), "f")
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()


# Formulas


def _uncalculated(content: bytes, place: int) -> list[tuple[int, int]]:
    """(row, column), counted from 0, of each formula in a sheet that has no value, or an error for one."""
    with ZipFile(io.BytesIO(content)) as archive:
        name = _part_of_sheet(archive, place)
        xml = _part(archive, name, MOST_UNPACKED) if name else b""
    return [_coordinate(at) for at in _formulas_without_value(xml)]


def _part_of_sheet(archive: ZipFile, place: int) -> str:
    """The name of the part that holds the sheet with this place in the book; "" when it cannot be told."""
    sheets = [_SHEET_REF.search(found[1]) for found in _SHEET.finditer(_part(archive, "xl/workbook.xml"))]
    links = {
        link_id[1]: link_to[1].decode()
        for found in _LINK.finditer(_part(archive, "xl/_rels/workbook.xml.rels"))
        if (link_id := _LINK_ID.search(found[1])) and (link_to := _LINK_TO.search(found[1]))
    }
    wanted = sheets[place] if place < len(sheets) else None
    target = links.get(wanted[1], "") if wanted else ""
    name = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return name if name in archive.namelist() else ""


def _formulas_without_value(xml: bytes) -> Iterator[re.Match[bytes]]:
    if not _FORMULA.search(xml):
        return
    for cell in _CELL.finditer(xml):
        attributes, body = cell[1] or b"", cell[2]
        failed = b't="e"' in attributes
        if _FORMULA.search(body) and (failed or not _VALUE.search(body)) and (at := _AT.search(attributes)):
            yield at


def _coordinate(at: re.Match[bytes]) -> tuple[int, int]:
    column = 0
    for letter in at[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(at[2]) - 1, column - 1


# The process


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def main() -> None:
    """Read what comes in, say what it is; a damaged file may make the library panic, which is no Exception."""
    _limit()
    try:
        found = read(sys.stdin.buffer.read())
    except NotRead as problem:
        found = {"problem": str(problem)}
    except MemoryError:
        found = {"problem": "too_heavy"}
    except BaseException:
        found = {"problem": "broken"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
