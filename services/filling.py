"""A liaison fills the unit's part: one message a row, or cell by cell; back, change, save, submit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from markupsafe import Markup

from forms.cells import UNANSWERED, ZERO, Cell
from forms.checks import refuse_contradictions
from forms.problems import Refused
from forms.questions import (
    SUMMARY,
    Kind,
    Question,
    carry_over,
    item_of,
    next_question,
    no_change,
    parse_question,
    previous,
    question_for,
    reason_address,
    remaining,
    still_blank,
)
from forms.reading import NIL_WORD, read_answer
from forms.table import nil_row
from forms.text import clean
from reporting.programme import Level, Role
from reporting.states import TaskEvent, TaskState, after
from services.asking import (
    HISTORY,
    IMPORTING,
    Filling,
    conversation,
    corrections,
    filling,
    held_tasks,
    own_task,
    put,
    put_next,
)
from services.auditing import audit
from services.compiling import sheet_workbook
from services.desk import Desk, Origin, Turn
from services.sheets import holder_of, post_of, sheet_text, whole_sheet
from services.showing import task_picture
from storage import conversations, outbox, people, tasks
from storage.conversations import Conversation
from storage.outbox import Recipient
from storage.tasks import Task
from templates.message import Message, Reply
from templates.report import Label, row_lines, row_title, title_of
from templates.words import button, joined, say, when

# What a record takes over from last month without being asked came through this door.
CARRIED = "carry"
SAME_WORD = "沿用上月"
# A file adopted and submitted within this time was in effect sent as the report.
RIGHT_AFTER = timedelta(hours=1)


def begin(turn: Turn, task_id: int) -> Reply:
    """Start or go on with one task: the first thing still missing, or the summary."""
    task = own_task(turn, task_id, Role.LIAISON)
    after(TaskState(task.state), TaskEvent.SUBMIT)
    people.reached(turn.tx, turn.person)
    return Reply((put_next(turn, filling(turn, task), by_cell=False),))


def begin_any(turn: Turn) -> Reply:
    """Go on with what was being filled, else with the only open task, else offer the list."""
    open_now = conversations.of_person(turn.tx, turn.person)
    owed = owed_by(turn)
    if open_now and open_now.task_id in [task.id for task in owed]:
        return begin(turn, open_now.task_id)
    if not owed:
        raise Refused("no_task")
    if len(owed) == 1:
        return begin(turn, owed[0].id)
    labels = [heading(turn, task) for task in owed]
    rows = tuple(
        (button("fill", task.id, task.version, label=label),)
        for task, label in zip(owed, labels, strict=True)
    )
    return Reply((Message(say("filling.choose_task", tasks=labels), rows),))


def heading(desk: Desk, task: Task) -> Markup:
    form = desk.form(task.form_id)
    return say("filling.heading", task=Label(form.short, task.period, form.every))


def owed_by(turn: Turn) -> list[Task]:
    """Open or returned tasks of every unit that the person is liaison of, earliest deadline first."""
    return held_tasks(turn, Role.LIAISON, TaskState.OPEN, TaskState.RETURNED)


def being_filled(turn: Turn) -> tuple[Conversation, Filling]:
    """What the person is filling now; Refused when it can no longer be changed."""
    now_asked = conversation(turn)
    if now_asked.question == IMPORTING:
        raise Refused("import.undecided")
    if now_asked.question == HISTORY:
        raise Refused("history.undecided")
    task = own_task(turn, now_asked.task_id, Role.LIAISON)
    after(TaskState(task.state), TaskEvent.SUBMIT)
    return now_asked, filling(turn, task)


def answer(turn: Turn, text: str) -> Reply:
    """A typed answer to the question that is being asked."""
    asked, now = being_filled(turn)
    refuse_unseen_question(asked, turn.origin)
    question = parse_question(asked.question)
    if question.kind is Kind.SUMMARY:
        return change(turn, _place(text))
    cells = read_answer(now.part, question, text, _shown(now, question))
    _refuse_closed(now, cells)
    return _store(turn, asked, now, question, cells, text)


def refuse_unseen_question(asked: Conversation, origin: Origin) -> None:
    """An answer counts only if its question's message is known and came before it.

    Without this rule a question repeated after a crash is answered twice, and the second answer fills the
    next question.
    """
    if asked.prompt_ref is None or origin.ref <= asked.prompt_ref:
        raise Refused("too_early")
    if origin.reply_to is not None and origin.reply_to != asked.prompt_ref:
        raise Refused("old_prompt")


def _shown(now: Filling, question: Question) -> dict[str, Cell]:
    """What ``=`` stands for, and the row's other figures, for checks between them."""
    item = item_of(question.target) if question.kind is Kind.CELL else question.target
    answered = {at: cell for at, cell in now.answers.items() if cell.answered}
    untouched = all(at not in answered for at in now.part.of_item(item))
    if now.part.form.grid.records or (question.kind is Kind.ROW and untouched):
        return {at: now.last.get(at, UNANSWERED) for at in now.part.of_item(item)} | answered
    if question.kind is Kind.NARRATIVE:
        return {question.target: now.last.get(question.target, UNANSWERED)} | answered
    return answered


