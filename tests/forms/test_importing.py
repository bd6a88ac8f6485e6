"""What a sent workbook would change: pure, and for every state of a cell the same as typed in the chat."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, UNANSWERED, ZERO, Cell, figure, narrative
from forms.importing import Given, Proposal, as_json, from_json, propose
from forms.problems import Refused
from forms.questions import part_of, question_for
from forms.reading import read_answer
from forms.table import Bases
from forms.text import clean
from templates.entry_workbook import Entry, entry_workbook
from templates.read_workbook import read
from templates.report import Label
from tests.forms.examples import pollution, row, safety

FORM = safety()
ROAD = part_of(FORM, "traffic_police")
FIVE = ("road.accidents", "road.deaths", "road.injured", "road.loss", "road.severe")


def said(*texts: str) -> dict[str, str]:
    return dict(zip(FIVE, texts, strict=False))


def keys(proposal: Proposal) -> dict[str, str]:
    return {one.address: one.refused.key for one in proposal.bad}


def test_a_filled_row_is_accepted_as_typed() -> None:
    found = propose(ROAD, Given(said("3", "１", " 2人 ", "15.6万元", "无")), {}, ())
    assert found.accepted == row(FORM, "road", "3 1 2 15.6 0")
    assert found.missing == ROAD.narratives
    assert not found.bad
    assert not found.conflicts


def test_blank_cells_and_missing_rows_say_nothing() -> None:
    answers = row(FORM, "road", "3 1 2 15.6 0")
    found = propose(ROAD, Given({"road.deaths": " \u3000"}), answers, FIVE)
    assert not found.read
    assert found.missing == ROAD.addresses


def test_what_is_the_same_is_unchanged_whatever_door_it_came_through() -> None:
    answers = row(FORM, "road", "3 1 2 15.6 0")
    found = propose(ROAD, Given(said("3", "1", "2", "15.60", "0")), answers, FIVE)
    assert found.unchanged == FIVE
    assert not found.read


def test_another_value_from_another_door_is_a_conflict_and_from_the_same_door_a_change() -> None:
    answers = row(FORM, "road", "3 1 2 15.6 0")
    given = Given(said("4", "1", "3", "15.6", "0"))
    found = propose(ROAD, given, answers, {"road.accidents"})
    assert found.conflicts == {"road.accidents": figure(Decimal(4))}
    assert found.accepted == {"road.injured": figure(Decimal(3))}


def test_a_reopened_cell_is_no_conflict_and_a_closed_one_cannot_change() -> None:
    answers = row(FORM, "road", "3 1 未填 15.6 0")
    part = part_of(FORM, "traffic_police", frozenset({"road.injured"}))
    found = propose(part, Given(said("3", "1", "5", "99", "0")), answers, FIVE)
    assert found.accepted == {"road.injured": figure(Decimal(5))}
    assert keys(found) == {"road.loss": "import.closed"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("约3", "number.approximate"),
        ("-1", "negative"),
        ("3.5", "number.too_many_decimals"),
        ("200000", "above"),
        ("1e309", "number.scientific"),
        ("=HYPERLINK(1)", "number.not_a_number"),
        ("同上", "nothing_shown"),
        ("3 1", "number.several_numbers"),
        ("2008-06-01", "number.date_like"),
        ("TRUE", "number.not_a_number"),
        ("9" * 70, "number.too_long"),
    ],
)
def test_a_cell_is_held_to_what_the_chat_holds_it_to(text: str, key: str) -> None:
    found = propose(ROAD, Given(said(text)), {}, ())
    assert keys(found) == {"road.accidents": key}
    with pytest.raises(Refused, match=key.replace(".", r"\.")):
        read_answer(ROAD, question_for(ROAD, "road.accidents"), text, {})


def test_a_broken_rule_names_its_cells() -> None:
    found = propose(ROAD, Given(said("0", "2", "1", "0", "0")), {}, ())
    assert keys(found) == dict.fromkeys(("road.accidents", "road.deaths", "road.injured"), "check")
    assert set(found.accepted) == {"road.loss", "road.severe"}


def test_a_rule_sees_what_was_answered_before() -> None:
    answers = row(FORM, "road", "0 0 0 0 0")
    found = propose(ROAD, Given({"road.deaths": "2"}), answers, ())
    assert set(keys(found)) == {"road.accidents", "road.deaths"}


def test_a_bad_cell_breaks_no_rule_besides() -> None:
    found = propose(ROAD, Given(said("abc", "2", "1", "0", "0")), row(FORM, "road", "0 0 0 0 0"), ())
    assert keys(found) == {"road.accidents": "number.not_a_number"}


def test_a_formula_without_value_and_a_row_of_several_texts_are_told() -> None:
    found = propose(ROAD, Given({}, ["road.loss"], ["narrative.progress"]), {}, ())
    assert keys(found) == {"road.loss": "import.formula", "narrative.progress": "import.several"}
    assert not {"road.loss", "narrative.progress"} & set(found.missing)


def test_a_narrative_is_cleaned_and_held_to_its_length() -> None:
    found = propose(
        ROAD, Given({"narrative.progress": "整治\u200b9处\r\n完\x07成", "narrative.problems": "无"}), {}, ()
    )
    assert found.accepted == {
        "narrative.progress": narrative("整治9处\n完成"),
        "narrative.problems": narrative(None),
    }
    assert keys(propose(ROAD, Given({"narrative.progress": "字" * 501}), {}, ())) == {
        "narrative.progress": "too_long"
    }


@pytest.mark.parametrize(
    ("at", "text", "key"),
    [
        ("narrative.progress", "请联系110101199003074514", "identity_number"),
        ("road.loss", "110101199003074514", "identity_number"),
        ("narrative.progress", "机密★", "classification"),
    ],
)
def test_what_must_not_be_stored_refuses_the_whole_file(at: str, text: str, key: str) -> None:
    with pytest.raises(Refused, match=key):
        propose(ROAD, Given({at: text}), {}, ())


def test_addresses_that_are_not_the_units_own_count_for_nothing() -> None:
    assert propose(ROAD, Given({"water.deaths": "9", "total.deaths": "9"}), {}, ()) == Proposal(
        missing=ROAD.addresses
    )


def figures(decimals: int, most: int) -> st.SearchStrategy[Cell]:
    number = st.decimals(0, most, places=decimals).map(figure)
    return st.one_of(number, st.sampled_from([ZERO, NOT_APPLICABLE, NOT_MEASURED, UNANSWERED]))


def tellable(text: str) -> bool:
    """What the chat would take as this narrative."""
    try:
        read_answer(ROAD, question_for(ROAD, "narrative.progress"), text, {})
        propose(ROAD, Given({"narrative.progress": text}), {}, ())
    except Refused:
        return False
    return len(clean(text)) <= 500


TOLD = st.one_of(
    st.text(min_size=1, max_size=60).filter(tellable),
    st.sampled_from(["=1+1", "+3", "_x0041_", "第一行\n第二行", "𠮷野家", "<b>&", "'引号", "@某"]),
)
STORIES = st.one_of(
    TOLD.map(clean).filter(tellable).map(narrative), st.sampled_from([narrative(None), UNANSWERED])
)


def through_excel(part, answers) -> Proposal:  # type: ignore[no-untyped-def]
    label = Label(part.form.short, "2008-06")
    content = entry_workbook(Entry(part, answers, Bases(), label, "u", "某单位", 1, "某县"))
    found = read(content)
    return propose(part, Given(found["cells"], found["without_value"], found["several"]), {}, ())


@over(
    st.fixed_dictionaries(
        {
            **{f"plant.{key}": figures(2, 10**12) for key in ("cod", "so2")},
        }
    )
)
def test_chat_to_excel_to_chat_is_equal_under_the_rows(answers: dict[str, Cell]) -> None:
    part = part_of(pollution(), "plant_unit")
    assert through_excel(part, answers).accepted == {
        at: cell for at, cell in answers.items() if cell.answered
    }


@over(
    st.fixed_dictionaries(
        {
            "road.accidents": figures(0, 9),
            "road.deaths": st.just(ZERO),
            "road.injured": st.sampled_from([ZERO, NOT_MEASURED, UNANSWERED]),
            "road.loss": figures(2, 10**8),
            "road.severe": st.just(ZERO),
            **dict.fromkeys(ROAD.narratives, STORIES),
        }
    )
)
def test_chat_to_excel_to_chat_is_equal_for_every_state(answers: dict[str, Cell]) -> None:
    found = through_excel(ROAD, answers)
    assert not found.bad
    assert found.accepted == {at: cell for at, cell in answers.items() if cell.answered}


def test_a_proposal_is_read_back_from_its_row_as_it_was() -> None:
    given = Given(said("4", "1", "3", "15.60", "不适用") | {"narrative.progress": "整治"})
    found = propose(ROAD, given, row(FORM, "road", "3 1 2 未填 0"), {"road.accidents"})
    assert from_json(as_json(found)) == found
