"""The filled table as a picture: put together here, as data, and drawn after the commit by somebody else."""

from __future__ import annotations

from collections.abc import Mapping

from forms.cells import UNANSWERED, Cell
from forms.definition import Form
from forms.progress import standings
from forms.questions import Part
from forms.table import compute
from reporting.programme import Level, Role
from reporting.states import TaskState
from services.desk import Desk
from services.listing import borrowed
from services.sheets import Sheet, post_of, whole_sheet
from storage import people, tasks
from storage.tasks import Task
from templates.picture_form import OTHERS_MISSING, Seen, picture_of, picture_of_list
from templates.picture_model import Picture
from templates.record_layout import Listing
from templates.report import Label
from templates.words import date_of, say


def task_picture(desk: Desk, task: Task, part: Part, answers: Mapping[str, Cell]) -> Picture | None:
    """A unit's own part of the table; the whole of it for the lead unit, whose own part is tinted.

    None where a unit has nothing of the table to show.
    """
    if task.level == Level.LEAD:
        return sheet_picture(desk, whole_sheet(desk, task), task, part, answers)
    if not part.rows:
        return None
    form = part.form
    seen = Seen(
        Label(form.short, task.period, form.every),
        desk.called(task.unit),
        *_signature(desk, task),
        changed=_answered_again(desk, task, answers),
        returned=_returned(task, answers),
        notes=_sample(desk),
    )
    return _picture(desk, task, form, {**borrowed(desk, form, task.period), **answers}, seen, part)


def sheet_picture(
    desk: Desk, sheet: Sheet, task: Task, part: Part | None = None, answers: Mapping[str, Cell] | None = None
) -> Picture:
    """The whole table of a sheet; ``part`` is the reader's own, whose figures are tinted and marked."""
    form, cells = sheet.form, answers or {}
    seen = Seen(
        Label(form.short, sheet.period, form.every),
        form.header_unit or desk.called(task.unit),
        *_signature(desk, task),
        unfiled=OTHERS_MISSING,
        own=part.figures if part else (),
        changed=_answered_again(desk, task, cells) if part else (),
        returned=_returned(task, cells) if part else (),
        notes=_notes(desk, sheet),
    )
    return _picture(desk, task, form, sheet.figures, seen)


def _picture(
    desk: Desk, task: Task, form: Form, cells: Mapping[str, Cell], seen: Seen, part: Part | None = None
) -> Picture:
    bases = desk.bases(task)
    table = compute(form, cells, bases)
    if form.grid.records is None:
        return picture_of(form, table, seen, part)
    return picture_of_list(Listing(form, table, standings(form, cells, bases)), seen, part)


def _notes(desk: Desk, sheet: Sheet) -> tuple[str, ...]:
    """Which units are not in it, and that figures are samples; what is unusual in it stands in the text below."""
    missing = [
        desk.called(task.unit)
        for task in sheet.tasks
        if task.unit in sheet.form.rows_of and task.unit not in sheet.units
    ]
    adds = any(item.total_of for item in sheet.form.grid.items)
    absent = [say("compiling.note_missing", names=missing, adds=adds).unescape()] if missing else []
    return (*absent, *_sample(desk))


def _sample(desk: Desk) -> tuple[str, ...]:
    mark = desk.programme.history_mark
    return (say("compiling.note_sample", mark=mark).unescape(),) if mark else ()


def _signature(desk: Desk, task: Task) -> tuple[str, str]:
    """(who signs or signed, when): the day is "" as long as it is not signed."""
    if task.state == TaskState.SIGNED and task.signed_by and task.signed_at:
        return people.person_name(desk.tx, task.signed_by), date_of(task.signed_at, desk.programme.zone)
    post = post_of(desk, task.unit, Role.SIGNATORY)
    return (people.person_name(desk.tx, post.person_id), "") if post and post.person_id else ("", "")


def _answered_again(desk: Desk, task: Task, answers: Mapping[str, Cell]) -> frozenset[str]:
    """What was returned for correction and has been answered since."""
    if task.reopened is None:
        return frozenset()
    detail = tasks.last_detail(desk.tx, task.id, "return") or {}
    return frozenset(at for at in detail.get("was", {}) if answers.get(at, UNANSWERED).answered)


def _returned(task: Task, answers: Mapping[str, Cell]) -> frozenset[str]:
    return frozenset(at for at in task.reopened or () if not answers.get(at, UNANSWERED).answered)
