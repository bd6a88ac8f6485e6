"""Editions: what stands around the figures of a digest, the seal when it is published, and the proof afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reporting.edition import Edition, read_edition
from reporting.imprint import frozen_imprint
from reporting.sealing import START, altered
from services.desk import Desk, Turn
from storage import digests, outbox
from storage import editions as store
from storage.editions import Sealed
from templates import edition_outputs as outputs
from templates.message import Attachment
from templates.seal_words import answer_called, value_called
from templates.words import say


def frame(desk: Desk) -> dict[str, Any]:
    """What a snapshot holds besides its sheets."""
    rules = desk.programme.rules
    mark = desk.programme.history_mark
    notes = [say("compiling.note_sample", mark=mark).unescape()] if mark else []
    imprint = frozen_imprint(desk.programme)
    return {"title": rules.title, "county": rules.county, "notes": notes, "imprint": imprint}


def read(desk: Desk, snapshot: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]] = ()) -> Edition:
    """An edition from snapshots; the forms are those that the sheets were opened with."""
    numbers = {sheet["form_id"] for one in (snapshot, *earlier) for sheet in one["sheets"]}
    return read_edition(snapshot, earlier, {number: desk.form(number) for number in numbers})


def seal(turn: Turn, period: str, snapshot: Mapping[str, Any], number: int = 0) -> Sealed:
    """Freeze what is published now, with its number in the year's counter and the editions that it stands on."""
    day = turn.now.astimezone(turn.programme.zone).date()
    serial = store.next_serial(turn.tx, day.year)
    before = store.newest_before(turn.tx, period)
    frozen = {**snapshot, "correction": number, "earlier": {one.period: one.hash for one in before}}
    frozen["imprint"] = frozen_imprint(turn.programme, serial, day)
    frozen["outputs"] = outputs.names_of(read(turn, snapshot, [one.snapshot for one in before]))
    made = store.add(turn.tx, period, number, day.year, serial, frozen, turn.person, turn.now)
    return store.by_id(turn.tx, made)


def edition_of(desk: Desk, sealed: Sealed) -> Edition:
    """A sealed edition, standing on the very editions that it stood on when it was sealed."""
    wanted = set(sealed.snapshot["earlier"].values())
    earlier = [one.snapshot for one in store.chain(desk.tx) if one.hash in wanted] if wanted else []
    return read(desk, sealed.snapshot, earlier)


@dataclass(frozen=True, slots=True)
class Ordered:
    """An output that a letter names: of a sealed edition, or of a draft as it is by then."""

    name: str
    edition: int = 0
    period: str = ""
    number: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"output": self.name, "of": [self.edition, self.period, self.number]}


def ordered_in(message: Mapping[str, Any]) -> Ordered | None:
    """The output that a letter names; None for a letter with a text or a file."""
    return Ordered(message["output"], *message["of"]) if "output" in message else None


def material(desk: Desk, of: Ordered) -> tuple[Attachment | None, Edition | None]:
    """What was made of it before; else the edition to make it from."""
    if not of.edition:
        known = digests.of_period(desk.tx, of.period, of.number)
        assert known is not None
        return None, read(desk, known.snapshot, earlier_of(desk, of.period))
    made = store.outputs_of(desk.tx, of.edition).get(of.name)
    if made is None:
        return None, edition_of(desk, store.by_id(desk.tx, of.edition))
    return Attachment(*outbox.get_file(desk.tx, made.file_id)) if made.file_id else None, None


def keep(desk: Desk, of: Ordered, made: Attachment | None) -> None:
    """Record what was made of a sealed edition; drafts are made anew each time."""
    if not of.edition or of.name in store.outputs_of(desk.tx, of.edition):
        return
    file_id = outbox.add_file(desk.tx, made.name, made.content) if made else None
    record(desk, of.edition, of.name, made.content if made else b"", file_id)


def record(desk: Desk, edition: int, name: str, content: bytes, file_id: int | None = None) -> None:
    """What an edition was made into, by its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    store.add_output(desk.tx, edition, name, sha256, file_id, desk.now)


def earlier_of(desk: Desk, period: str) -> list[Mapping[str, Any]]:
    """The newest published snapshot of every period before."""
    return [one.snapshot for one in store.newest_before(desk.tx, period)]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a verification found. ``wrong`` names in Chinese what is not as it was sealed."""

    period: str
    number: int
    hash: str
    outputs: int
    wrong: tuple[str, ...]


def verify(desk: Desk, period: str) -> list[Proof]:
    """Prove every edition of a period: the chain, each value, the answers behind it, and each output's bytes."""
    previous, found = START, []
    for sealed in store.chain(desk.tx):
        if sealed.period == period:
            found.append(_prove(desk, sealed, chained=sealed.previous == previous))
        previous = sealed.proper_hash
    return found


def _prove(desk: Desk, sealed: Sealed, *, chained: bool) -> Proof:
    wrong = [value_called(sealed.snapshot, path, desk.form) for path in _values(sealed)]
    wrong += [
        answer_called(desk.form(form_id), desk.called(unit), address)
        for form_id, unit, address in store.altered_answers(desk.tx, sealed)
    ]
    if not wrong and sealed.hash != sealed.proper_hash:
        wrong.append(say("sealing.row").unescape())
    if not chained:
        wrong.append(say("sealing.chain").unescape())
    made = store.outputs_of(desk.tx, sealed.id)
    wrong += _unlike(desk, sealed, made.values())
    return Proof(sealed.period, sealed.number, sealed.hash, len(made), tuple(wrong))


def _values(sealed: Sealed) -> list[str]:
    return altered(sealed.snapshot, sealed.prints) if sealed.hash != sealed.proper_hash else []


def _unlike(desk: Desk, sealed: Sealed, made: Iterable[store.Made]) -> list[str]:
    """Outputs that cannot be made again byte for byte."""
    try:
        edition = edition_of(desk, sealed)
    except (LookupError, ValueError, TypeError, ArithmeticError):
        return [say("sealing.unreadable").unescape()]
    return [
        say("sealing.output", name=one.name).unescape()
        for one in made
        if hashlib.sha256(outputs.content(one.name, edition)).hexdigest() != one.sha256
    ]
