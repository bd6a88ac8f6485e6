"""The lead unit's sheet, and the digest: drafted on its day, published by the office with one press."""

from __future__ import annotations

from typing import Any

from forms.cells import UNANSWERED, State
from forms.problems import Refused
from forms.questions import narrative_address
from reporting.digest import UnitReport, snapshot_sheet
from reporting.programme import Level
from reporting.settings import Key, Scope
from reporting.states import TaskState
from services.auditing import audit
from services.desk import Desk, Turn
from services.editions import edition_of, frame, read, record_output, seal
from services.sheets import (
    Sheet,
    remarks_on,
    sees_all,
    sheet_text,
    signatory_name,
    signed_sheet,
    timeliness_of,
    to_admins,
)
from services.showing import sheet_picture
from storage import conversations, digests, outbox, people, tasks
from storage.digests import Draft
from storage.editions import Sealed
from storage.outbox import Recipient
from storage.settings import in_force
from storage.tasks import Task
from templates import edition_outputs as outputs
from templates.message import Attachment, Message, Reply
from templates.words import button, date_of, say
from templates.words import told as shown_words


def sheet(turn: Turn, sheet_id: int | None = None) -> Reply:
    """汇总: who has filed and what the table says so far, with its workbook."""
    whole = signed_sheet(turn, _led_sheet(turn, sheet_id))
    said = Message(sheet_text(turn, whole), picture=sheet_picture(turn, whole, whole.lead))
    return Reply((said,), attachments=(sheet_workbook(turn, whole),))


def sheet_workbook(desk: Desk, whole: Sheet) -> Attachment:
    """The official workbook of a sheet as it stands."""
    edition = read(desk, _snapshot(desk, whole.period, [whole]))
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


def draft(desk: Desk, period: str) -> None:
    """Make (or refresh) the draft of a period and show it to the admins."""
    version = digests.put(desk.tx, period, snapshot(desk, period), desk.now)
    audit(desk, "draft", about=f"period:{period}", version=version)
    message, files = _draft_message(desk, period)
    for number, admin in enumerate(to_admins(desk)):
        key = f"draft:{period}:{version}:{number}"
        outbox.put(desk.tx, key, "draft", admin, message.as_json(), desk.now)
        for name, content in files:
            put_file(desk, f"{key}:{name}", "draft", admin, name, content)


def put_file(desk: Desk, key: str, kind: str, to: Recipient, name: str, content: bytes) -> None:
    file_id = outbox.add_file(desk.tx, name, content)
    outbox.put(desk.tx, key, kind, to, {"text": "", "buttons": []}, desk.now, file_id=file_id)


def show_draft(turn: Turn) -> Reply:
    """通报: the newest draft, made again when figures have changed since."""
    newest = _newest_draft(turn)
    _refresh(turn, newest)
    message, files = _draft_message(turn, newest.period)
    return Reply((message,), attachments=tuple(Attachment(name, content) for name, content in files))


def _newest_draft(turn: Turn) -> Draft:
    drafts = digests.all_by_period(turn.tx)
    if not drafts:
        raise Refused("no_draft")
    return drafts[max(drafts)]


def _refresh(desk: Desk, known: Draft) -> Draft:
    """Bring a draft up to date; unchanged, published or not, it is returned as it is."""
    if known.published_at is not None:
        return known
    fresh = snapshot(desk, known.period)
    if fresh == known.snapshot:
        return known
    digests.put(desk.tx, known.period, fresh, desk.now)
    found = digests.of_period(desk.tx, known.period)
    assert found is not None
    return found


def _draft_message(desk: Desk, period: str) -> tuple[Message, list[tuple[str, bytes]]]:
    known = digests.of_period(desk.tx, period)
    assert known is not None
    edition = read(desk, known.snapshot)
    groups = [group.title for group in receiving_groups(desk)]
    text = say("compiling.draft", text=outputs.message(edition).text, groups=groups)
    buttons = () if known.published_at else ((button("publish", period, known.version),),)
    made = [outputs.table_of(sheet, edition) for sheet in edition.sheets]
    files = [(one.name, one.content) for one in made]
    return Message(text, buttons), files


