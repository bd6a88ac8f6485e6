"""How projects stand, in words: for the lead unit's sheet and for the digest."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from forms.cells import UNANSWERED, Cell
from forms.definition import Form
from forms.progress import Footing, Progress, footings
from forms.table import address
from templates.words import quantity, say


def standing_lines(
    form: Form, cells: Mapping[str, Cell], known: Mapping[str, Progress]
) -> list[tuple[str, str]]:
    """(project, how it stands); nothing behind a project that is not reported."""
    records = form.grid.records
    assert records is not None
    measure = form.measures[records.done]
    found = []
    for item in form.grid.items:
        done = cells.get(address(item.key, records.done), UNANSWERED)
        behind = say("filling.standing", one=known[item.key], unit=measure.unit)
        found.append(
            (item.title, f"{measure.called}{quantity(done, measure)}{behind}" if done.answered else "")
        )
    return found


def footing_lines(form: Form, known: Mapping[str, Progress], county: str) -> list[Markup]:
    """A line for each category, and one for all."""
    found = footings(form, known, "")
    return [category_line(form, one) for one in found[:-1]] + [footing_line(form, found[-1], county)]


def footing_line(form: Form, one: Footing, title: str) -> Markup:
    return say("compiling.projects", title=title, one=one, unit=_unit(form))


def category_line(form: Form, one: Footing) -> Markup:
    """Short, because there may be many: rates of one category are in the workbook."""
    return say("compiling.category", one=one, unit=_unit(form))


def _unit(form: Form) -> str:
    return form.measures[form.grid.records.plan].unit if form.grid.records else ""
