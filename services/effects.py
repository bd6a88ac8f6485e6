"""What a change order would do: the plan afterwards, the order of deadlines, the open reports that it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from forms.problems import Refused
from reporting.cycle import Calendar, Plan
from reporting.period import Period, parse_period
from reporting.programme import Level
from reporting.schedule import Due, Schedule, Slot, check_cascade, schedule
from reporting.settings import Change, Key, Scope, applied
from reporting.states import TaskState
from services.desk import Desk
from services.listing import form_of
from services.planning import calendar_of, locks, owing_units, plan_of, where_is, where_of, workdays_in
from storage import settings as store
from storage import tasks
from storage.tasks import Task
from templates.words import month_of

# How many periods ahead a change is looked through.
AHEAD = 12


# What a setting may do to dates.
MOVES_DATES = frozenset(
    {Key.OPENS, Key.DUE, Key.DIGEST, Key.ROLL, Key.HOLIDAY, Key.UNIT_CLASS, Key.UNIT_RESTS, Key.FORM_RESTS}
)


def plan_after(desk: Desk, changes: Sequence[Change]) -> Plan:
    """The plan as it would be; what is kept with tasks and periods does not bend it."""
    found = plan_of(desk)
    settings = applied(found.settings, [one for one in changes if one.key not in (Key.TASK_DUE, Key.CLOSED)])
    return replace(found, settings=settings, workdays=workdays_in(settings))


def unopened(desk: Desk) -> list[Period]:
    opened = tasks.opened_periods(desk.tx)
    return [period for period in desk.programme.periods if str(period) not in opened][:AHEAD]


def open_periods(desk: Desk) -> list[Period]:
    """Periods that were opened and are not locked."""
    locked = locks(desk)
    return [parse_period(key) for key in sorted(tasks.opened_periods(desk.tx)) if key not in locked]


def schedule_of(desk: Desk, plan: Plan, periods: Sequence[Period]) -> Schedule:
    programme = desk.programme

    def owing(form: str, period: str) -> list[str]:
        return owing_units(plan, form_of(desk, programme.forms[form], parse_period(period)), period)

    def times(period: Period, form: str, unit: str, level: Level) -> Calendar:
        where = where_of(desk, plan, str(period), form, unit, level)
        return calendar_of(desk, period, plan, where)

    return schedule(programme, periods, owing, times)


def check(desk: Desk, changes: Sequence[Change]) -> None:
    """Refused when it no longer finds what it would replace, or when it breaks filing ≤ lead unit ≤ digest."""
    settings = plan_of(desk).settings
    for one in changes:
        if store.now_at(desk.tx, settings, one.key, one.scope) != one.before:
            raise Refused("order.overtaken")
    _refuse_open_disorder(desk, changes)
    if any(one.key in MOVES_DATES for one in changes):
        _refuse_disorder(desk, schedule_of(desk, plan_after(desk, changes), unopened(desk)))


def _refuse_open_disorder(desk: Desk, changes: Sequence[Change]) -> None:
    """Reports that are open keep the order too: a unit's before its lead unit's, that before the digest."""
    new = {
        int(one.scope.task): datetime.fromisoformat(one.after)
        for one in changes
        if one.key is Key.TASK_DUE and one.after
    }
    after = plan_after(desk, changes)
    for period in open_periods(desk):
        found = {Slot(str(period)): Due(calendar_of(desk, period, after).digest_due)}
        moved = tasks.of_period(desk.tx, str(period))
        if new.keys().isdisjoint(task.id for task in moved) and not any(
            one.key is Key.DIGEST and one.scope.period == str(period) for one in changes
        ):
            continue
        for task in moved:
            slot = Slot(str(period), task.form, task.level, task.unit)
            found[slot] = Due(new.get(task.id, task.due_at))
        _refuse_disorder(desk, found)


def _refuse_disorder(desk: Desk, found: Schedule) -> None:
    try:
        check_cascade(found)
    except Refused as refused:
        fields = {**refused.fields, "unit": desk.called(str(refused.fields["unit"]))}
        fields["period"] = month_of(str(refused.fields["period"]))
        raise Refused(refused.key, **fields) from None


def touched(desk: Desk, changes: Sequence[Change]) -> list[Task]:
    """Open reports that the changes reach: nobody's duty changes without this being shown."""
    found: dict[int, Task] = {}
    for one in changes:
        if one.key in (Key.TASK_DUE, Key.LATE_FILING):
            task = tasks.by_id(desk.tx, int(one.scope.task))
            found |= {task.id: task} if task else {}
        elif one.key is Key.CLOSED:
            found |= {
                task.id: task
                for task in tasks.of_period(desk.tx, one.scope.period)
                if task.state != TaskState.SIGNED
            }
        elif one.key is Key.EXEMPT:
            found |= {task.id: task for task in _exempted(desk, one)}
    return list(found.values())


def _exempted(desk: Desk, change: Change) -> list[Task]:
    value, plan = change.after or change.before, plan_of(desk)
    return [
        task
        for period in open_periods(desk)
        if value["from"] <= str(period) <= value["last"]
        for task in tasks.of_period(desk.tx, str(period))
        if change.scope.covers(where_is(desk, plan, task)) and task.state != TaskState.SIGNED
    ]


def open_moves(desk: Desk, changes: Sequence[Change]) -> list[Change]:
    """What the new settings mean for the reports that are open now."""
    found, after = plan_of(desk), plan_after(desk, changes)
    moved: list[Change] = []
    for period in open_periods(desk):
        for task in tasks.of_period(desk.tx, str(period)):
            where = where_is(desk, after, task)
            due = calendar_of(desk, period, after, where).levels[Level(task.level)].due
            old = calendar_of(desk, period, found, where).levels[Level(task.level)].due
            if task.state != TaskState.SIGNED and old != due != task.due_at:
                moved.append(move_of(task, due))
    return moved


def move_of(task: Task, due: datetime) -> Change:
    """One report gets another deadline."""
    return Change(Key.TASK_DUE, Scope(task=str(task.id)), task.due_at.isoformat(), due.isoformat())
