"""Chat → workbook → chat: whatever a unit has answered comes back from its own workbook as exactly that."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, UNANSWERED, Cell, figure
from forms.definition import Form, Measure
from forms.importing import Given, propose
from forms.numbers import format_number
from forms.problems import Refused
from forms.questions import Part, part_of, question_for
from forms.reading import measure_of, read_answer
from forms.table import Bases
from templates.entry_workbook import Entry, entry_workbook
from templates.read_workbook import read
from templates.report import Label
from templates.words import STATE_WORDS
from tests.forms.examples import county_form

FORMS = {name: county_form(name) for name in ("energy", "emissions", "safety", "order")}
PARTS = {
    "energy": ("keyi_leather", "economy"),
    "emissions": ("sewage_plant", "environment"),
    "safety": ("traffic_police",),
    "order": ("crime_squad", "police"),
}
CASES = [(name, unit) for name, units in PARTS.items() for unit in units]
WRITTEN = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40)
STORIES = st.one_of(
    st.none(),
    st.sampled_from(
        ["=1+1", "+8", "-1", "@SUM(A1)", "007", "1e5", "_x0041_", "3.0", "TRUE", "#REF!", "一\n二", " 甲 "]
    ),
    WRITTEN,
)


def amounts(measure: Measure) -> st.SearchStrategy[Decimal]:
    low = Decimal(0) if measure.minimum is None else measure.minimum
    high = Decimal(10**12) if measure.maximum is None else measure.maximum
    return st.decimals(low, high, places=measure.decimals)


def cells(measure: Measure) -> st.SearchStrategy[Cell]:
    """Every state of a figure."""
    return st.one_of(
        st.sampled_from([UNANSWERED, NOT_APPLICABLE, NOT_MEASURED, figure(Decimal(0))]),
        amounts(measure).map(figure),
    )


def answered(part: Part, data: st.DataObject) -> dict[str, Cell]:
    """A part as it may stand in the middle of being filled; what a chat would refuse is left out."""
    found = {at: data.draw(cells(measure_of(part.form, at)), label=at) for at in part.figures}
    for at in part.narratives:
        text = data.draw(STORIES, label=at)
        try:
            found |= read_answer(part, question_for(part, at), "无" if text is None else text, {})
        except Refused:
            continue
    return found


def entry(form: Form, part: Part, unit: str, answers: dict[str, Cell]) -> bytes:
    label = Label(form.short, "2008-06", form.every)
    return entry_workbook(Entry(part, answers, Bases(), label, unit, unit, 7, "永嘉县"))


@pytest.mark.parametrize(("name", "unit"), CASES)
@given(data=st.data())
@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
def test_every_state_of_every_cell_comes_back_from_the_workbook(
    name: str, unit: str, data: st.DataObject
) -> None:
    form = FORMS[name].model_copy(update={"checks": ()})
    part = part_of(form, unit)
    before = answered(part, data)
    said = read(entry(form, part, unit, before))
    proposal = propose(part, Given(said["cells"], said["without_value"], said["several"]), {}, ())
    assert not proposal.bad
    assert dict(proposal.accepted) == {at: cell for at, cell in before.items() if cell.answered}
    again = propose(part, Given(said["cells"]), before, ())
    assert not again.read  # sent back as it was, the file changes nothing


@pytest.mark.parametrize(("name", "unit"), CASES)
@given(data=st.data())
def test_what_the_chat_shows_of_a_figure_reads_back_as_it(name: str, unit: str, data: st.DataObject) -> None:
    part = part_of(FORMS[name].model_copy(update={"checks": ()}), unit)
    at = data.draw(st.sampled_from(part.figures))
    measure = measure_of(part.form, at)
    cell = data.draw(cells(measure).filter(lambda one: one.answered))
    shown = STATE_WORDS.get(cell.state) or format_number(cell.amount or Decimal(0)) + measure.unit
    assert read_answer(part, question_for(part, at), shown, {}) == {at: cell}
