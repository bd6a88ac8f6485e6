"""The roster (名册): who is meant for which post. Reading it finds every mistake at once; comparing it, every change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from forms.screening import find_secret
from forms.text import clean
from reporting.programme import OF_OFFICE, Role

COLUMNS = ("unit", "role", "name", "phone")
MOST_LINES = 1500
SINGLE = frozenset({Role.LIAISON, Role.SIGNATORY})
_NAME = re.compile(r"^[\u4e00-\u9fff·]{2,20}$|^[A-Za-z][A-Za-z .'-]{1,39}$")
_PHONE = re.compile(r"^1\d{10}$|^0\d{2,3}-?\d{7,8}$|^\d{3,6}$")


def is_name(text: str) -> bool:
    """A person's name as people are called: two Chinese characters or more, or letters."""
    return bool(_NAME.match(text))


def is_phone(text: str) -> bool:
    """A mobile number, a landline with its area code, or a short number of the county's own net."""
    return bool(_PHONE.match(text))


@dataclass(frozen=True, slots=True)
class Line:
    """One row that is right: a unit's key, a role, and who is meant. An empty name is a vacant post."""

    unit: str
    role: Role
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """``cell`` is as a spreadsheet names it (B7); ``key`` says what is wrong with what stands there."""

    cell: str
    key: str
    got: str


@dataclass(frozen=True)
class Known:
    """What a roster is read against: names of units and roles as they are written, and which posts must be."""

    units: Mapping[str, str]
    roles: Mapping[str, Role]
    office: str
    needed: frozenset[tuple[str, Role]] = frozenset()
    called: Mapping[str, str] = field(default_factory=dict)


def read_roster(
    rows: Sequence[Sequence[str]], known: Known, top: int = 0
) -> tuple[list[Line], list[Mistake]]:
    """Lines and mistakes of rows below the headings; ``top`` is the sheet's row number before the first."""
    lines: list[Line] = []
    mistakes: list[Mistake] = []
    seen: Counter[tuple[str, Role]] = Counter()
    phones: dict[str, str] = {}
    for at, row in enumerate(rows, top + 1):
        cells = [clean(text) for text in (*row, "", "", "", "")[:4]]
        if not any(cells):
            continue
        found = list(_wrong(cells, at, known, phones))
        unit, role = known.units.get(cells[0]), known.roles.get(cells[1])
        if unit and role:
            seen[unit, role] += 1
            if role in SINGLE and seen[unit, role] == 2:
                found.append(Mistake(f"B{at}", "twice", cells[1]))
        mistakes += found
        if not found and unit and role:
            phones.setdefault(cells[3], cells[2])
            lines.append(Line(unit, role, cells[2], cells[3]))
    if not mistakes:
        mistakes += [
            Mistake("", f"missing_{role}", known.called[unit]) for unit, role in _missing(known, seen)
        ]
    return lines, mistakes


def _missing(known: Known, seen: Mapping[tuple[str, Role], int]) -> list[tuple[str, Role]]:
    return sorted(one for one in known.needed if not seen.get(one))


def _wrong(cells: list[str], at: int, known: Known, phones: Mapping[str, str]) -> Iterator[Mistake]:
    secrets = [letter for letter, text in zip("ABCD", cells, strict=True) if find_secret(text)]
    if secrets:
        yield from (Mistake(f"{letter}{at}", "secret", "") for letter in secrets)
        return
    unit, role, name, phone = cells
    if unit not in known.units:
        yield Mistake(f"A{at}", "unit", unit)
    if role not in known.roles:
        yield Mistake(f"B{at}", "role", role)
    elif unit in known.units and (known.roles[role] in OF_OFFICE) != (known.units[unit] == known.office):
        yield Mistake(f"B{at}", "place", role)
    if name and not is_name(name):
        yield Mistake(f"C{at}", "name", name)
    if phone and not name:
        yield Mistake(f"C{at}", "nameless", "")
    if phone and not is_phone(phone):
        yield Mistake(f"D{at}", "phone", phone)
    elif phone and phones.get(phone, name) != name:
        yield Mistake(f"D{at}", "phone_twice", phone)


class Kind(StrEnum):
    """新增, 更换, 免去, 改手机."""

    NEW = "new"
    REPLACED = "replaced"
    ENDED = "ended"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Seat:
    """A post as it stands: ``name`` is its holder's, or who is meant for it."""

    post: int
    unit: str
    role: Role
    seat: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Change:
    """``post`` is None for a post that is still to be made; ``seat`` tells several of one role apart."""

    kind: Kind
    unit: str
    role: Role
    seat: int
    post: int | None
    was: str
    name: str
    phone: str


def compare(lines: Iterable[Line], seats: Iterable[Seat]) -> list[Change]:
    """What the roster would change. Nobody moves who is named in both; what only one of them names, changes."""
    wanted: dict[tuple[str, Role], list[Line]] = {}
    there: dict[tuple[str, Role], list[Seat]] = {}
    for line in lines:
        wanted.setdefault((line.unit, line.role), []).append(line)
    for seat in seats:
        there.setdefault((seat.unit, seat.role), []).append(seat)
    return [
        change
        for key in {**there, **wanted}
        for change in _compare(key, [line for line in wanted.get(key, []) if line.name], there.get(key, []))
    ]


def _compare(key: tuple[str, Role], lines: list[Line], seats: list[Seat]) -> Iterator[Change]:
    unit, role = key
    free = list(seats)
    rest: list[Line] = []
    for line in lines:
        same = next((seat for seat in free if seat.name == line.name), None)
        if same is None:
            rest.append(line)
            continue
        free.remove(same)
        if line.phone and line.phone != same.phone:
            yield Change(Kind.PHONE, unit, role, same.seat, same.post, line.name, line.name, line.phone)
    following = max((seat.seat for seat in seats), default=0)
    for line in rest:
        if free:
            seat = free.pop(0)
            kind = Kind.REPLACED if seat.name else Kind.NEW
            yield Change(kind, unit, role, seat.seat, seat.post, seat.name, line.name, line.phone)
        else:
            following += 1
            yield Change(Kind.NEW, unit, role, following, None, "", line.name, line.phone)
    for seat in free:
        if seat.name:
            yield Change(Kind.ENDED, unit, role, seat.seat, seat.post, seat.name, "", "")
