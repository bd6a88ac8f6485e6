"""The clock's service: read the rows, compute what is due, do it. A unique key makes each thing happen once."""

from __future__ import annotations

from collections.abc import Callable

from forms.definition import Form
from forms.questions import remaining
from reporting.cycle import Calendar, calendar
from reporting.due import Action, Kind, PeriodFacts, TaskFact, due
from reporting.period import Period, covered_by
from reporting.programme import Level, Role
from reporting.states import TaskState
from services import compiling
from services.asking import filling
from services.auditing import audit
from services.desk import Desk
from services.listing import form_to_open
from services.sheets import count_filed, to_post
from storage import digests, outbox, tasks
from storage.tasks import Task
from templates.message import Button, Message
from templates.report import Label
from templates.words import button, say, time_of, when


def tick(desk: Desk) -> int:
    """Do everything that is due now; returns how many things were done."""
    if desk.shelf.programme is None:
        return 0
    done = 0
    while actions := due(facts(desk), desk.now):
        for action in actions:
            _DO[action.kind](desk, action)
        done += len(actions)
    return done


def facts(desk: Desk) -> list[PeriodFacts]:
    """What deciding needs, for every period whose round has begun and is not published."""
    opened = tasks.opened_periods(desk.tx)
    drafts = digests.all_by_period(desk.tx)
    return [
        _facts(desk, period, str(period) in opened, drafts.get(str(period)))
        for period in desk.programme.periods
        if calendar_of(desk, period).opens <= desk.now
    ]


def calendar_of(desk: Desk, period: Period) -> Calendar:
    return calendar(desk.programme.rules.cycle, period, desk.programme.zone)


def _facts(desk: Desk, period: Period, opened: bool, draft: digests.Draft | None) -> PeriodFacts:
    published = draft is not None and draft.published_at is not None
    found = tasks.of_period(desk.tx, str(period)) if opened and not published else []
    return PeriodFacts(
        period=period,
        calendar=calendar_of(desk, period),
        opened=opened,
        drafted=draft is not None,
        published=published,
        tasks=tuple(
            TaskFact(task.id, task.form, task.unit, Level(task.level), TaskState(task.state))
            for task in found
        ),
        done=outbox.keys_like(desk.tx, f":{period}:"),
    )


def open_period(desk: Desk, action: Action) -> None:
    """Open a period: its sheets with the form versions in force, a task per unit. The roster is now frozen."""
    tasks.open_period(desk.tx, str(action.period), desk.now)
    times = calendar_of(desk, action.period).levels
    for work in desk.programme.rules.works:
        for key in work.forms:
            form = desk.programme.forms[key]
            if not covered_by(form.every, action.period):
                continue
            form_id, form = form_to_open(desk, form, action.period)
            sheet_id = tasks.add_sheet(desk.tx, str(action.period), form_id)
            for unit in form.units:
                level = Level.LEAD if unit == form.lead else Level.FILING
                tasks.add_task(desk.tx, sheet_id, unit, level, times[level].due)
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
    }
    if sentence == "prompt":
        fields["due"] = time_of(task.due_at, desk.programme.zone)
    if task.level == Level.LEAD:
        done = count_filed(desk, task.sheet_id)
        fields |= {"count": done.count, "filed": done.filed, "missing": done.missing}
        for key in ("to", "row_count", "figures", "narratives"):
            del fields[key]
        sentence = "lead_prompt"
    _send(
        desk, action, task, Role.LIAISON, Message(say(f"notices.{sentence}", **fields), _fill_buttons(task))
    )


def _fill_buttons(task: Task) -> tuple[tuple[Button, ...], ...]:
    verb = {TaskState.RETURNED: "fix"}.get(TaskState(task.state), "fill")
    first = (button(verb, task.id, task.version), button("excel", task.id, task.version))
    return (first, (button("sheet", task.sheet_id),)) if task.level == Level.LEAD else (first,)


def _remind(desk: Desk, action: Action) -> None:
    _press(desk, action, "remind")


def _overdue(desk: Desk, action: Action) -> None:
    _press(desk, action, "overdue")


def _press(desk: Desk, action: Action, sentence: str) -> None:
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
    if sentence == "remind":
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
    compiling.draft(desk, str(action.period))


_DO: dict[Kind, Callable[[Desk, Action], None]] = {
    Kind.OPEN: open_period,
    Kind.ANNOUNCE: _announce,
    Kind.PROMPT: _prompt,
    Kind.REMIND: _remind,
    Kind.OVERDUE: _overdue,
    Kind.DRAFT: _draft,
}
