"""Lists of records when a period opens, and the fields that one list borrows from another."""

from __future__ import annotations

from forms.cells import Cell
from forms.definition import Form
from forms.records import as_brought
from reporting.period import Period, covered_by
from reporting.records import form_of_period
from services.desk import Desk
from storage import programmes, tasks

BEGINNING = "0000-01"


def form_to_open(desk: Desk, form: Form, period: Period) -> tuple[int, Form]:
    """(id, form) that a sheet of this period is opened with; a list of records is frozen with the records of now."""
    roster = str(period) if form.grid.records else ""
    stored = programmes.form_version(desk.tx, form.key, form.version, roster)
    if stored is None:
        opened = form_of(desk, form, period)
        programmes.add_form(desk.tx, form.key, form.version, opened.model_dump_json(), roster)
        stored = programmes.form_version(desk.tx, form.key, form.version, roster)
    assert stored is not None
    return stored.id, desk.form(stored.id)


def form_of(desk: Desk, form: Form, period: Period) -> Form:
    """What this form would be if the period opened now: a list with its records and the units that fill them."""
    if not form.grid.records:
        return form
    units = {unit.key: unit.called for unit in desk.programme.units.values()}
    before = _asked_before(desk, form, period)
    return form_of_period(form, period, desk.programme.records, _asked_in(desk, period), units, before)


def _asked_in(desk: Desk, period: Period) -> dict[str, Form]:
    """The forms of this round: nothing can be borrowed from a list that nobody is asked."""
    keys = [key for work in desk.programme.rules.works for key in work.forms]
    forms = [desk.programme.forms[key] for key in keys]
    return {form.key: form for form in forms if covered_by(form.every, period)}


def _asked_before(desk: Desk, form: Form, period: Period) -> dict[str, dict[str, str]]:
    """What was answered in earlier periods to fields that are asked once, by record and measure."""
    found: dict[str, dict[str, str]] = {}
    for key, at, cell in tasks.signed_between(desk.tx, form.key, BEGINNING, str(period.previous)):
        item, _, name = at.partition(".")
        measure = form.measures.get(name)
        if measure is None or measure.once is None or (measure.once == "year" and key < f"{period.year}-01"):
            continue
        if content := as_brought(cell):
            found.setdefault(item, {})[name] = content
    return found


def borrowed(desk: Desk, form: Form, period: str) -> dict[str, Cell]:
    """What other lists have signed of the fields that this one borrows, by address. There is no second copy."""
    cells: dict[str, Cell] = {}
    for key in dict.fromkeys(form.borrows.values()):
        lent = {at: cell for _, at, cell in tasks.signed_between(desk.tx, key, period, period)}
        cells |= {at: lent[at] for at, other in form.borrows.items() if other == key and at in lent}
    return cells
