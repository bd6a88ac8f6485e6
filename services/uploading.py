"""The workbook door: the unit's part goes out as a file; the filled file is kept, read, and shown as understood."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from forms.importing import EXCEL, Given, Proposal
from forms.problems import Refused
from reporting.programme import Role
from reporting.states import TaskEvent, TaskState, after
from services.asking import Filling, current, filling, own_task
from services.desk import Desk, Turn
from services.filling import owed_by
from services.importing import Source, offer, withdraw_offer
from storage import conversations, drafts, tasks
from storage.drafts import Waiting
from storage.tasks import Task
from templates.entry_workbook import Entry, entry_workbook
from templates.message import SILENCE, Attachment, Message, Reply
from templates.proposal import bad_message, wrong_cells
from templates.read_workbook import Read
from templates.words import covered, refusal, say

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
    withdraw_offer(turn)
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
    update_id, sent_at = drafts.received(turn.tx, turn.person)
    given = Given(read.cells, read.without_value, read.several)
    offered = offer(turn, now, given, Source(EXCEL, update_id, sent_at))
    if isinstance(offered, Reply):
        return offered
    drafts.drop(turn.tx, turn.person)
    said = bad_message(now.label, now.part, offered)
    return Reply((said, *_unasked(turn)), attachments=(_file(turn, now, offered),))


def _unasked(turn: Turn) -> tuple[Message, ...]:
    """The open question, only if its message never went out: it took the place of an earlier file's."""
    asked = conversations.of_person(turn.tx, turn.person)
    return current(turn).messages if asked and asked.prompt_ref is None else ()


def _task_of(turn: Turn, head: Mapping[str, str]) -> Task:
    """The task that a file names; what does not fit is said by its name."""
    units = {post.unit for post in turn.actor.posts if post.serves == Role.LIAISON}
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
