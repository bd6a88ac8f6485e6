"""Joining by a single-use code, help, and what is owed."""

from __future__ import annotations

from markupsafe import Markup

from forms.problems import Refused
from forms.questions import remaining
from forms.screening import find_secret
from forms.text import clean
from reporting.programme import OF_OFFICE, OF_UNITS, Level, Role
from reporting.states import TaskState
from services import invites
from services.asking import filling
from services.auditing import audit
from services.desk import Desk, Turn
from services.planning import calendar_of, is_locked, locks
from services.sheets import timely
from storage import conversations, drafts, extensions, holdings, outbox, people, tasks
from storage.outbox import Recipient
from storage.people import Actor, Post
from storage.settings import in_force
from storage.tasks import Task
from templates.message import Button, Message, Reply
from templates.words import button, joined, say, when

NAME_LENGTH = 60


def start(turn: Turn, code: str) -> Reply:
    """/start CODE: take the post that the code was made for. Without a code, say what is owed."""
    if not code:
        if turn.who is None or not turn.who.posts:
            raise Refused("code.missing")
        return status(turn)
    invites.refuse_guesser(turn)
    invite = people.find_invite(turn.tx, code) if len(code) <= 64 and code.isascii() else None
    if invite is None:
        return invites.wrong_code(turn)
    post = people.post_by_id(turn.tx, invite.post_id)
    if turn.who is not None and post.person_id == turn.who.person_id:
        raise Refused("code.held", post=post_name(turn, post))
    if invite.used_at is not None:
        raise Refused("code.used")
    if invite.expires_at <= turn.now:
        raise Refused("code.expired")
    if post.person_id is not None and not invite.replaces:
        raise Refused("code.taken", post=post_name(turn, post))
    return _join(turn, invite, post)


def _join(turn: Turn, invite: people.Invite, post: Post) -> Reply:
    person, name = _newcomer(turn, post)
    if not people.use_invite(turn.tx, invite.code_hash, person, turn.now):
        raise Refused("code.used")
    holdings.take(turn.tx, post.id, person, "replace" if post.person_id else "join", turn.now)
    before = None if post.person_id is None else {"person": post.person_id}
    audit(turn, "join", about=f"post:{post.id}", before=before, after={"person": person}, person=person)
    if post.person_id is not None:
        hand_over(turn, post, post.person_id, name)
    welcome = say(
        "joining.welcome",
        programme=turn.programme.rules.title,
        document=turn.programme.rules.document,
        unit=turn.called(post.unit),
        name=post.role,
    )
    held = Actor(person, name, (Post(post.id, post.unit, post.role, person),))
    lines = _status(Turn(turn.tx, turn.now, turn.shelf, turn.origin, held))
    roles = {post.role, *(held.role for held in (turn.who.posts if turn.who else ()))}
    return Reply((Message(welcome), *([lines] if lines else [])), menu_for=frozenset(roles))


def _newcomer(turn: Turn, post: Post) -> tuple[int, str]:
    """(person, name): as the roster writes it, else as the messenger does."""
    given = "" if find_secret(turn.origin.name) else clean(turn.origin.name)[:NAME_LENGTH]
    name = post.planned_name or given or say("joining.nameless")
    if turn.who is not None:
        person = turn.who.person_id
    else:
        person = people.add_person(turn.tx, turn.origin.address, name, turn.now)
    if post.planned_phone:
        people.set_phone(turn.tx, person, post.planned_phone)
    return person, name


def release(desk: Desk, post: Post, former: int) -> None:
    """Whoever held the post is asked nothing more about its tasks. The draft is the unit's."""
    asked = conversations.of_person(desk.tx, former)
    task = tasks.by_id(desk.tx, asked.task_id) if asked else None
    if task is not None and task.unit == post.unit:
        conversations.end(desk.tx, former, desk.now)
        drafts.drop(desk.tx, former)


