"""A signatory reads the unit's report and signs it, or returns it naming items and a reason."""

from __future__ import annotations

import re

from forms.cells import UNANSWERED
from forms.problems import Refused
from forms.text import clean
from reporting.programme import Level, Role
from reporting.states import TaskEvent, TaskState, after
from services.asking import (
    RETURNING,
    Filling,
    filling,
    held_tasks,
    own_task,
    put_next,
    returning_message,
)
from services.auditing import audit
from services.desk import Turn
from services.filling import refuse_unseen_question
from services.sheets import (
    count_filed,
    holder_of,
    post_of,
    sheet_text,
    signatory_name,
    timeliness_of,
    to_admins,
    to_post,
    whole_sheet,
)
from services.showing import task_picture
from storage import conversations, outbox, tasks
from storage.conversations import Conversation
from storage.tasks import Task
from templates.message import Button, Message, Reply
from templates.report import shown_at, title_of
from templates.words import button, joined, say, when

OPINION_LENGTH = 300
# Numbers stand apart from the opinion: 3人受伤 is an opinion about nothing, not item 3.
_ITEMS_FIRST = re.compile(r"^(\d{1,3}(?:[\s,，、]+\d{1,3})*)[\s:：]+(.*)$", re.DOTALL)


def waiting_for(turn: Turn) -> Task:
    """The oldest report that waits for this person's signature."""
    waiting = held_tasks(turn, Role.SIGNATORY, TaskState.SUBMITTED)
    if not waiting:
        raise Refused("nothing_to_review")
    return waiting[0]


def card(turn: Turn, task_id: int) -> Reply:
    """Show again what waits for a signature."""
    task = own_task(turn, task_id, Role.SIGNATORY)
    after(TaskState(task.state), TaskEvent.SIGN)
    now = filling(turn, task)
    parts = [now.text(), *([sheet_text(turn, whole_sheet(turn, task))] if task.level == Level.LEAD else [])]
    picture = task_picture(turn, task, now.part, now.answers)
    return Reply((Message(joined(parts), review_buttons(task), picture=picture),))


def review_buttons(task: Task) -> tuple[tuple[Button, ...], ...]:
    return ((button("sign", task.id, task.version), button("return", task.id, task.version)),)


def sign(turn: Turn, task_id: int | None = None) -> Reply:
    """同意签字: the report counts as filed from this moment."""
    task = own_task(turn, task_id, Role.SIGNATORY) if task_id else waiting_for(turn)
    state = after(TaskState(task.state), TaskEvent.SIGN)
    behalf = _refuse_own(turn, task)
    tasks.change(turn.tx, task, state=state, signed_at=turn.now, signed_by=turn.person)
    audit(turn, "sign", task, after=state, behalf={"person": behalf} if behalf else None)
    conversations.end_task(turn.tx, task.id, turn.now)
    now = filling(turn, task)
    at = when(turn.now, turn.programme.zone)
    _tell_liaison(turn, now, at)
    _tell_next_level(turn, now, at)
    return Reply((Message(say("reviewing.signed", task=now.label, at=at)),), settled=True)


def _refuse_own(turn: Turn, task: Task) -> int | None:
    """Nobody judges their own filing, not even through another; returns for whom this person stands in."""
    post = turn.actor.holds(Role.SIGNATORY, task.unit)
    behalf = post.behalf if post else None
    filed = (tasks.last_detail(turn.tx, task.id, "submit") or {}).get("behalf") or {}
    if {task.submitted_by, filed.get("person")} & ({turn.person, behalf} - {None}):
        raise Refused("own_submission")
    return behalf


def _tell_liaison(turn: Turn, now: Filling, at: str) -> None:
    word = say("joining.timely", name=str(timeliness_of(turn, now.task, turn.now)))
    text = say(
        "notices.signed",
        task=now.label,
        signatory=signatory_name(turn, now.task.id, turn.person),
        at=at,
        timely=word,
    )
    _send(turn, now, "signed", Role.LIAISON, now.task.unit, Message(text))


def _tell_next_level(turn: Turn, now: Filling, at: str) -> None:
    """The lead unit's liaison sees the sheet fill up; the office sees a sheet that is complete."""
    if now.task.level == Level.LEAD:
        text = say("notices.sheet_signed", task=now.label, lead=now.unit, at=at)
        for number, admin in enumerate(to_admins(turn)):
            key = f"sheet_signed:{now.task.id}:{now.task.version}:{number}"
            outbox.put(turn.tx, key, "notice", admin, Message(text).as_json(), turn.now)
        return
    done = count_filed(turn, now.task.sheet_id)
    text = say(
        "notices.filed",
        task=now.label,
        unit=now.unit,
        count=done.count,
        filed=done.filed,
        missing=done.missing,
    )
    buttons = ((button("sheet", now.task.sheet_id),),)
    _send(turn, now, "filed", Role.LIAISON, now.part.form.lead, Message(text, buttons))


def _send(turn: Turn, now: Filling, kind: str, role: Role, unit: str, message: Message) -> None:
    to = to_post(turn, unit, role)
    if to is not None:
        key = f"{kind}:{now.task.id}:{now.task.version}"
        outbox.put(turn.tx, key, "notice", to, message.as_json(), turn.now)


def start_return(turn: Turn, task_id: int | None = None) -> Reply:
    """退回修改: ask which items and why."""
    task = own_task(turn, task_id, Role.SIGNATORY) if task_id else waiting_for(turn)
    after(TaskState(task.state), TaskEvent.RETURN)
    _refuse_own(turn, task)
    version = conversations.ask(turn.tx, turn.person, task.id, RETURNING, turn.now)
    return Reply((returning_message(filling(turn, task), (), version),))


