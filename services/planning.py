"""What was set by command, as the rules want it: the plan of a period, who is exempt, what is locked."""

from __future__ import annotations

from datetime import date, datetime

from forms.definition import Form
from reporting.cycle import Calendar, Plan, Times, calendar, times_around
from reporting.period import Period
from reporting.programme import Level
from reporting.settings import EVERYWHERE, Key, Scope, Settings, exemption
from reporting.workdays import Day, DayKind, Workdays, workdays_of
from services.desk import Desk
from storage import digests
from storage import settings as store
from storage.tasks import Task


def plan_of(desk: Desk) -> Plan:
    """What bends the programme's days now. Read once and handed on: it is two small tables."""
    settings = store.in_force(desk.tx)
    return Plan(settings, workdays_in(settings), desk.programme.rules.roll)


def workdays_in(settings: Settings) -> Workdays:
    return workdays_of(
        Day(_date(scope), DayKind(one["kind"]), one["name"], one["source"], one["confirmed"])
        for scope, one in settings.of(Key.HOLIDAY)
    )


def _date(scope: Scope) -> date:
    return date.fromisoformat(scope.day)


def calendar_of(desk: Desk, period: Period, plan: Plan | None = None, where: Scope = EVERYWHERE) -> Calendar:
    """The moments of a period, for whoever ``where`` says."""
    rules = desk.programme.rules
    return calendar(rules.cycle, period, desk.programme.zone, plan or plan_of(desk), where)


def where_of(desk: Desk, plan: Plan, period: str, form: str, unit: str, level: Level) -> Scope:
    """Everything that a setting for this one task could have been made for."""
    work = next((one.key for one in desk.programme.rules.works if form in one.forms), "")
    return Scope(
        period=period,
        unit=unit,
        unit_class=class_of(desk, plan.settings, unit),
        form=form,
        work=work,
        level=str(level),
    )


def class_of(desk: Desk, settings: Settings, unit: str) -> str:
    """乡镇, 部门 …: as set by command, else as in the files."""
    known = desk.programme.units.get(unit)
    set_ = settings.exact(Key.UNIT_CLASS, Scope(unit=unit))
    return str(set_) if set_ is not None else (known.unit_class if known else "")


def where_is(desk: Desk, plan: Plan, task: Task) -> Scope:
    return where_of(desk, plan, task.period, task.form, task.unit, Level(task.level))


def times_of(desk: Desk, plan: Plan, task: Task) -> Times:
    """A task's own moments: they follow its own deadline, wherever that stands."""
    cycle = desk.programme.rules.cycle
    level = cycle.filing if task.level == Level.FILING else cycle.lead
    return times_around(level, task.due_at, desk.programme.zone, plan, where_is(desk, plan, task))


def is_exempt(desk: Desk, plan: Plan, task: Task) -> bool:
    """免报: the unit need not file this."""
    return exemption(plan.settings, where_is(desk, plan, task)) is not None


def owing_units(plan: Plan, form: Form, period: str) -> list[str]:
    """The units that get a task when this period opens: the roster that is frozen then."""
    if rests(plan, form, period):
        return []
    at = {unit: Scope(unit=unit, period=period) for unit in form.units}
    return [unit for unit, scope in at.items() if not plan.settings.get(Key.UNIT_RESTS, scope)]


def rests(plan: Plan, form: Form, period: str) -> bool:
    """停用: the form is not asked for in this period."""
    return bool(plan.settings.get(Key.FORM_RESTS, Scope(form=form.key, period=period)))


def locks(desk: Desk) -> dict[str, datetime]:
    """When each period was locked: published, or closed early by an order."""
    found = store.closed_periods(desk.tx)
    for period, at in digests.published_at(desk.tx).items():
        found[period] = min(at, found.get(period, at))
    return found


def is_locked(desk: Desk, task: Task, locked: dict[str, datetime], settings: Settings) -> bool:
    """True when nothing can be filed any more, unless the office let this one be filed late (补报)."""
    if task.period not in locked:
        return False
    permit = settings.exact(Key.LATE_FILING, Scope(task=str(task.id)))
    return permit is None or datetime.fromisoformat(permit["until"]) < desk.now
