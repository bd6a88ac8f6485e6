"""延期: a liaison asks for more time with a reason and how far things are; the office grants it or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from forms.problems import Refused
from forms.text import clean
from reporting.cycle import day_set
from reporting.lines import read_moment
from reporting.period import parse_period
from reporting.programme import Role
from reporting.states import TaskState
from services.asking import conversation, current, own_task
from services.auditing import audit
from services.desk import Turn
from services.extension_words import EXTENDING, extending_message, label_of, latest_for
from services.sheets import to_office, to_post
from storage import conversations, extensions, outbox, tasks
from storage import settings as store
from storage.extensions import Extension
from storage.tasks import Task
from templates.message import Message, Reply
from templates.words import button, say, when

SENTENCE_LENGTH = 200


def begin(turn: Turn, task_id: int) -> Reply:
    """〔申请延期〕: the first of three questions."""
    task = own_task(turn, task_id, Role.LIAISON)
    state = task.state
    if state not in (TaskState.OPEN, TaskState.RETURNED):
        raise Refused(f"task.{state}")
    if any(one.state == "asked" for one in extensions.of_task(turn.tx, task.id)):
        raise Refused("extend.asked")
    if latest_for(turn, task) <= max(task.due_at, turn.now):
        raise Refused("extend.no_room")
    return Reply((_ask(turn, task, ()),))


def _ask(turn: Turn, task: Task, marks: tuple[str, ...]) -> Message:
    version = conversations.ask(turn.tx, turn.person, task.id, EXTENDING, turn.now, marks=marks)
    return extending_message(turn, task, marks, version)


def is_extending(turn: Turn) -> bool:
    found = None if turn.who is None else conversations.of_person(turn.tx, turn.person)
    return found is not None and found.question == EXTENDING


def answer(turn: Turn, text: str) -> Reply:
    """One of the three answers: until when, why, how far."""
    asked = conversation(turn)
    if asked.prompt_ref is None or (turn.origin.ref and turn.origin.ref < asked.prompt_ref):
        raise Refused("too_early")
    task = own_task(turn, asked.task_id, Role.LIAISON)
    if not asked.marks:
        until = _until(turn, task, text)
        return Reply((_ask(turn, task, (until.isoformat(),)),))
    told = clean(text).replace("\n", " ")
    if not 2 <= len(told) <= SENTENCE_LENGTH:
        raise Refused("extend.sentence", limit=SENTENCE_LENGTH)
    if len(asked.marks) == 1:
        return Reply((_ask(turn, task, (*asked.marks, told)),))
    return _send(turn, task, datetime.fromisoformat(asked.marks[0]), asked.marks[1], told)


def _until(turn: Turn, task: Task, text: str) -> datetime:
    zone, period = turn.programme.zone, parse_period(task.period)
    local = task.due_at.astimezone(zone)
    value = read_moment([text], {"day": local.day, "at": f"{local:%H:%M}"}, local.date())
    day = day_set(value, period).date
    until = datetime.combine(day, datetime.strptime(value["at"], "%H:%M").time(), zone)  # noqa: DTZ007
    if until <= max(task.due_at, turn.now):
        raise Refused("extend.earlier", due=when(task.due_at, zone))
    if until > latest_for(turn, task):
        raise Refused("extend.later", latest=when(latest_for(turn, task), zone))
    return until


def _send(turn: Turn, task: Task, until: datetime, reason: str, progress: str) -> Reply:
    asked = extensions.ask(turn.tx, task.id, until, reason, progress, turn.person, turn.now)
    conversations.end(turn.tx, turn.person, turn.now)
    audit(turn, "ask_extension", task, until=until.isoformat(), reason=reason, progress=progress)
    buttons = ((button("grant", asked.id), button("deny", asked.id)),)
    text = say(
        "exceptions.extension_asked",
        task=label_of(turn, task),
        unit=turn.called(task.unit),
        name=turn.actor.name,
        was=when(task.due_at, turn.programme.zone),
        until=when(until, turn.programme.zone),
        reason=reason,
        progress=progress,
    )
    for number, admin in enumerate(to_office(turn)):
        outbox.put(
            turn.tx,
            f"extension:{asked.id}:{number}",
            "notice",
            admin,
            Message(text, buttons).as_json(),
            turn.now,
        )
    said = say(
        "exceptions.extension_sent", task=label_of(turn, task), due=when(task.due_at, turn.programme.zone)
    )
    return Reply((Message(said, ((button("resume", task.id, task.version),),)),))


def cancel(turn: Turn) -> Reply:
    """不申请了."""
    asked = conversation(turn)
    if asked.question != EXTENDING:
        raise Refused("nothing_asked")
    conversations.end(turn.tx, turn.person, turn.now)
    shown = current(turn)
    return replace(
        shown, messages=(Message(say("exceptions.extension_cancelled")), *shown.messages), settled=True
    )


def decide(turn: Turn, extension_id: int, grant: bool) -> Reply:
    """同意延期, 不同意. Granted, it moves this one deadline: filed by then it is on time."""
    found = extensions.by_id(turn.tx, extension_id)
    task = tasks.by_id(turn.tx, found.task_id) if found else None
    if found is None or task is None or found.state != "asked":
        raise Refused("stale")
    if found.asked_by == turn.person:
        raise Refused("extend.own")
    if grant and (task.state == TaskState.SIGNED or found.until <= task.due_at):
        raise Refused("extend.too_late")
    state = "granted" if grant else "refused"
    if not extensions.decide(turn.tx, found.id, state, turn.person, turn.now):
        raise Refused("stale")
    if grant:
        store.move(turn.tx, task.id, found.until, turn.now)
    audit(
        turn,
        "decide_extension",
        task,
        before=task.due_at.isoformat(),
        after=found.until.isoformat() if grant else task.due_at.isoformat(),
        granted=grant,
    )
    _tell(turn, found, task, grant)
    said = say(
        "exceptions.extension_decided",
        task=label_of(turn, task),
        unit=turn.called(task.unit),
        granted=grant,
        until=when(found.until, turn.programme.zone),
    )
    return Reply((Message(said),), settled=True)


def _tell(turn: Turn, found: Extension, task: Task, grant: bool) -> None:
    """The liaison, and when it was granted the lead unit that waits for the report."""
    due = when(found.until if grant else task.due_at, turn.programme.zone)
    text = say("exceptions.extension_answer", task=label_of(turn, task), granted=grant, due=due)
    to = outbox.Recipient(person_id=found.asked_by)
    message = Message(text, ((button("resume", task.id, task.version),),))
    outbox.put(turn.tx, f"extended:{found.id}", "notice", to, message.as_json(), turn.now)
    lead = turn.form(task.form_id).lead
    recipient = to_post(turn, lead, Role.LIAISON)
    if grant and lead != task.unit and recipient is not None:
        told = say(
            "exceptions.extension_for_lead", task=label_of(turn, task), unit=turn.called(task.unit), due=due
        )
        outbox.put(
            turn.tx, f"extended:{found.id}:lead", "notice", recipient, Message(told).as_json(), turn.now
        )