def is_returning(turn: Turn) -> bool:
    """True while this person is being asked what to return."""
    found = conversations.of_person(turn.tx, turn.person)
    return found is not None and found.question == RETURNING


def _returning(turn: Turn) -> tuple[Conversation, Filling]:
    found = conversations.of_person(turn.tx, turn.person)
    if found is None or found.question != RETURNING:
        raise Refused("nothing_asked")
    task = own_task(turn, found.task_id, Role.SIGNATORY)
    after(TaskState(task.state), TaskEvent.RETURN)
    return found, filling(turn, task)


def mark(turn: Turn, place: int) -> Reply:
    """Choose an item to return, or take the choice back; the list is edited in place."""
    asked, now = _returning(turn)
    if not 1 <= place <= len(now.part.addresses):
        raise Refused("not_an_item")
    at = now.part.addresses[place - 1]
    chosen = set(asked.marks) ^ {at}
    marks = tuple(one for one in now.part.addresses if one in chosen)
    version = conversations.mark(turn.tx, turn.person, marks, turn.now)
    return Reply(edit=returning_message(now, marks, version))


def unreturn(turn: Turn) -> Reply:
    """取消退回: the report goes on waiting for the signature."""
    _, now = _returning(turn)
    conversations.end(turn.tx, turn.person, turn.now)
    text = say("reviewing.unreturned", task=now.label)
    return Reply((Message(text, review_buttons(now.task)),), settled=True)


def return_(turn: Turn, text: str) -> Reply:
    """The opinion, with item numbers before it unless items were chosen by button."""
    asked, now = _returning(turn)
    refuse_unseen_question(asked, turn.origin)
    return _return(turn, now, asked.marks, text)


def _return(turn: Turn, now: Filling, marks: tuple[str, ...], text: str) -> Reply:
    places, opinion = ((), clean(text)) if marks else split_opinion(text)
    addresses = marks or tuple(_addresses(now, places))
    if not addresses:
        raise Refused("return_needs_items")
    if len(opinion) < 2:
        raise Refused("return_needs_reason")
    if len(opinion) > OPINION_LENGTH:
        raise Refused("too_long", limit=OPINION_LENGTH, got=len(opinion))
    _reopen(turn, now, addresses, opinion)
    return Reply((Message(say("reviewing.returned", task=now.label, count=len(addresses))),))


def return_at_once(turn: Turn, text: str) -> Reply:
    """``退回 3 与交警通报不一致``: items and opinion in one message, for the report that waits."""
    task = waiting_for(turn)
    _refuse_own(turn, task)
    after(TaskState(task.state), TaskEvent.RETURN)
    return _return(turn, filling(turn, task), (), text)


def split_opinion(text: str) -> tuple[tuple[int, ...], str]:
    """``3、5 与交警通报不一致`` → ((3, 5), "与交警通报不一致")."""
    match = _ITEMS_FIRST.match(clean(text))
    if match is None:
        return (), clean(text)
    return tuple(int(digits) for digits in re.findall(r"\d+", match[1])), match[2].strip(" ：:，,。\n")


def _addresses(now: Filling, places: tuple[int, ...]) -> list[str]:
    if any(not 1 <= place <= len(now.part.addresses) for place in places):
        raise Refused("not_an_item")
    return [at for place, at in enumerate(now.part.addresses, 1) if place in places]


def _reopen(turn: Turn, now: Filling, addresses: tuple[str, ...], opinion: str) -> None:
    """Exactly these cells become 未填 again; what stood there is kept in the answers before."""
    task = now.task
    state = after(TaskState(task.state), TaskEvent.RETURN)
    was = {at: shown_at(now.part, at, now.answers.get(at, UNANSWERED)) for at in addresses}
    tasks.change(turn.tx, task, state=state, reopened=list(addresses))
    audit(turn, "return", task, after=state, was=was, opinion=opinion)
    tasks.add_answers(
        turn.tx,
        task.id,
        dict.fromkeys(addresses, UNANSWERED),
        typed="",
        person_id=turn.person,
        update_id=turn.origin.update_id,
        now=turn.now,
    )
    conversations.end(turn.tx, turn.person, turn.now)
    _tell_returned(turn, task, now, was, opinion)


def _tell_returned(turn: Turn, task: Task, now: Filling, was: dict[str, str], opinion: str) -> None:
    """The liaison is told; when not busy with something else, the first item is asked right away."""
    lines = [say("notices.returned_line", title=title_of(now.part, at), was=old) for at, old in was.items()]
    notice = say("notices.returned", task=now.label, lines=lines, opinion=opinion)
    post = post_of(turn, task.unit, Role.LIAISON)
    if post is None:
        return
    fresh = tasks.by_id(turn.tx, task.id)
    assert fresh is not None
    message, asks = Message(notice, ((button("fix", task.id, fresh.version),),)), None
    holder = holder_of(turn, post)
    if holder is not None and conversations.of_person(turn.tx, holder) is None:
        question = put_next(turn, filling(turn, fresh), by_cell=False, person=holder)
        message, asks = Message(joined([notice, question.text]), question.buttons), question.asks
    outbox.put(
        turn.tx,
        f"returned:{task.id}:{fresh.version}",
        "returned",
        outbox.Recipient(post_id=post.id),
        message.as_json(),
        turn.now,
        asks_version=asks,
    )
