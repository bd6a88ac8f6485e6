"""What a person is being asked: moving the conversation and wording its question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from forms.cells import UNANSWERED, Cell
from forms.checks import TOLD
from forms.importing import from_json
from forms.problems import Refused
from forms.questions import (
    Kind,
    Part,
    Question,
    answered_part,
    item_of,
    narrative_address,
    next_question,
    parse_question,
    part_of,
    previous,
    remaining,
    still_blank,
    usable,
)
from forms.reading import measure_of
from forms.table import Bases
from reporting.history import changes_of
from reporting.programme import Level, Role
from reporting.states import TaskState
from services.desk import Desk, Turn
from services.extension_words import EXTENDING, extending_message
from services.planning import is_locked, locks
from services.sheets import elsewhere, whole_so_far
from services.showing import task_picture
from storage import conversations, drafts, tasks
from storage.conversations import Conversation
from storage.people import Actor
from storage.settings import in_force
from storage.tasks import Task
from templates.history import changes_message
from templates.message import SILENCE, Button, Message, Reply
from templates.proposal import proposal_message
from templates.report import Label, doubt_lines, report, row_title, shown_at, title_of
from templates.words import button, joined, number, say, told

RETURNING = "return"
IMPORTING = "import"
HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Filling:
    """One unit's part as it stands: the task, what may be changed, current answers, bases."""

    task: Task
    part: Part
    answers: Mapping[str, Cell]
    bases: Bases
    unit: str

    @property
    def label(self) -> Label:
        return Label(self.part.form.short, self.task.period, self.part.form.every)

    @property
    def last(self) -> Mapping[str, Cell]:
        """Last month's cells, without those that are never to be taken over."""
        return usable(self.part.form, self.bases.last_month)

    def with_answers(self, cells: Mapping[str, Cell]) -> Filling:
        """The same part after these were answered."""
        answers = {**self.answers, **cells}
        return replace(self, part=answered_part(self.part, answers), answers=answers)

    def text(self, marked: tuple[str, ...] = ()) -> Markup:
        """The report as text, items numbered."""
        return report(self.label, self.unit, self.part, self.answers, self.bases, marked)


def filling(desk: Desk, task: Task) -> Filling:
    """Read a task's part as it stands."""
    desk.trace.period = task.period
    only = None if task.reopened is None else frozenset(task.reopened)
    answers = tasks.answers_of_task(desk.tx, task.id)
    bases = desk.bases(task).of_unit(task.unit, elsewhere(desk, task))
    part = part_of(desk.form(task.form_id), task.unit, only, answers, bases.last_month)
    return Filling(task, part, answers, bases, desk.called(task.unit))


def own_task(turn: Turn, task_id: int, role: Role) -> Task:
    """A task of the unit for which the person holds this role, in a period that is not published."""
    task = tasks.by_id(turn.tx, task_id)
    if task is None or turn.actor.holds(role, task.unit) is None:
        raise Refused("not_yours")
    refuse_published(turn, task)
    return task


def held_tasks(turn: Turn, role: Role, *states: TaskState) -> list[Task]:
    """Tasks in these states of every unit for which the person holds this role, earliest deadline first.

    What is locked cannot be worked on any more and is left out.
    """
    locked, settings = locks(turn), in_force(turn.tx)
    units = [post.unit for post in turn.actor.posts if post.serves == role]
    found = [
        task
        for unit in units
        for task in tasks.of_unit(turn.tx, unit)
        if task.state in states and not is_locked(turn, task, locked, settings)
    ]
    return sorted(found, key=lambda task: (task.due_at, task.id))


def refuse_published(desk: Desk, task: Task) -> None:
    """Refused once the period is locked: its digest is out, or it was closed; unless 补报 was allowed."""
    if is_locked(desk, task, locks(desk), in_force(desk.tx)):
        raise Refused("locked")


def conversation(turn: Turn) -> Conversation:
    """What the person is being asked; Refused when nothing is."""
    found = conversations.of_person(turn.tx, turn.person)
    if found is None:
        raise Refused("nothing_asked")
    return found


def put(turn: Turn, now: Filling, question: Question, by_cell: bool, *, person: int | None = None) -> Message:
    """Ask the acting person (or another) this from now on; the message is the question.

    Whoever comes to the summary sees the filled table first; shown again, the summary is its text alone.
    """
    version = conversations.ask(
        turn.tx, person or turn.person, now.task.id, str(question), turn.now, by_cell=by_cell
    )
    asks = question_message(turn, now, question, by_cell, version)
    if question.kind is not Kind.SUMMARY:
        return asks
    return replace(asks, picture=task_picture(turn, now.task, now.part, now.answers))


