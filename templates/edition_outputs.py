"""What an edition is made into, by name: the message, the works' tables, and whatever else has a maker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from reporting.digest import SheetDigest
from reporting.edition import Edition
from templates import outputs
from templates.digest import behind_lines, digest_text
from templates.message import Attachment, Message
from templates.outputs import Output
from templates.record_layout import Listing
from templates.record_workbook import record_workbook
from templates.words import covered, say
from templates.workbook import Header, Told, official_workbook, workbook_name

MESSAGE = "message"
SHEET = "sheet."  # sheet.safety is that form's official table


def message(edition: Edition) -> Message:
    """What the groups read."""
    return Message(digest_text(edition.title, edition.county, edition.period, edition.sheets))


def names_of(edition: Edition) -> list[str]:
    """All that it can be made into besides the message, in the order in which they are sent."""
    makers = [str(output) for output in Output if output in outputs.MAKERS]
    return [*makers, *(SHEET + sheet.form.key for sheet in edition.sheets)]


def make(name: str, edition: Edition) -> Attachment | None:
    """One output; None where there is nothing to show. KeyError for a name that the edition does not have."""
    makers: dict[str, Callable[[], Attachment | None]] = {
        str(output): partial(outputs.make, output, edition) for output in outputs.MAKERS
    }
    makers |= {SHEET + one.form.key: partial(table_of, one, edition) for one in edition.sheets}
    return makers[name]()


def content(name: str, edition: Edition) -> bytes:
    """The bytes of an output, those of the message included; b"" where there is nothing to show."""
    if name == MESSAGE:
        return str(message(edition).text).encode()
    made = make(name, edition)
    return made.content if made else b""


def table_of(sheet: SheetDigest, edition: Edition) -> Attachment:
    """A sheet as the official workbook."""
    return sheet_workbook(sheet, edition.title, edition.notes)


def sheet_workbook(sheet: SheetDigest, title: str, more_notes: tuple[str, ...] = ()) -> Attachment:
    header = Header(
        period_title=covered(sheet.form.every, sheet.period),
        filled_by=sheet.form.header_unit,
        signatory=sheet.signatory,
        signed_on=sheet.signed_on,
        programme=title,
    )
    told = [Told(unit.called, unit.told) for unit in sheet.units if unit.told]
    notes = [*_notes(sheet), *more_notes, *sheet.remarks]
    if sheet.form.grid.records:
        made = record_workbook(Listing(sheet.form, sheet.table, sheet.standings), header, told, notes)
    else:
        missing = [item.key for item in sheet.missing_items]
        made = official_workbook(sheet.form, sheet.table, header, told, notes, missing)
    return Attachment(workbook_name(sheet.form, header.period_title), made)


def _notes(sheet: SheetDigest) -> list[str]:
    """Notes under the official table."""
    notes = []
    if missing := sheet.missing_units:
        notes.append(say("compiling.note_missing", names=missing, adds=sheet.adds))
    if behind := behind_lines(sheet):
        notes.append(say("compiling.note_behind", lines=behind))
    return [note.unescape() for note in notes]
