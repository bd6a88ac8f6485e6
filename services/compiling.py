"""汇总: the lead unit's sheet as it stands, and its official workbook."""

from __future__ import annotations

from forms.problems import Refused
from reporting.programme import Level
from services.desk import Desk, Turn
from services.editions import read
from services.sheets import Sheet, sees_all, sheet_text, signed_sheet
from services.showing import sheet_picture
from services.snapshots import snapshot_of
from storage import tasks
from storage.tasks import Task
from templates import edition_outputs as outputs
from templates.message import Attachment, Message, Reply


def sheet(turn: Turn, sheet_id: int | None = None) -> Reply:
    """汇总: who has filed and what the table says so far, with its workbook."""
    whole = signed_sheet(turn, _led_sheet(turn, sheet_id))
    said = Message(sheet_text(turn, whole), picture=sheet_picture(turn, whole, whole.lead))
    return Reply((said,), attachments=(sheet_workbook(turn, whole),))


def sheet_workbook(desk: Desk, whole: Sheet) -> Attachment:
    """The official workbook of a sheet as it stands."""
    edition = read(desk, snapshot_of(desk, whole.period, [whole]))
    return outputs.table_of(edition.sheets[0], edition)


def _led_sheet(turn: Turn, sheet_id: int | None) -> list[Task]:
    """The tasks of a sheet that the person's unit leads (the office sees every sheet); the newest by default."""
    if sheet_id is not None:
        found = tasks.of_sheet(turn.tx, sheet_id)
    else:
        led = _led_tasks(turn)
        found = tasks.of_sheet(turn.tx, led[-1].sheet_id) if led else []
    if not found:
        raise Refused("no_sheet")
    lead = next(task for task in found if task.level == Level.LEAD)
    if not sees_all(turn.actor) and lead.unit not in {post.unit for post in turn.actor.posts}:
        raise Refused("not_yours")
    return found


def _led_tasks(turn: Turn) -> list[Task]:
    """Lead tasks of the person's units; of every unit for the office."""
    if sees_all(turn.actor):
        found = [task for key in tasks.opened_periods(turn.tx) for task in tasks.of_period(turn.tx, key)]
    else:
        units = [post.unit for post in turn.actor.posts]
        found = [task for unit in units for task in tasks.of_unit(turn.tx, unit)]
    return sorted((task for task in found if task.level == Level.LEAD), key=lambda task: task.due_at)
