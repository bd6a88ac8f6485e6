"""The workbook door: the unit's part goes out as a file, the filled file is read, shown, and adopted or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from forms.cells import Cell
from forms.importing import Given, Proposal, as_json, contradictions, from_json, propose
from forms.problems import Refused
from forms.text import clean
from reporting.programme import Role
from reporting.states import TaskEvent, TaskState, after
from services.asking import (
    IMPORTING,
    Filling,
    conversation,
    current,
    filling,
    importing_message,
    own_task,
    put_next,
)
from services.auditing import audit
from services.desk import Desk, Turn
from services.filling import forget_old_reason, owed_by
from storage import conversations, drafts, tasks
from storage.drafts import Draft, Waiting
from storage.tasks import Task
from templates.entry_workbook import Entry, entry_workbook
from templates.message import SILENCE, Attachment, Message, Reply
from templates.proposal import bad_message, wrong_cells
from templates.read_workbook import Read
from templates.words import covered, joined, refusal, say

EXCEL = "excel"


# Out


def send_workbook(turn: Turn, task_id: int) -> Reply:
    """Excel填报: the unit's own part as a file. What was being asked is asked on."""
    task = own_task(turn, task_id, Role.LIAISON)
    after(TaskState(task.state), TaskEvent.SUBMIT)
    now = filling(turn, task)
    said = Message(say("importing.sent", task=now.label))
    return Reply((said,), attachments=(_file(turn, now),))


def send_any(turn: Turn) -> Reply:
    """Typed: the file of what is being filled, else of everything that is owed."""
    asked = conversations.of_person(turn.tx, turn.person)
    owed = [task.id for task in owed_by(turn)]
    if not owed:
        raise Refused("no_task")
    wanted = [asked.task_id] if asked and asked.task_id in owed else owed
    replies = [send_workbook(turn, task_id) for task_id in wanted]
    return Reply(
        tuple(said for reply in replies for said in reply.messages),
        attachments=tuple(file for reply in replies for file in reply.attachments),
    )


def _file(desk: Desk, now: Filling, proposal: Proposal | None = None) -> Attachment:
    """The workbook as things stand; with a proposal, what was sent in it, its bad cells red."""
    answers = now.answers if proposal is None else {**now.answers, **proposal.read}
    entry = Entry(
        now.part,
        answers,
        now.bases,
        now.label,
        now.task.unit,
        now.unit,
        now.task.id,
        desk.programme.rules.title,
        wrong_cells(proposal) if proposal else {},
    )
    return Attachment(entry.name, entry_workbook(entry))


# In


def receive(turn: Turn, file_ref: str, sent_at: datetime) -> Reply:
    """A file came in: kept as a row until it is read beside the conversations, and nobody waits for that."""
    if is_pending(turn):
        _, now, _ = _pending(turn)
        put_next(turn, now, by_cell=False)  # what an earlier file would change is not asked any more
    drafts.put(turn.tx, turn.person, turn.origin.bot_id, turn.origin.update_id, file_ref, sent_at)
    return SILENCE


def waiting(desk: Desk) -> list[Waiting]:
    """Files that are still to be read, those from before a restart too."""
    return drafts.waiting(desk.tx)


def refuse(turn: Turn, file_ref: str) -> Reply:
    """The messenger did not hand out the file."""
    return _refused(turn, file_ref, Refused("import.not_fetched"))


def _refused(turn: Turn, file_ref: str, why: Refused) -> Reply:
    if drafts.file_of(turn.tx, turn.person) != file_ref:
        return SILENCE  # another file was sent since
    drafts.drop(turn.tx, turn.person)
    return Reply((Message(refusal(why)), *current(turn).messages))


def forget(desk: Desk, waiting: Waiting) -> None:
    """Whatever became of reading this file, it is not read again."""
    if drafts.file_of(desk.tx, waiting.person_id) == waiting.file_ref:
        drafts.drop(desk.tx, waiting.person_id)


def show(turn: Turn, file_ref: str, read: Read) -> Reply:
    """A file was read: show what it would change. Nothing is stored of one that is refused."""
    if drafts.file_of(turn.tx, turn.person) != file_ref:
        return SILENCE  # another file was sent since
    try:
        return _show(turn, read)
    except Refused as why:
        return _refused(turn, file_ref, why)


def _show(turn: Turn, read: Read) -> Reply:
    if read.problem is not None:
        problem = read.problem
        raise Refused(f"import.{problem}")
    now = filling(turn, _task_of(turn, read.head))
    sources = tasks.sources_of_task(turn.tx, now.task.id)
    given = Given(read.cells, read.without_value, read.several)
    proposal = propose(now.part, given, now.answers, {at for at, door in sources.items() if door != EXCEL})
    if proposal.bad:
        drafts.drop(turn.tx, turn.person)
        said = bad_message(now.label, now.part, proposal)
        return Reply((said, *_unasked(turn)), attachments=(_file(turn, now, proposal),))
    if not proposal.typed:
        raise Refused("import.empty")
    if not proposal.read:
        return _move_on(turn, now, say("importing.unchanged", task=now.label))
    asked = conversations.of_person(turn.tx, turn.person)
    by_cell = asked.by_cell if asked else False
    version = conversations.ask(turn.tx, turn.person, now.task.id, IMPORTING, turn.now, by_cell=by_cell)
    drafts.propose(turn.tx, turn.person, now.task.id, as_json(proposal), version)
    return Reply((importing_message(turn, now, turn.person, version),))


