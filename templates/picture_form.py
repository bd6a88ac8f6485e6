"""A form's table as a picture to be drawn: the official headings, the figures as the official workbook prints them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from forms.definition import Facet, Form
from forms.questions import Part
from forms.records import Column, Shown
from forms.table import Table, address
from forms.text import clean
from templates.entry_layout import Layout
from templates.headings import Line
from templates.official_layout import printed_columns, printed_rows
from templates.picture_model import Mark, Picture, Square
from templates.record_layout import ALL, Listing
from templates.report import Label
from templates.words import say
from templates.workbook import UNFILED, is_word, printed
from templates.workbook_styles import Content

MINE_MISSING, OTHERS_MISSING = "未填", "未报"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the reader's picture says besides the figures: who fills and signs, what is theirs, what has changed.

    ``signatory`` and ``signed_on`` are "" where they are not known yet; ``unfiled`` is the word for a
    missing figure. All addresses are of typed figures.
    """

    label: Label
    filled_by: str
    signatory: str = ""
    signed_on: str = ""
    unfiled: str = MINE_MISSING
    own: Collection[str] = ()
    changed: Collection[str] = ()
    returned: Collection[str] = ()
    notes: tuple[str, ...] = field(default=())


def picture_of(form: Form, table: Table, seen: Seen, part: Part | None = None) -> Picture:
    """The official table, or the rows and columns of it that one unit fills."""
    rows, columns = printed_rows(form), printed_columns(form)
    if part is not None:
        own = {line.key for line in Layout(part, "").columns}
        rows = [line for line in rows if line.key in part.rows]
        columns = [line for line in columns if line.key in own]
    squares = [[_square(form, table, seen, row, column) for column in columns] for row in rows]
    strong = [place for place, line in enumerate(rows) if form.items[line.key].computed]
    return _picture(form, seen, [_named(form, line) for line in columns], rows, squares, strong)


def picture_of_list(listing: Listing, seen: Seen, part: Part | None = None) -> Picture:
    """A list of records, or one unit's of them, without what is known of a record from the beginning."""
    form = listing.form
    places = [place for place, column in enumerate(listing.records.columns) if _moves(form, column)]
    columns = [listing.columns[place] for place in places]
    kept = [at for at, item in enumerate(listing.items) if part is None or item.key in part.rows]
    contents, total = listing.rows(), listing.total()
    rows = [Line(listing.items[at].key, (listing.items[at].title,)) for at in kept]
    squares = [
        [
            _drawn(contents[at][place], seen, address(listing.items[at].key, columns[n].key))
            for n, place in enumerate(places)
        ]
        for at in kept
    ]
    if part is None and len(kept) > 1:
        rows.append(Line("", (ALL,)))
        squares.append([_drawn(total[place], seen) for place in places])
    strong = [len(kept)] if len(rows) > len(kept) else []
    return _picture(form, seen, columns, rows, squares, strong)


def _moves(form: Form, column: Column) -> bool:
    """False for the name, which is the row's heading, and for attributes."""
    if column.field is not None:
        return form.measures[column.field].once is None
    return column.shown not in (Shown.NUMBER, Shown.TITLE, Shown.UNIT, Shown.GROUP)


def _picture(
    form: Form,
    seen: Seen,
    columns: Sequence[Line],
    rows: Sequence[Line],
    squares: Sequence[Sequence[Square]],
    strong: Sequence[int],
) -> Picture:
    return Picture(
        title=clean(seen.label.covers + form.title),
        caption=clean(say("notices.picture", task=seen.label).unescape()),
        above=tuple(map(clean, _above(seen))),
        corner=tuple(map(clean, form.grid.corner)),
        columns=tuple(columns),
        rows=tuple(Line(line.key, tuple(map(clean, line.titles)), line.kind) for line in rows),
        squares=tuple(map(tuple, squares)),
        strong=frozenset(strong),
        notes=tuple(f"注：{clean(note)}" for note in dict.fromkeys([form.note, *seen.notes]) if clean(note)),
    )


def _above(seen: Seen) -> tuple[str, str]:
    signed = f"{seen.signatory}　{seen.signed_on}" if seen.signed_on else f"{seen.signatory}（未签字）"
    return f"填报单位：{seen.filled_by}", f"审核人：{signed}"


def _named(form: Form, line: Line) -> Line:
    """The official headings, with the unit behind a measure's name where no heading says it."""
    titles = [clean(title) for title in line.titles]
    measure = form.measures[line.key]
    said = [*titles, *(facet.title for facet in form.grid.facets if facet.kind is Facet.MONTH)]
    if measure.unit and not any(measure.unit in title for title in said):
        place = -2 if line.kind else -1
        titles[place] = f"{titles[place]}（{measure.unit}）"
    return Line(line.key, tuple(titles), line.kind)


def _square(form: Form, table: Table, seen: Seen, row: Line, column: Line) -> Square:
    at, kind = address(row.key, column.key), row.kind or column.kind
    content = printed(kind, table[row.key, column.key], form.measures[column.key])
    return _drawn(content, seen, at, typed=kind == Facet.MONTH)


def _drawn(content: Content, seen: Seen, at: str = "", *, typed: bool = True) -> Square:
    mark = Mark.NONE
    if typed and at in seen.returned:
        mark = Mark.RETURNED
    elif typed and at in seen.changed:
        mark = Mark.CHANGED
    own = at in seen.own
    if content == UNFILED:
        return Square(seen.unfiled, faint=True, own=own, mark=mark)
    if is_word(content) or isinstance(content.value, str):
        return Square(content.shown, own=own, mark=mark)
    signed = content.number_format.startswith("+") and bool(content.value)
    shown = ("+" if signed and not content.shown.startswith("-") else "") + content.shown.replace("-", "−")
    return Square(shown, figure=True, own=own, mark=mark)