def _refuse_closed(now: Filling, cells: dict[str, Cell]) -> None:
    """After a return, only what was returned may change."""
    closed = [at for at in cells if at in now.part.addresses and at not in now.part.open_addresses]
    if closed:
        raise Refused("not_here")


def _store(
    turn: Turn, asked: Conversation, now: Filling, question: Question, cells: dict[str, Cell], typed: str
) -> Reply:
    cells = forget_old_reason(now, cells)
    _append(turn, now, cells, clean(typed), "chat")
    now = carried(turn, now.with_answers(cells), cells)
    follows = next_question(now.part, now.answers, now.bases, asked.by_cell)
    receipt = _understood(now, question, cells, brief=follows == SUMMARY)
    asks = put(turn, now, follows, asked.by_cell)
    return Reply((replace(asks, text=joined([receipt, asks.text])),))


def carried(turn: Turn, now: Filling, touched: Iterable[str], at: datetime | None = None) -> Filling:
    """Take over from last month what the rows of ``touched`` were not asked; ``at`` is when they were answered."""
    cells = carry_over(now.part, {item_of(at) for at in touched}, now.answers, now.last)
    if not cells:
        return now
    _append(turn, now, cells, "", CARRIED, at)
    return now.with_answers(cells)


def _append(
    turn: Turn,
    now: Filling,
    cells: Mapping[str, Cell],
    typed: str,
    source: str,
    at: datetime | None = None,
) -> None:
    tasks.add_answers(
        turn.tx,
        now.task.id,
        cells,
        typed=typed,
        person_id=turn.person,
        update_id=turn.origin.update_id,
        now=at or turn.now,
        source=source,
    )


def forget_old_reason(now: Filling, cells: dict[str, Cell]) -> dict[str, Cell]:
    """A row (or a narrative) that was typed again needs its reason again."""
    items = {item_of(at) for at in cells if at in now.part.addresses}
    stale = {reason_address(item) for item in items} & {
        at for at, cell in now.answers.items() if cell.answered
    }
    return {**cells, **dict.fromkeys(stale, UNANSWERED)}


def _understood(now: Filling, question: Question, cells: dict[str, Cell], *, brief: bool) -> Markup:
    """The row as understood with 累计 and 同比, as soon as it is whole; else (or when ``brief``) a receipt."""
    items = list(dict.fromkeys(item_of(at) for at in cells if at in now.part.figures))
    many = len(items) or sum(at in now.part.narratives for at in cells)
    if many > 1:
        return say("filling.recorded_all", count=many)
    if not items or brief:
        return say("filling.recorded", title=_receipt_title(now, question))
    addresses = now.part.of_item(items[0])
    if not all(now.answers.get(at, UNANSWERED).answered for at in addresses):
        return say("filling.recorded", title=_receipt_title(now, question))
    lines = row_lines(now.part, items[0], now.answers, now.bases)
    return say("filling.understood", item=now.part.form.items[items[0]].title, lines=lines)


def _receipt_title(now: Filling, question: Question) -> str:
    if question.kind in (Kind.REASON, Kind.ROW):
        return row_title(now.part, question.target)
    return title_of(now.part, question.target)


def nil(turn: Turn) -> Reply:
    """零报告 of what is being asked: an explicit zero in each of its cells, 无 for a narrative."""
    asked, now = being_filled(turn)
    question = parse_question(asked.question)
    if question.kind is Kind.ROW and now.part.form.grid.records:
        cells = no_change(now.part, question.target, now.last)
    elif question.kind is Kind.ROW:
        cells = nil_row(now.part.form, question.target, now.part.asked(question.target))
    elif question.kind in (Kind.CELL, Kind.NARRATIVE):
        cells = {question.target: ZERO}
        _refuse_contradictions(now, question, cells)
    else:
        raise Refused("not_here")
    return _store(turn, asked, now, question, cells, NIL_WORD)


