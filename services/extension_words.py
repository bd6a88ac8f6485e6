"""What is asked of a liaison who wants more time, one question a message."""

from __future__ import annotations

from datetime import datetime

from forms.definition import Form
from reporting.period import parse_period
from reporting.programme import Level
from services.desk import Desk
from services.planning import calendar_of
from storage import tasks
from storage.tasks import Task
from templates.message import Message
from templates.report import Label
from templates.words import button, say, when

EXTENDING = "extend"


def label_of(desk: Desk, task: Task) -> Label:
    form: Form = desk.form(task.form_id)
    return Label(form.short, task.period, form.every)


def latest_for(desk: Desk, task: Task) -> datetime:
    """The cascade's end for a report: its lead unit's deadline, for the lead unit the digest's."""
    if task.level == Level.FILING:
        leads = [one for one in tasks.of_sheet(desk.tx, task.sheet_id) if one.level == Level.LEAD]
        if leads:
            return leads[0].due_at
    return calendar_of(desk, parse_period(task.period)).digest_due


def extending_message(desk: Desk, task: Task, marks: tuple[str, ...], version: int) -> Message:
    """The question that comes after what was told so far: until when, why, how far things are."""
    zone = desk.programme.zone
    text = say(
        "exceptions.extend_question",
        task=label_of(desk, task),
        step=len(marks),
        due=when(task.due_at, zone),
        latest=when(latest_for(desk, task), zone),
        until=when(datetime.fromisoformat(marks[0]), zone) if marks else "",
    )
    return Message(text, ((button("unextend", 0, version),),), version)