def publish(turn: Turn, period: str | None = None, version: int | None = None) -> Reply:
    """发布: what the admin has seen goes to the leaders' groups, once.

    When figures came in after the draft was shown, nothing is sent and the new draft is shown instead.
    """
    known = digests.of_period(turn.tx, period) if period else _newest_draft(turn)
    if known is None:
        raise Refused("no_draft")
    groups = receiving_groups(turn)
    if not groups:
        raise Refused("no_group")
    if known.published_at is not None:
        return _publish_doubtful(turn, known)
    if (version or known.version) != known.version or _refresh(turn, known).version != known.version:
        message, _ = _draft_message(turn, known.period)
        return Reply((Message(say("compiling.refreshed")), message), settled=True)
    digests.publish(turn.tx, known.period, known.version, turn.person, turn.now)
    sealed = seal(turn, known.period, known.snapshot)
    audit(turn, "publish", about=f"period:{known.period}", edition=sealed.hash)
    for task in tasks.of_period(turn.tx, known.period):
        conversations.end_task(turn.tx, task.id, turn.now)
    _send_to_groups(turn, sealed)
    return Reply((Message(say("compiling.published", groups=len(groups))),), settled=True)


def receiving_groups(desk: Desk) -> list[people.Group]:
    """Registered groups but for those that an order has taken off the list."""
    settings = in_force(desk.tx)
    return [
        group
        for group in people.registered_groups(desk.tx)
        if not settings.get(Key.GROUP_RESTS, Scope(group=str(group.id)))
    ]


def _send_to_groups(turn: Turn, sealed: Sealed) -> None:
    edition = edition_of(turn, sealed)
    text = outputs.message(edition)
    record_output(turn, sealed, outputs.MESSAGE, str(text.text).encode())
    files = []
    for name in outputs.names_of(edition):
        if made := outputs.make(name, edition):
            file_id = outbox.add_file(turn.tx, made.name, made.content)
            record_output(turn, sealed, name, made.content, file_id)
            files.append((name, file_id))
    for group in receiving_groups(turn):
        to, start = Recipient(group_id=group.id), f"digest:{sealed.period}:{group.id}"
        outbox.put(turn.tx, f"{start}:text", "digest", to, text.as_json(), turn.now)
        for name, file_id in files:
            nothing = {"text": "", "buttons": []}
            outbox.put(turn.tx, f"{start}:{name}", "digest", to, nothing, turn.now, file_id=file_id)


def _publish_doubtful(turn: Turn, known: Draft) -> Reply:
    """After publishing only what is in doubt, or was dropped, is sent again: the admin has looked."""
    again = outbox.release(turn.tx, f"digest:{known.period}:", turn.now)
    if not again:
        raise Refused("published")
    return Reply((Message(say("compiling.republished")),), settled=True)


def snapshot(desk: Desk, period: str) -> dict[str, Any]:
    """Everything that the digest of a period says, frozen as JSON."""
    by_sheet: dict[int, list[Task]] = {}
    for task in tasks.of_period(desk.tx, period):
        by_sheet.setdefault(task.sheet_id, []).append(task)
    return _snapshot(desk, period, [signed_sheet(desk, found) for found in by_sheet.values()])


def _snapshot(desk: Desk, period: str, sheets: list[Sheet]) -> dict[str, Any]:
    return {"period": period, "sheets": [_freeze(desk, sheet) for sheet in sheets]} | frame(desk)


def _freeze(desk: Desk, sheet: Sheet) -> dict[str, Any]:
    lead = sheet.lead
    return snapshot_sheet(
        lead.form_id,
        sheet.figures,
        desk.bases(lead),
        [_unit_report(desk, sheet, task) for task in sheet.tasks],
        signatory=signatory_name(desk, lead.id, lead.signed_by),
        signed_on=date_of(lead.signed_at, desk.programme.zone) if lead.signed_at else "",
        lead_signed=lead.state == TaskState.SIGNED,
        remarks=[remark.unescape() for remark in remarks_on(desk, sheet)],
    )


def _unit_report(desk: Desk, sheet: Sheet, task: Task) -> UnitReport:
    cells = sheet.narratives.get(task.unit, {})
    told = [(item, cells.get(narrative_address(item.key), UNANSWERED)) for item in sheet.form.narrative]
    asked = [cell.text for item, cell in told if item.asks_help and cell.state is State.VALUE and cell.text]
    return UnitReport(
        task.unit,
        desk.called(task.unit),
        timeliness_of(desk, task),
        "\n".join(asked),
        tuple((item.title, shown_words(cell)) for item, cell in told if cell.answered),
    )
