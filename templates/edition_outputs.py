"""What an edition is made into, by name: the message, the works' tables, and whatever else has a maker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from reporting.digest import SheetDigest
from reporting.edition import Edition
from templates import outputs
from templates.digest import group_message
from templates.edition_tables import sheet_workbook
from templates.message import Attachment, Message
from templates.outputs import Output

MESSAGE = "message"
SHEET = "sheet."  # sheet.safety is that form's official table


def message(edition: Edition) -> Message:
    """What the groups read."""
    return Message(group_message(edition))


def names_of(edition: Edition) -> list[str]:
    """All that it can be made into besides the message, in the order in which they are sent."""
    makers = [str(output) for output in Output if outputs.shown(output, edition)]
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