def put_next(turn: Turn, now: Filling, by_cell: bool, *, person: int | None = None) -> Message:
    """Ask for the first thing still missing, or show the summary."""
    question = next_question(now.part, now.answers, now.bases, by_cell)
    return put(turn, now, question, by_cell, person=person)


def is_asked(turn: Turn) -> bool:
    """True when the acting person has a question before them, its message known."""
    found = None if turn.who is None else conversations.of_person(turn.tx, turn.person)
    return found is not None and found.prompt_ref is not None


def current(turn: Turn) -> Reply:
    """The question that is still open, shown again; silence when there is none."""
    message = None if turn.who is None else open_question(turn, turn.who)
    return Reply((message,)) if message else SILENCE


def open_question(desk: Desk, who: Actor) -> Message | None:
    """The message that asks this person's open question; None when there is none, or it is no longer theirs."""
    open_now = conversations.of_person(desk.tx, who.person_id)
    if open_now is not None and open_now.question == HISTORY:
        admin = any(post.role == Role.ADMIN for post in who.posts)
        return history_message(desk, who.person_id, open_now.version) if admin else None
    task = tasks.by_id(desk.tx, open_now.task_id) if open_now else None
    if open_now is None or task is None or task.unit not in {post.unit for post in who.posts}:
        return None
    if open_now.question == EXTENDING:
        return extending_message(desk, task, open_now.marks, open_now.version)
    now = filling(desk, task)
    if open_now.question == RETURNING:
        return returning_message(now, open_now.marks, open_now.version)
    if open_now.question == IMPORTING:
        return importing_message(desk, now, who.person_id, open_now.version)
    question = parse_question(open_now.question)
    return question_message(desk, now, question, open_now.by_cell, open_now.version)


def question_message(desk: Desk, now: Filling, question: Question, by_cell: bool, version: int) -> Message:
    """Word one question, with the buttons that fit it."""
    if question.kind is Kind.SUMMARY:
        return Message(_summary_text(desk, now), _summary_buttons(now.task, version), version)
    left = remaining(now.part, now.answers, by_cell)
    if question.kind is Kind.ROW:
        text = _row_text(now, question, left)
    elif question.kind is Kind.CELL:
        text = _cell_text(desk, now, question, left)
    elif question.kind is Kind.NARRATIVE:
        text = _narrative_text(desk, now, question, left)
    else:
        text = _reason_text(now, question)
    first = previous(now.part, question, by_cell) == question
    return Message(text, _question_buttons(now, question, version, first), version)


def _question_buttons(
    now: Filling, question: Question, version: int, first: bool
) -> tuple[tuple[Button, ...], ...]:
    task = now.task
    back = () if first else (button("back", 0, version),)
    steps = (*back, button("save", 0, version))
    at_once = _at_once(now, question, version)
    if question.kind is Kind.ROW:
        verb = "norecord" if now.part.form.grid.records else "nil"
        excel = button("excel", task.id, task.version)
        return (button(verb, 0, version), button("bycell", 0, version)), *at_once, (*steps, excel)
    if question.kind is Kind.CELL and task.reopened is None:
        return (button("byrow", 0, version),), steps
    return *at_once, steps


def _at_once(now: Filling, question: Question, version: int) -> tuple[tuple[Button, ...], ...]:
    """One press for all that is left of the rows, or of what is told; only where there are several."""
    blank = still_blank(now.part, now.answers, question)
    if len(blank) < 2:
        return ()
    if question.kind is Kind.NARRATIVE:
        known = all(now.last.get(at, UNANSWERED).answered for at in blank)
        same = (button("same", 0, version),) if known else ()
        return ((button("niltold", 0, version), *same),)
    return ((button("norecords" if now.part.form.grid.records else "nilrows", 0, version),),)


def _summary_buttons(task: Task, version: int) -> tuple[tuple[Button, ...], ...]:
    return (
        (button("submit", task.id, task.version),),
        (button("change", 0, version), button("save", 0, version)),
        (button("excel", task.id, task.version),),
    )


def _row_text(now: Filling, question: Question, left: int) -> Markup:
    if now.part.form.grid.records:
        return _record_text(now, question.target, left)
    addresses = now.part.asked(question.target)
    return say(
        "filling.row_question",
        task=now.label,
        item=now.part.form.items[question.target].title,
        measures=[measure_of(now.part.form, at) for at in addresses],
        current=_row(addresses, now.answers),
        last=_row(addresses, now.last),
        left=left,
    )


def _record_text(now: Filling, item: str, left: int) -> Markup:
    """A record's fields, a line each, with what each was last month."""
    fields = [
        {
            "measure": measure_of(now.part.form, at),
            "current": _shown(now.part, at, now.answers),
            "last": _shown(now.part, at, now.last),
        }
        for at in now.part.asked(item)
    ]
    return say(
        "filling.record_question",
        task=now.label,
        item=now.part.form.items[item].title,
        place=now.part.items.index(item) + 1,
        count=len(now.part.items),
        fields=fields,
        left=left,
    )


