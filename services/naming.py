"""What a typed line can name: works, forms, units, classes and periods of the programme in force."""

from __future__ import annotations

from forms.problems import Refused
from forms.text import fold
from reporting.cycle import Plan
from reporting.lines import Line, Names, read_line
from reporting.period import Period
from reporting.programme import Unit
from services.desk import Desk
from services.planning import class_of, plan_of
from storage import tasks


def names_of(desk: Desk, plan: Plan) -> Names:
    programme = desk.programme
    works = {fold(work.title): work.key for work in programme.rules.works}
    forms = {fold(form.short): form.key for form in programme.forms.values()}
    forms |= {fold(form.title): form.key for form in programme.forms.values()}
    units = {fold(name): unit.key for unit in programme.units.values() for name in (unit.name, unit.called)}
    classes = {class_of(desk, plan.settings, key) for key in programme.units} - {""}
    return Names(
        works,
        {word: key for word, key in forms.items() if word not in works},
        units,
        frozenset(fold(one) for one in classes),
        programme.periods,
        current_period(desk),
    )


def unit_named(desk: Desk, name: str) -> Unit:
    """The unit that is called exactly so; Refused where none is."""
    for unit in desk.programme.units.values():
        if name in (unit.called, unit.name):
            return unit
    raise Refused("no_such_unit", name=name[:30])


def current_period(desk: Desk) -> Period:
    """本期: the newest period that was opened, else the first one to come."""
    opened = tasks.opened_periods(desk.tx)
    found = [period for period in desk.programme.periods if str(period) in opened]
    return found[-1] if found else desk.programme.periods[0]


def line_of(desk: Desk, text: str) -> Line:
    """A typed line of a settings command, read with the names of now."""
    return read_line(text, names_of(desk, plan_of(desk)))