def _unasked(turn: Turn) -> tuple[Message, ...]:
    """The open question, only if its message never went out: it took the place of an earlier file's."""
    asked = conversations.of_person(turn.tx, turn.person)
    return current(turn).messages if asked and asked.prompt_ref is None else ()


def _task_of(turn: Turn, head: Mapping[str, str]) -> Task:
    """The task that a file names; what does not fit is said by its name."""
    units = {post.unit for post in turn.actor.posts if post.role == Role.LIAISON}
    if head["unit"] not in units:
        raise Refused("import.unit", unit=turn.called(head["unit"]))
    known = [task for task in tasks.of_unit(turn.tx, head["unit"]) if task.form == head["form"]]
    if not known:
        raise Refused("import.form")
    task = next((task for task in known if task.period == head["period"]), None)
    open_now = [one for one in known if one.state in (TaskState.OPEN, TaskState.RETURNED)]
    if open_now and task not in open_now:
        raise Refused(
            "import.period", got=_covers(turn, known[0], head["period"]), now=_label(turn, open_now[-1])
        )
    if task is None or str(task.id) != head["task"]:
        raise Refused("import.not_ours")
    own_task(turn, task.id, Role.LIAISON)
    after(TaskState(task.state), TaskEvent.SUBMIT)
    if str(turn.form(task.form_id).version) != head["version"]:
        raise Refused("import.version")
    return task


def _label(desk: Desk, task: Task) -> str:
    return _covers(desk, task, task.period)


def _covers(desk: Desk, task: Task, period: str) -> str:
    try:
        return covered(desk.form(task.form_id).every, period)
    except ValueError:
        raise Refused("import.not_ours") from None


# Deciding


def _pending(turn: Turn) -> tuple[Draft, Filling, Proposal]:
    asked = conversation(turn)
    draft = drafts.of_person(turn.tx, turn.person)
    if asked.question != IMPORTING or draft is None or draft.version != asked.version:
        raise Refused("import.nothing")
    task = own_task(turn, draft.task_id, Role.LIAISON)
    after(TaskState(task.state), TaskEvent.SUBMIT)
    return draft, filling(turn, task), from_json(draft.proposal)


def is_pending(turn: Turn) -> bool:
    """True while this person is being asked whether to adopt a file."""
    found = conversations.of_person(turn.tx, turn.person)
    return found is not None and found.question == IMPORTING


def adopt(turn: Turn) -> Reply:
    """采用: everything that contradicts nothing; contradictions must be decided first."""
    draft, now, proposal = _pending(turn)
    if proposal.conflicts:
        raise Refused("import.conflicts", count=len(proposal.conflicts))
    return _store(turn, draft, now, proposal, proposal.accepted)


def prefer(turn: Turn) -> Reply:
    """以表格为准: the file wins everywhere."""
    draft, now, proposal = _pending(turn)
    return _store(turn, draft, now, proposal, proposal.read)


def keep(turn: Turn) -> Reply:
    """保留原数: where both say something else, what was there stays."""
    draft, now, proposal = _pending(turn)
    return _store(turn, draft, now, proposal, proposal.accepted)


def discard(turn: Turn) -> Reply:
    """不采用: nothing changes."""
    _, now, _ = _pending(turn)
    return _move_on(turn, now, say("importing.discarded", task=now.label))


def _store(turn: Turn, draft: Draft, now: Filling, proposal: Proposal, chosen: Mapping[str, Cell]) -> Reply:
    for one in contradictions(now.part, chosen, now.answers, proposal.typed):
        raise one.refused
    cells = forget_old_reason(now, dict(chosen))
    for at, cell in cells.items():
        tasks.add_answers(
            turn.tx,
            now.task.id,
            {at: cell},
            typed=clean(proposal.typed.get(at, "")),
            person_id=turn.person,
            update_id=draft.update_id,
            now=draft.received_at,
            source=EXCEL,
        )
    sent, adopted = draft.received_at.isoformat(), turn.now.isoformat()
    audit(turn, "adopt", now.task, sent=sent, adopted=adopted)
    said = "importing.adopted" if cells else "importing.kept"
    fields = {"task": now.label} | ({"count": len(chosen)} if cells else {})
    return _move_on(turn, replace(now, answers={**now.answers, **cells}), say(said, **fields))


def _move_on(turn: Turn, now: Filling, receipt: Markup) -> Reply:
    """Ask for the first thing still missing, or show the summary."""
    drafts.drop(turn.tx, turn.person)
    asked = conversations.of_person(turn.tx, turn.person)
    follows = put_next(turn, now, asked.by_cell if asked else False)
    return Reply((replace(follows, text=joined([receipt, follows.text])),), settled=True)