def _row(addresses: tuple[str, ...], cells: Mapping[str, Cell]) -> str:
    found = [cells.get(at, UNANSWERED) for at in addresses]
    return " ".join(number(cell.amount) for cell in found) if all(cell.answered for cell in found) else ""


def _cell_text(desk: Desk, now: Filling, question: Question, left: int) -> Markup:
    at = question.target
    was, opinion = _returned(desk, now, at)
    return say(
        "filling.cell_question",
        task=now.label,
        item=now.part.form.items[item_of(at)].title,
        measure=measure_of(now.part.form, at),
        current=_shown(now.part, at, now.answers),
        last=_shown(now.part, at, now.last),
        was=was,
        opinion=opinion,
        left=left,
    )


def _narrative_text(desk: Desk, now: Filling, question: Question, left: int) -> Markup:
    at = question.target
    item = now.part.form.narratives[at.partition(".")[2]]
    was, opinion = _returned(desk, now, at)
    current_text = now.answers.get(at, UNANSWERED)
    return say(
        "filling.narrative_question",
        task=now.label,
        title=item.title,
        question=item.question,
        current=told(current_text) if current_text.answered else "",
        last=_told_before(now.last, at) if not current_text.answered else "",
        recalled=_told_before(now.bases.last_month, narrative_address(item.recalls)) if item.recalls else "",
        recalled_title=now.part.form.narratives[item.recalls].title if item.recalls else "",
        was=was,
        opinion=opinion,
        left=left,
    )


def _told_before(last: Mapping[str, Cell], at: str) -> str:
    """Last month's text of an item; a nothing of last month is not worth showing."""
    return last.get(at, UNANSWERED).text or ""


def _reason_text(now: Filling, question: Question) -> Markup:
    return say(
        "filling.reason_question",
        item=row_title(now.part, question.target),
        told=question.target == TOLD,
        doubts=doubt_lines(now.part, question.target, now.answers, now.bases),
    )


def _shown(part: Part, at: str, cells: Mapping[str, Cell]) -> str:
    cell = cells.get(at, UNANSWERED)
    return shown_at(part, at, cell) if cell.answered else ""


def _returned(desk: Desk, now: Filling, at: str) -> tuple[str, str]:
    """(value before the return, opinion) while this address is reopened and not yet answered again."""
    if now.task.reopened is None or at not in now.task.reopened or now.answers.get(at, UNANSWERED).answered:
        return "", ""
    detail = tasks.last_detail(desk.tx, now.task.id, "return") or {}
    return str(detail.get("was", {}).get(at, "")), str(detail.get("opinion", ""))


def _summary_text(desk: Desk, now: Filling) -> Markup:
    lines = [now.text()]
    if now.task.level == Level.LEAD:
        lines.append(whole_so_far(desk, now.task, now.label))
    return say("filling.summary", report=joined(lines), corrections=corrections(desk, now))


def corrections(desk: Desk, now: Filling) -> list[str]:
    """旧值 → 新值 of everything that was returned and has been answered again."""
    if now.task.reopened is None:
        return []
    detail = tasks.last_detail(desk.tx, now.task.id, "return") or {}
    return [
        say(
            "filling.correction", title=title_of(now.part, at), was=was, now=_shown(now.part, at, now.answers)
        )
        for at, was in detail.get("was", {}).items()
    ]


def importing_message(desk: Desk, now: Filling, person: int, version: int) -> Message:
    """Ask whether a sent workbook is to be adopted."""
    draft = drafts.of_person(desk.tx, person)
    assert draft is not None
    return proposal_message(
        now.label, now.unit, now.part, now.answers, now.bases, from_json(draft.proposal), version
    )


def history_message(desk: Desk, person: int, version: int) -> Message:
    """Ask whether a sent file of earlier figures is to be loaded."""
    draft = drafts.of_person(desk.tx, person)
    assert draft is not None
    held = draft.proposal
    return changes_message(
        desk.programme.forms[held["form"]], held["year"], changes_of(held["changes"]), held["same"], version
    )


def returning_message(now: Filling, marks: tuple[str, ...], version: int) -> Message:
    """Ask a signatory which items go back, and why."""
    rows = tuple(
        (
            button(
                "mark",
                place,
                version,
                label=f"{'✅ ' if at in marks else ''}{place}. {title_of(now.part, at)}",
            ),
        )
        for place, at in enumerate(now.part.addresses, 1)
    )
    titles = [title_of(now.part, at) for at in now.part.addresses if at in marks]
    text = say("reviewing.returning", task=now.label, marked=titles)
    return Message(text, (*rows, (button("unreturn", 0, version),)), version)
