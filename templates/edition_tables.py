"""The works' tables (附件) of an edition: each as a workbook of its own, or as a page of the one of all works."""

from __future__ import annotations

from reporting.digest import SheetDigest
from templates.digest import behind_lines
from templates.message import Attachment
from templates.official_page import Header, Told
from templates.record_layout import Listing
from templates.record_workbook import record_page, record_workbook
from templates.words import covered, say
from templates.workbook import official_workbook, table_page, workbook_name
from templates.workbook_page import Page


def sheet_workbook(sheet: SheetDigest, title: str, more_notes: tuple[str, ...] = ()) -> Attachment:
    header, notes = header_of(sheet, title), notes_of(sheet, more_notes)
    told = [Told(unit.called, unit.told) for unit in sheet.units if unit.told]
    if sheet.form.grid.records:
        made = record_workbook(Listing(sheet.form, sheet.table, sheet.standings), header, told, notes)
    else:
        made = official_workbook(sheet.form, sheet.table, header, told, notes, _missing(sheet))
    return Attachment(workbook_name(sheet.form, header.period_title), made)


def sheet_page(sheet: SheetDigest, title: str, more_notes: tuple[str, ...] = ()) -> Page:
    header, notes = header_of(sheet, title), notes_of(sheet, more_notes)
    if sheet.form.grid.records:
        return record_page(Listing(sheet.form, sheet.table, sheet.standings), header, notes)
    return table_page(sheet.form, sheet.table, header, notes, _missing(sheet))


def header_of(sheet: SheetDigest, title: str) -> Header:
    return Header(
        period_title=covered(sheet.form.every, sheet.period),
        filled_by=sheet.form.header_unit,
        signatory=sheet.signatory,
        signed_on=sheet.signed_on,
        programme=title,
    )


def notes_of(sheet: SheetDigest, more: tuple[str, ...]) -> list[str]:
    """Notes under the official table."""
    notes = []
    if missing := sheet.missing_units:
        notes.append(say("compiling.note_missing", names=missing, adds=sheet.adds))
    if behind := behind_lines(sheet):
        notes.append(say("compiling.note_behind", lines=behind))
    return [*(note.unescape() for note in notes), *more, *sheet.remarks]


def _missing(sheet: SheetDigest) -> list[str]:
    return [item.key for item in sheet.missing_items]
