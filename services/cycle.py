"""The clock's service: read the rows, compute what is due, do it. A unique key makes each thing happen once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from forms.definition import Form
from forms.questions import remaining
from reporting.contact import Interval
from reporting.cycle import Plan, quiet_at
from reporting.due import Action, Kind, PeriodFacts, TaskFact, due
from reporting.period import Period, covered_by
from reporting.programme import Level, Role
from reporting.settings import Key
from reporting.states import TaskState
from services import contacting, correcting, drafting, own_letters
from services.asking import filling
from services.auditing import audit
from services.desk import Desk
from services.drawing import Seed, fresh_seed
from services.listing import form_to_open
from services.planning import calendar_of, is_exempt, owing_units, plan_of, rests, times_of, where_of
from services.sheets import count_filed, to_post
from storage import digests, leaves, outages, outbox, people, tasks
from storage.settings import closed_periods, moved_tasks
from storage.tasks import Task
from templates.message import Button, Message
from templates.report import Label
from templates.words import button, by_when, say, when

# What counts towards a person's daily cap.
REMINDERS = ("announce", "prompt", "remind", "overdue", "chase")


def tick(desk: Desk, moved: Interval | None = None, seed: Seed = fresh_seed) -> int:
    """Do everything that is due now; returns how many things were done. ``moved``: the clock was, over this time."""
    if moved is not None:
        outages.add(desk.tx, moved.start, moved.end)
        audit(desk, "clock_moved", since=moved.start.isoformat(), until=moved.end.isoformat())
    _beat(desk)
    if desk.shelf.programme is None:
        return 0
    correcting.catch_up(desk)
    done, plan = 0, plan_of(desk)
    quiet = quiet_at(plan, desk.programme.rules.quiet.as_set, desk.now, desk.programme.zone)
    done += contacting.tick(desk, seed)
    while (known := facts(desk)) and (
        actions := due(known, desk.now, quiet=quiet, left=left_today(desk, plan))
    ):
        done += _do(desk, actions)
    return done if quiet else done + own_letters.write_some(desk)


def catch_up(desk: Desk) -> None:
    """Do everything due now, whatever the hour and whoever had enough today: for one who then sends none of it."""
    while actions := due(facts(desk), desk.now):
        _do(desk, actions)


def _do(desk: Desk, actions: Collection[Action]) -> int:
    for action in actions:
        _DO[action.kind](desk, action)
    return len(actions)


BEAT = timedelta(minutes=1)


def _beat(desk: Desk) -> None:
    """A sign of life now and then: after a start the time without one counts as an outage."""
    last = outages.last_pulse(desk.tx)
    if last is None or desk.now - last >= BEAT:
        outages.beat(desk.tx, desk.now)


def facts(desk: Desk) -> list[PeriodFacts]:
    """What deciding needs, for every period whose round has begun and is not published."""
    opened = tasks.opened_periods(desk.tx)
    drafts = digests.all_by_period(desk.tx)
    plan, closed = plan_of(desk), closed_periods(desk.tx)
    begun = [
        (period, str(period))
        for period in desk.programme.periods
        if str(period) in opened or calendar_of(desk, period, plan).opens <= desk.now
    ]
    if not begun:
        return []
    away = leaves.stand_ins(desk.tx, desk.now)
    holders = {
        (post.unit, post.role): away.get(post.person_id or 0, post.person_id or 0)
        for post in reversed(people.posts(desk.tx))  # of several seats the first is written to
    }
    return [
        _facts(desk, period, plan, drafts.get(key), holders, opened=key in opened, closed=key in closed)
        for period, key in begun
    ]


def _facts(
    desk: Desk,
    period: Period,
    plan: Plan,
    draft: digests.Draft | None,
    holders: Holders,
    *,
    opened: bool,
    closed: bool,
) -> PeriodFacts:
    published = draft is not None and draft.published_at is not None
    found = tasks.of_period(desk.tx, str(period)) if opened and not published else []
    moved = moved_tasks(desk.tx, str(period)) if found else {}
    return PeriodFacts(
        period=period,
        calendar=calendar_of(desk, period, plan),
        opened=opened,
        drafted=draft is not None,
        published=published,
        tasks=tuple(_task_fact(desk, plan, task, moved.get(task.id), holders) for task in found),
        done=outbox.keys_like(desk.tx, f":{period}:"),
        closed=closed,
    )


Holders = Mapping[tuple[str, str], int]


def _task_fact(desk: Desk, plan: Plan, task: Task, moved_at: datetime | None, holders: Holders) -> TaskFact:
    role = Role.SIGNATORY if task.state == TaskState.SUBMITTED else Role.LIAISON
    return TaskFact(
        task.id,
        task.form,
        task.unit,
        Level(task.level),
        TaskState(task.state),
        times=times_of(desk, plan, task),
        moved_at=moved_at,
        exempt=is_exempt(desk, plan, task),
        person=holders.get((task.unit, role), 0),
    )


def left_today(desk: Desk, plan: Plan) -> dict[int, int]:
    """How many more reminders each person may get today, by person: a hard cap, whatever coincides."""
    local = desk.now.astimezone(desk.programme.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    had = outbox.count_to_people(desk.tx, REMINDERS, midnight, desk.now)
    cap = int(plan.settings.get(Key.CAP) or desk.programme.rules.daily_cap)
    everyone = {post.person_id for post in people.posts(desk.tx) if post.person_id is not None}
    everyone |= set(leaves.stand_ins(desk.tx, desk.now).values())
    return {person: cap - had.get(person, 0) for person in everyone}


def open_period(desk: Desk, action: Action) -> None:
    """Open a period: its sheets with the form versions in force, a task per unit. The roster is now frozen."""
    tasks.open_period(desk.tx, str(action.period), desk.now)
    plan, period = plan_of(desk), str(action.period)
    for work in desk.programme.rules.works:
        for key in work.forms:
            form = desk.programme.forms[key]
            if not covered_by(form.every, action.period) or rests(plan, form, period):
                continue
            form_id, form = form_to_open(desk, form, action.period)
            sheet_id = tasks.add_sheet(desk.tx, str(action.period), form_id)
            for unit in owing_units(plan, form, period):
                level = Level.LEAD if unit == form.lead else Level.FILING
                where = where_of(desk, plan, period, form.key, unit, level)
                times = calendar_of(desk, action.period, plan, where).levels[level]
                tasks.add_task(desk.tx, sheet_id, unit, level, times.due)
    audit(desk, "open", about=f"period:{action.period}")


def _announce(desk: Desk, action: Action) -> None:
    _tell_owner(desk, action, "announce")


def _prompt(desk: Desk, action: Action) -> None:
    _tell_owner(desk, action, "prompt")


def _tell_owner(desk: Desk, action: Action, sentence: str) -> None:
    task, form = _task(desk, action)
    if task.state == TaskState.SUBMITTED:
        _remind(desk, action)
        return
    part = filling(desk, task).part
    fields = {
        "task": Label(form.short, task.period, form.every),
        "title": form.title,
        "to": desk.called(form.lead),
        "due": when(task.due_at, desk.programme.zone),
        "row_count": len(part.items),
        "figures": len(part.figures),
        "narratives": len(part.narratives),
        "records": form.grid.records.each if form.grid.records else "",
    }
    if sentence == "prompt":
        fields["due"] = by_when(task.due_at, desk.now, desk.programme.zone)
    if task.level == Level.LEAD:
        done = count_filed(desk, task.sheet_id)
        fields |= {"count": done.count, "filed": done.filed, "missing": done.missing}
        for key in ("to", "row_count", "figures", "narratives", "records"):
            del fields[key]
        sentence = "lead_prompt"
    _send(
        desk, action, task, Role.LIAISON, Message(say(f"notices.{sentence}", **fields), _fill_buttons(task))
    )


def _fill_buttons(task: Task) -> tuple[tuple[Button, ...], ...]:
    verb = {TaskState.RETURNED: "fix"}.get(TaskState(task.state), "fill")
    first = (button(verb, task.id, task.version), button("excel", task.id, task.version))
    more = (button("extend", task.id, task.version),)
    return (first, (button("sheet", task.sheet_id), *more)) if task.level == Level.LEAD else (first, more)


def _remind(desk: Desk, action: Action) -> None:
    press(desk, action, "remind")


def _overdue(desk: Desk, action: Action) -> None:
    press(desk, action, "overdue")


def press(desk: Desk, action: Action, sentence: str) -> None:
    """Whoever holds the report up is told: the liaison, or the signatory once it is submitted."""
    task, form = _task(desk, action)
    fields = {
        "task": Label(form.short, task.period, form.every),
        "due": when(task.due_at, desk.programme.zone),
    }
    if task.state == TaskState.SUBMITTED:
        buttons = ((button("view", task.id), button("sign", task.id, task.version)),)
        text = say(f"notices.{sentence}_signatory", **fields)
        _send(desk, action, task, Role.SIGNATORY, Message(text, buttons))
        return
    if sentence in ("remind", "chase"):
        now = filling(desk, task)
        fields["left"] = remaining(now.part, now.answers, by_cell=False)
    _send(
        desk, action, task, Role.LIAISON, Message(say(f"notices.{sentence}", **fields), _fill_buttons(task))
    )


def _send(desk: Desk, action: Action, task: Task, role: Role, message: Message) -> None:
    to = to_post(desk, task.unit, role) or to_post(desk, desk.programme.rules.office, Role.ADMIN)
    if to is None:
        raise LookupError(f"nobody to tell: {task.unit} has no {role} and the office no admin")
    outbox.put(desk.tx, action.key, str(action.kind), to, message.as_json(), desk.now)


def _task(desk: Desk, action: Action) -> tuple[Task, Form]:
    task = tasks.by_id(desk.tx, action.task)
    assert task is not None
    return task, desk.form(task.form_id)


def _draft(desk: Desk, action: Action) -> None:
    drafting.draft(desk, str(action.period))


_DO: dict[Kind, Callable[[Desk, Action], None]] = {
    Kind.OPEN: open_period,
    Kind.ANNOUNCE: _announce,
    Kind.PROMPT: _prompt,
    Kind.REMIND: _remind,
    Kind.OVERDUE: _overdue,
    Kind.DRAFT: _draft,
}