def hand_over(desk: Desk, post: Post, former: int, successor: str) -> None:
    """The former holder is released, and told who came."""
    release(desk, post, former)
    to, at = Recipient(person_id=former), f"{post.id}:{int(desk.now.timestamp())}"
    text = say("joining.handed_over", post=post_name(desk, post), successor=successor)
    outbox.put(desk.tx, f"handed_over:{at}", "notice", to, Message(text).as_json(), desk.now)
    outbox.put(desk.tx, f"menu:{at}", "menu", to, Message(Markup("")).as_json(), desk.now)


def post_name(desk: Desk, post: Post) -> Markup:
    return say("joining.post", unit=desk.called(post.unit), name=post.role)


def help_(turn: Turn) -> Reply:
    """What this person can do, in the words to type."""
    who = turn.who
    roles = {post.role for post in who.posts} if who else set()
    units = {post.unit for post in who.posts} if who else set()
    leads = any(form.lead in units for form in turn.programme.forms.values())
    return Reply(
        (
            Message(
                say(
                    "joining.help",
                    programme=turn.programme.rules.title,
                    liaison=bool({Role.LIAISON, Role.DEPUTY} & roles),
                    signatory=Role.SIGNATORY in roles,
                    admin=Role.ADMIN in roles,
                    office=Role.OFFICE in roles or Role.ADMIN in roles,
                    unit=bool(roles & set(OF_UNITS)),
                    lead=leads,
                )
            ),
        )
    )


def status(turn: Turn) -> Reply:
    """进度: what is owed, by when, and what happened to the last report."""
    if turn.who is None or not turn.who.posts:
        raise Refused("stranger")
    people.reached(turn.tx, turn.person)
    return Reply((_status(turn) or Message(say("joining.nothing_owed", next=_next_opening(turn))),))


def _status(turn: Turn) -> Message | None:
    units = dict.fromkeys(post.unit for post in turn.actor.posts if post.role not in OF_OFFICE)
    mine = [task for unit in units for task in tasks.of_unit(turn.tx, unit)]
    newest = max((task.period for task in mine), default="")
    locked, settings = locks(turn), in_force(turn.tx)
    current = [
        task
        for task in mine
        if task.period == newest
        or (task.state != TaskState.SIGNED and not is_locked(turn, task, locked, settings))
    ]
    if not current:
        return None
    buttons = [row for task in current if (row := _next_step(turn, task))]
    text = say("joining.status", lines=[_line(turn, task) for task in current])
    if all(task.state == TaskState.SIGNED for task in current):
        text = joined([text, say("joining.nothing_owed", next=_next_opening(turn))])
    return Message(text, tuple(buttons))


def _line(turn: Turn, task: Task) -> Markup:
    now = filling(turn, task)
    return say(
        "joining.status_line",
        task=now.label,
        state=task.state,
        due=when(task.due_at, turn.programme.zone),
        timely=timely(turn, task),
        left=remaining(now.part, now.answers, by_cell=False),
        wanted=_wanted(turn, task),
    )


def _wanted(turn: Turn, task: Task) -> str:
    """Until when more time was asked for, while the office has not answered."""
    waiting = [one for one in extensions.of_task(turn.tx, task.id) if one.state == "asked"]
    return when(waiting[-1].until, turn.programme.zone) if waiting else ""


def _next_step(turn: Turn, task: Task) -> tuple[Button, ...]:
    """The button that fits the task's state and the person's posts."""
    liaison = turn.actor.holds(Role.LIAISON, task.unit) is not None
    steps: list[Button] = []
    if liaison and task.state in (TaskState.OPEN, TaskState.RETURNED):
        steps.append(button("fix" if task.state == TaskState.RETURNED else "resume", task.id, task.version))
        steps.append(button("extend", task.id, task.version))
    if task.state == TaskState.SUBMITTED:
        if turn.actor.holds(Role.SIGNATORY, task.unit):
            steps.append(button("view", task.id))
        elif liaison:
            steps.append(button("withdraw", task.id, task.version))
    if liaison and task.level == Level.LEAD:
        steps.append(button("sheet", task.sheet_id))
    return tuple(steps)


def _next_opening(desk: Desk) -> str:
    opened = tasks.opened_periods(desk.tx)
    for period in desk.programme.periods:
        if str(period) not in opened:
            opens = calendar_of(desk, period).opens
            return when(opens, desk.programme.zone)
    return ""
