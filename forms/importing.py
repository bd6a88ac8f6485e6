"""From what a workbook or a pasted block says to what it would change. Pure: nothing is stored or guessed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from forms.cells import UNANSWERED, Cell, State
from forms.checks import broken_by, cells_of
from forms.definition import Check
from forms.problems import Refused
from forms.questions import Part, item_of, question_for
from forms.reading import read_answer
from forms.screening import find_secret
from forms.text import is_blank

EXCEL = "excel"
PASTE = "paste"


@dataclass(frozen=True, slots=True)
class Bad:
    """A cell that cannot be taken: what stands in it, and why not."""

    address: str
    text: str
    refused: Refused


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a file or block would change, by address. Nothing may be taken from it while something is ``bad``.

    ``conflicts`` were answered through another door with another value. ``typed`` is what stood in it. ``others``
    are titles that are not the unit's own, ``totals`` computed figures that it contradicts: (address, said, computed).
    """

    accepted: Mapping[str, Cell] = field(default_factory=dict)
    conflicts: Mapping[str, Cell] = field(default_factory=dict)
    bad: tuple[Bad, ...] = ()
    unchanged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    door: str = EXCEL
    others: tuple[str, ...] = ()
    totals: tuple[tuple[str, str, str], ...] = ()

    @property
    def read(self) -> dict[str, Cell]:
        """Every cell that the file would change."""
        return {**self.accepted, **self.conflicts}


@dataclass(frozen=True, slots=True)
class Given:
    """What a file or block says: texts by address, formulas that have no value, narratives with several texts."""

    cells: Mapping[str, str]
    without_value: Collection[str] = ()
    several: Collection[str] = ()


def propose(part: Part, given: Given, answers: Mapping[str, Cell], elsewhere: Collection[str]) -> Proposal:
    """Compare a file with what is answered; ``elsewhere`` are addresses answered through another door.

    A blank cell or a missing row says nothing. Raises Refused when the file holds what must never be stored.
    """
    refuse_secrets(given.cells.values())
    typed = {at: given.cells[at] for at in part.addresses if not is_blank(given.cells.get(at, ""))}
    read, bad = _read(part, typed)
    bad += [_without_value(at) for at in part.addresses if at in given.without_value]
    bad += [Bad(at, "", Refused("import.several")) for at in part.addresses if at in given.several]
    changed = {at: cell for at, cell in read.items() if cell != answers.get(at, UNANSWERED)}
    bad += [Bad(at, typed[at], Refused("import.closed")) for at in changed if at not in part.open_addresses]
    bad += contradictions(part, changed, answers, typed, {one.address for one in bad})
    wrong = {one.address for one in bad}
    conflicts = {at for at in changed if at in elsewhere and answers.get(at, UNANSWERED).answered}
    return Proposal(
        accepted={at: cell for at, cell in changed.items() if at not in conflicts | wrong},
        conflicts={at: cell for at, cell in changed.items() if at in conflicts - wrong},
        bad=tuple(sorted(bad, key=lambda one: part.addresses.index(one.address))),
        unchanged=tuple(at for at in read if at not in changed),
        missing=tuple(
            at for at in part.open_addresses if at not in typed and at not in wrong and at not in part.carried
        ),
        typed=typed,
    )


def refuse_secrets(texts: Iterable[str]) -> None:
    for text in texts:
        if (secret := find_secret(text)) is not None:
            raise Refused(secret)


def _read(part: Part, typed: Mapping[str, str]) -> tuple[dict[str, Cell], list[Bad]]:
    """Each cell by itself, exactly as if it had been typed in the chat."""
    read: dict[str, Cell] = {}
    bad: list[Bad] = []
    for at, text in typed.items():
        try:
            read |= read_answer(part, question_for(part, at), text, {})
        except Refused as refused:
            bad.append(Bad(at, text, refused))
    return read, bad


def _without_value(at: str) -> Bad:
    return Bad(at, "", Refused("import.formula"))


def contradictions(
    part: Part,
    changed: Mapping[str, Cell],
    answers: Mapping[str, Cell],
    typed: Mapping[str, str],
    wrong: Collection[str] = (),
) -> list[Bad]:
    """Hard checks on every row that would change; what is ``wrong`` already says nothing here."""
    found: dict[str, Bad] = {}
    for item in dict.fromkeys(item_of(at) for at in changed if at in part.figures):
        mine = {at: changed.get(at) or answers.get(at, UNANSWERED) for at in part.figures}
        for check in broken_by(part.form, item, {at: cell for at, cell in mine.items() if at not in wrong}):
            for one in _of_check(part, item, check, typed):
                found.setdefault(one.address, one)
    return list(found.values())


def _of_check(part: Part, item: str, check: Check, typed: Mapping[str, str]) -> list[Bad]:
    """A broken rule concerns every cell that it names."""
    cells = frozenset(cells_of(part.form, check, item))
    return [
        Bad(at, typed.get(at, ""), Refused("check", says=check.says)) for at in part.figures if at in cells
    ]


def as_json(proposal: Proposal) -> dict[str, Any]:
    """Everything that waits for a decision; nothing does while something is bad."""
    return {
        "accepted": {at: _cell_json(cell) for at, cell in proposal.accepted.items()},
        "conflicts": {at: _cell_json(cell) for at, cell in proposal.conflicts.items()},
        "unchanged": list(proposal.unchanged),
        "missing": list(proposal.missing),
        "typed": dict(proposal.typed),
        "door": proposal.door,
        "others": list(proposal.others),
        "totals": [list(one) for one in proposal.totals],
    }


def from_json(stored: Mapping[str, Any]) -> Proposal:
    """Read back what ``as_json`` wrote into a row."""
    return Proposal(
        accepted={at: _cell(*cell) for at, cell in stored["accepted"].items()},
        conflicts={at: _cell(*cell) for at, cell in stored["conflicts"].items()},
        unchanged=tuple(stored["unchanged"]),
        missing=tuple(stored["missing"]),
        typed=stored["typed"],
        door=stored.get("door", EXCEL),
        others=tuple(stored.get("others", ())),
        totals=tuple((at, said, computed) for at, said, computed in stored.get("totals", ())),
    )


def _cell_json(cell: Cell) -> list[str | None]:
    return [str(cell.state), None if cell.number is None else str(cell.number), cell.text]


def _cell(state: str, number: str | None, text: str | None) -> Cell:
    return Cell(State(state), None if number is None else Decimal(number), text)