def at_once(turn: Turn) -> Reply:
    """全部无进展, 全部零报告, 本节零报告: the same for everything of this kind that is still untouched."""
    asked, now = being_filled(turn)
    question = parse_question(asked.question)
    cells: dict[str, Cell] = {}
    for one in still_blank(now.part, now.answers, question):
        if question.kind is Kind.NARRATIVE:
            cells[one] = ZERO
        elif now.part.form.grid.records:
            cells |= no_change(now.part, one, now.last)
        else:
            cells |= nil_row(now.part.form, one, now.part.asked(one))
    if not cells:
        raise Refused("not_here")
    return _store(turn, asked, now, question, cells, NIL_WORD)


def same(turn: Turn) -> Reply:
    """沿用上月: last month's words for every narrative that is still blank."""
    asked, now = being_filled(turn)
    blank = still_blank(now.part, now.answers, parse_question(asked.question))
    cells = {at: now.last[at] for at in blank if at in now.part.narratives and at in now.last}
    if not cells or len(cells) < len(blank):
        raise Refused("not_here")
    return _store(turn, asked, now, parse_question(asked.question), cells, SAME_WORD)


def _refuse_contradictions(now: Filling, question: Question, cells: dict[str, Cell]) -> None:
    if question.kind is Kind.CELL:
        refuse_contradictions(now.part.form, item_of(question.target), {**now.answers, **cells})


def back(turn: Turn) -> Reply:
    asked, now = being_filled(turn)
    question = parse_question(asked.question)
    before = previous(now.part, question, asked.by_cell)
    if before == question:
        raise Refused("first_question")
    return Reply((put(turn, now, before, asked.by_cell),))


def by_cell(turn: Turn) -> Reply:
    """逐格填: ask the figures one by one from here on."""
    _, now = being_filled(turn)
    return Reply((put_next(turn, now, by_cell=True),))


def by_row(turn: Turn) -> Reply:
    """整行填: ask whole rows; a row that is half filled is asked whole."""
    asked, now = being_filled(turn)
    question = parse_question(asked.question)
    if question.kind is Kind.CELL and now.task.reopened is None:
        return Reply((put(turn, now, Question(Kind.ROW, item_of(question.target)), by_cell=False),))
    return Reply((put_next(turn, now, by_cell=False),))


def save(turn: Turn) -> Reply:
    """稍后再报: everything is stored already; stop asking until the person comes back."""
    asked, now = being_filled(turn)
    conversations.end(turn.tx, turn.person, turn.now)
    due = when(now.task.due_at, turn.programme.zone)
    left = remaining(now.part, now.answers, asked.by_cell)
    text = say("filling.saved", task=now.label, due=due, left=left)
    return Reply((Message(text, ((button("resume", now.task.id, now.task.version),),)),), settled=True)


def change_menu(turn: Turn) -> Reply:
    """修改: every item that may be changed, as numbered buttons."""
    asked, now = being_filled(turn)
    version = conversations.ask(
        turn.tx, turn.person, now.task.id, str(SUMMARY), turn.now, by_cell=asked.by_cell
    )
    rows = tuple(
        (button("item", place, version, label=f"{place}. {title_of(now.part, at)}"),)
        for place, at in enumerate(now.part.addresses, 1)
        if at in now.part.open_addresses
    )
    return Reply((Message(say("filling.choose", task=now.label), rows, version),))


def _place(text: str) -> int:
    digits = "".join(text.split())
    if not (digits.isdecimal() and len(digits) <= 3):
        raise Refused("not_an_item")
    return int(digits)


def change(turn: Turn, place: int) -> Reply:
    """Ask again for the item with this number, and for nothing else."""
    asked, now = being_filled(turn)
    if not 1 <= place <= len(now.part.addresses):
        raise Refused("not_an_item")
    at = now.part.addresses[place - 1]
    if at not in now.part.open_addresses:
        raise Refused("not_here")
    return Reply((put(turn, now, question_for(now.part, at), asked.by_cell),))


