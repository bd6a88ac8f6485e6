"""A block pasted from a spreadsheet: recognised by its titles and headings, or by a shape that can mean one thing only.

What is no block is left to be an ordinary answer; what is one and is not clear is refused. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain

from forms.blocks import Row, name_of, rows_of, short, title_name, unnumbered
from forms.cells import Cell, figure
from forms.importing import Given
from forms.numbers import NumberRefused, read_number
from forms.pasted_table import PastedTable, TableCells, may_be_lines
from forms.problems import Refused
from forms.questions import Part, Question, narrative_address
from forms.table import Bases, compute

MOST_DECIMALS = 6
LONGEST_TITLE = 80
_SEPARATORS = frozenset("\t\r\n")


@dataclass(frozen=True, slots=True)
class Pasted:
    """``others`` are titles of rows and columns that are not the unit's own; ``totals`` stood in computed cells.

    ``beside`` are other units' cells, which count for nothing but sums.
    """

    given: Given
    others: tuple[str, ...] = ()
    totals: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A computed figure that stood in the block, and what its parts in fact make."""

    address: str
    pasted: Cell
    computed: Cell


def recognise(part: Part, question: Question, text: str, covers: str = "") -> Pasted | None:
    """What the block says; None when the text is an ordinary answer to the question.

    ``covers`` is what is being reported on (6月份): a caption that names another is refused. Raises Refused, naming
    what is unclear.
    """
    if not _may_be_block(part, text):
        return None
    tabbed, rows = rows_of(text)
    told, rest = _stories(part, rows)
    try:
        table = PastedTable(part, question, tabbed, rest, covers).read()
    except Refused:
        if not tabbed and len(told) < 2 and may_be_lines(part, question):
            return None
        raise
    left = next((row for row in rest if row.filled), None)
    if table is None:
        if not told or (len(told) == 1 and (left or question.target in told)):
            return None
        if left:
            raise Refused("paste.line", title=short(left.line))
        table = TableCells({}, {}, {})
    said = {at: texts[0] for at, texts in told.items() if len(texts) == 1}
    several = [at for at, texts in told.items() if len(texts) > 1]
    return Pasted(Given({**table.own, **said}, (), several), table.others, table.totals, table.beside)


def is_bare_line(text: str) -> bool:
    """One line without a single word, such as a row of figures: never a block, whatever is being filled."""
    return _SEPARATORS.isdisjoint(text) and not any(map(str.isalpha, text))


def _may_be_block(part: Part, text: str) -> bool:
    """One line without tabs can only be one that begins with a title; nearly all that is typed is one without."""
    if not _SEPARATORS.isdisjoint(text):
        return True
    begins = name_of(unnumbered(text[:LONGEST_TITLE].strip()))
    titles = chain((item.title for item in part.form.grid.items), (one.title for one in part.form.narrative))
    return any(begins.startswith(title_name(title)) for title in titles)


def wrong_totals(part: Part, pasted: Pasted, answers: Mapping[str, Cell]) -> list[Contradiction]:
    """Computed figures of the block that its own figures, and what is answered, contradict."""
    pasted_now = _amounts(part, {**pasted.beside, **pasted.given.cells})
    table = compute(part.form, {**answers, **pasted_now}, Bases())
    found = []
    for at, cell in _amounts(part, pasted.totals).items():
        item, _, measure = at.partition(".")
        series = table[item, measure]
        if series.complete and series.month.amount is not None and series.month != cell:
            found.append(Contradiction(at, cell, series.month))
    return found


def _amounts(part: Part, texts: Mapping[str, str]) -> dict[str, Cell]:
    """Figures as they stand; everything else is judged where it matters."""
    found: dict[str, Cell] = {}
    for at, text in texts.items():
        measure = part.form.measures.get(at.partition(".")[2])
        if measure is not None and measure.kind == "number" and at not in part.narratives:
            with suppress(NumberRefused):
                number = read_number(text, unit=measure.unit, decimals=MOST_DECIMALS)
                found |= {} if number.value is None else {at: figure(number.value)}
    return found


# What is told in words


def _stories(part: Part, rows: Sequence[Row]) -> tuple[dict[str, list[str]], list[Row]]:
    """(texts by narrative, the rows that are none). A text goes on until the next title or a row of several cells."""
    told: dict[str, list[str]] = {}
    rest: list[Row] = []
    names = {title_name(item.title): narrative_address(key) for key, item in part.form.narratives.items()}
    lines: list[str] | None = None
    open_at = ""
    for row in rows:
        if (found := _titled(names, row)) is not None:
            _close(told, open_at, lines)
            open_at, texts = found
            for text in texts[1:]:
                _close(told, open_at, [text])
            lines = list(texts[:1])
        elif lines is not None and (len(row.filled) < 2 or "\t" not in row.line):
            lines.append(row.line)
        else:
            _close(told, open_at, lines)
            lines = None
            rest.append(row)
    _close(told, open_at, lines)
    return told, rest


def _close(told: dict[str, list[str]], at: str, lines: list[str] | None) -> None:
    text = "\n".join(lines or ()).strip()
    if lines is not None and text not in told.setdefault(at, []) and text:
        told[at].append(text)


def _titled(names: Mapping[str, str], row: Row) -> tuple[str, list[str]] | None:
    """(narrative, its texts) of a row that begins with its title: alone, before a colon, or in a cell of its own."""
    first, *others = row.filled or ("",)
    if "\t" not in row.line:
        first, others = row.line, []
    title, _, text = unnumbered(first.strip()).replace("：", ":", 1).partition(":")
    at = names.get(name_of(title))
    if at is None:
        return None
    texts = [one for one in dict.fromkeys((text.strip(), *others)) if one]
    return at, texts