def submit(turn: Turn, task_id: int | None = None) -> Reply:
    """提交: the report goes to the unit's signatory. Nothing may be missing, computed cells never are."""
    task = own_task(turn, task_id, Role.LIAISON) if task_id else being_filled(turn)[1].task
    state = after(TaskState(task.state), TaskEvent.SUBMIT)
    now = filling(turn, task)
    if (asks := _ask_reason(turn, now)) is not None:
        return Reply((asks,), settled=True)
    _refuse_incomplete(now)
    signatory = post_of(turn, task.unit, Role.SIGNATORY)
    if signatory is None or signatory.person_id is None:
        raise Refused("no_signatory")
    behalf = liaison.behalf if (liaison := turn.actor.holds(Role.LIAISON, task.unit)) else None
    signer = holder_of(turn, signatory) or signatory.person_id
    if signer in (turn.person, behalf):
        raise Refused("own_submission")
    tasks.change(turn.tx, task, state=state, submitted_at=_sent_at(turn, task), submitted_by=turn.person)
    audit(turn, "submit", task, after=state, behalf={"person": behalf} if behalf else None)
    conversations.end_task(turn.tx, task.id, turn.now)
    send_for_review(turn, now, signatory.id)
    text = say("filling.submitted", task=now.label, signatory=people.person_name(turn.tx, signer))
    again = button("withdraw", task.id, task.version + 1)
    return Reply((Message(text, ((again,),)),), settled=True)


def _sent_at(turn: Turn, task: Task) -> datetime:
    """Now; or, for a report submitted right after it was adopted from a file, when that file was sent."""
    newest = tasks.newest_answer(turn.tx, task.id)
    adopted = tasks.last_detail(turn.tx, task.id, "adopt")
    if newest is None or newest[0] == "chat" or adopted is None:
        return turn.now
    if turn.now - datetime.fromisoformat(adopted["adopted"]) > RIGHT_AFTER:
        return turn.now
    return min(newest[1], turn.now)


def _ask_reason(turn: Turn, now: Filling) -> Message | None:
    """The question for a reason that became necessary after the summary was shown: others have filed since."""
    question = next_question(now.part, now.answers, now.bases, by_cell=False)
    return put(turn, now, question, by_cell=False) if question.kind is Kind.REASON else None


def _refuse_incomplete(now: Filling) -> None:
    if next_question(now.part, now.answers, now.bases, by_cell=False) != SUMMARY:
        raise Refused("incomplete", missing=remaining(now.part, now.answers, by_cell=False))


def send_for_review(turn: Turn, now: Filling, signatory_post: int) -> None:
    """The signatory's card, with the whole sheet's totals when it is the lead unit's."""
    task = now.task
    text = say(
        "notices.review",
        report=now.text(),
        liaison=turn.actor.name,
        due=when(task.due_at, turn.programme.zone),
        corrections=corrections(turn, now),
        whole=sheet_text(turn, whole_sheet(turn, task)) if task.level == Level.LEAD else "",
    )
    version, to = task.version + 1, Recipient(post_id=signatory_post)
    key = f"review:{task.id}:{version}"
    if task.level == Level.LEAD:
        book = sheet_workbook(turn, whole_sheet(turn, task))
        outbox.put_file(turn.tx, f"{key}:table", "review", to, book.name, book.content, turn.now)
    buttons = ((button("sign", task.id, version), button("return", task.id, version)),)
    picture = task_picture(turn, task, now.part, now.answers)
    outbox.put(turn.tx, key, "review", to, Message(text, buttons, picture=picture).as_json(), turn.now)


def withdraw(turn: Turn, task_id: int | None = None) -> Reply:
    """撤回: until it is signed, the liaison may take a report back."""
    task = _submitted_task(turn) if task_id is None else own_task(turn, task_id, Role.LIAISON)
    state = after(TaskState(task.state), TaskEvent.WITHDRAW)
    back_to = TaskState.RETURNED if task.reopened is not None else state
    tasks.change(turn.tx, task, state=back_to)
    audit(turn, "withdraw", task, after=back_to)
    now = filling(turn, _fresh(turn, task))
    said = Message(say("filling.withdrawn", task=now.label))
    return Reply((said, put_next(turn, now, by_cell=False)), settled=True)


def _submitted_task(turn: Turn) -> Task:
    found = held_tasks(turn, Role.LIAISON, TaskState.SUBMITTED)
    if not found:
        raise Refused("no_task")
    return found[-1]


def _fresh(turn: Turn, task: Task) -> Task:
    found = tasks.by_id(turn.tx, task.id)
    assert found is not None
    return found
