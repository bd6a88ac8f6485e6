"""What a unit is asked, in which order, and that the asking always ends."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.cells import UNANSWERED, ZERO, Cell, figure, narrative
from forms.definition import Form
from forms.questions import (
    SUMMARY,
    Kind,
    Part,
    Question,
    needs_reason,
    next_question,
    parse_question,
    part_of,
    previous,
    question_for,
    reason_address,
    remaining,
    sequence,
)
from forms.reading import read_answer
from forms.table import Bases
from tests.forms.examples import cell, part, pollution, raw_safety, row, rows, safety, shop

SAFETY = safety()
ROAD = part("traffic_police")
TOLD = ("schedule", "progress", "problems", "next_plan")
STORY = {f"narrative.{key}": narrative("正常") for key in TOLD}
QUIET = Bases()


def asked(text: str) -> Question:
    return parse_question(text)


def follows(part: Part, answers: dict[str, Cell], bases: Bases = QUIET, by_cell: bool = False) -> str:
    return str(next_question(part, answers, bases, by_cell))


def test_a_unit_is_asked_its_row_in_one_message_and_then_the_narratives_in_order() -> None:
    assert [str(question) for question in sequence(ROAD, by_cell=False)] == [
        "row:road",
        "narrative:narrative.schedule",
        "narrative:narrative.progress",
        "narrative:narrative.problems",
        "narrative:narrative.next_plan",
    ]


def test_cell_by_cell_the_figures_are_asked_one_by_one() -> None:
    figures = [str(question) for question in sequence(ROAD, by_cell=True)][:5]
    keys = ("accidents", "deaths", "injured", "loss", "severe")
    assert figures == [f"cell:road.{key}" for key in keys]


def test_a_unit_has_nothing_of_other_units() -> None:
    assert ROAD.figures == tuple(f"road.{key}" for key in SAFETY.measures)
    assert part_of(SAFETY, "office").figures == ()


def test_a_unit_that_owns_a_column_is_asked_one_figure_of_each_row() -> None:
    raw = raw_safety()
    for item in ("industry", "road", "water", "fire"):
        raw["grid"].setdefault("owners", []).append({"item": item, "measure": "loss", "owner": "economy"})
    economy = part("economy", Form.model_validate(raw))
    assert economy.items == ("industry", "road", "water", "fire")
    assert economy.of_item("road") == ("road.loss",)


def test_the_next_question_is_the_first_thing_still_missing() -> None:
    answers: dict[str, Cell] = {}
    assert follows(ROAD, answers) == "row:road"
    answers |= row(SAFETY, "road", "3 1 2 15.6 0")
    assert follows(ROAD, answers) == "narrative:narrative.schedule"
    answers |= STORY
    assert follows(ROAD, answers) == "summary"
    answers["narrative.progress"] = UNANSWERED
    assert follows(ROAD, answers) == "narrative:narrative.progress"


def test_a_row_of_which_one_figure_is_missing_is_asked_whole() -> None:
    answers = row(SAFETY, "road", "3 1 2 15.6 未填")
    assert follows(ROAD, answers) == "row:road"
    assert follows(ROAD, answers, by_cell=True) == "cell:road.severe"


def test_not_applicable_and_not_measured_are_answers() -> None:
    assert follows(ROAD, row(SAFETY, "road", "不适用 0 未统计 0 0") | STORY) == "summary"


def test_the_questions_left_are_counted_as_they_are_asked() -> None:
    assert remaining(ROAD, {}, by_cell=False) == 5  # 1 row and 4 narratives
    assert remaining(ROAD, {}, by_cell=True) == 9  # 5 figures and 4 narratives
    answers = row(SAFETY, "road", "3 1 2 15.6 未填")
    assert remaining(ROAD, answers, by_cell=False) == 5
    assert remaining(ROAD, answers, by_cell=True) == 5  # 1 figure and 4 narratives
    assert remaining(ROAD, row(SAFETY, "road", "0 0 0 0 0") | STORY, by_cell=False) == 0


def test_going_back_stops_at_the_first_question() -> None:
    order = sequence(ROAD, by_cell=False)
    assert previous(ROAD, SUMMARY, by_cell=False) == order[-1]
    walk = [order[-1]]
    for _ in order:
        walk.append(previous(ROAD, walk[-1], by_cell=False))
    assert walk == [*reversed(order), order[0]]


def test_back_from_a_reason_is_the_row_that_it_explains() -> None:
    reason = Question(Kind.REASON, "road")
    assert previous(ROAD, reason, by_cell=False) == asked("row:road")
    assert previous(ROAD, reason, by_cell=True) == asked("cell:road.severe")


def test_where_nothing_is_asked_back_stays_where_it_is() -> None:
    nothing = part("environment", pollution())
    assert next_question(nothing, {}, QUIET, by_cell=False) == SUMMARY
    assert previous(nothing, SUMMARY, by_cell=False) == SUMMARY
    returned = part("traffic_police", only=frozenset())
    assert previous(returned, Question(Kind.REASON, "road"), by_cell=False).target == "road"


def test_after_a_return_only_the_returned_items_are_asked_one_by_one() -> None:
    returned = part("traffic_police", only=frozenset({"road.injured", "narrative.progress"}))
    answers = row(SAFETY, "road", "3 1 未填 15.6 0") | STORY | {"narrative.progress": UNANSWERED}
    for by_cell in (False, True):
        order = [str(question) for question in sequence(returned, by_cell)]
        assert order == ["cell:road.injured", "narrative:narrative.progress"]
        assert follows(returned, answers, by_cell=by_cell) == "cell:road.injured"
        assert remaining(returned, answers, by_cell) == 2
    assert follows(returned, answers | row(SAFETY, "road", "3 1 4 15.6 0")) == "narrative:narrative.progress"


def test_each_item_can_be_asked_for_alone() -> None:
    assert question_for(ROAD, "road.loss") == asked("cell:road.loss")
    assert question_for(ROAD, "narrative.progress") == asked("narrative:narrative.progress")


def jumped(loss: str) -> tuple[dict[str, Cell], Bases]:
    """June's losses against 15.6 万元 in May; the form asks from factor 10 and a difference over 50."""
    return row(SAFETY, "road", f"3 1 2 {loss} 0"), Bases(last_month={"road.loss": figure(Decimal("15.6"))})


@pytest.mark.parametrize(
    ("loss", "asks"),
    [
        ("380", True),  # 380 > 156 and 364.4 > 50
        ("156", False),  # 156 = 15.6 × 10: not further than ten times
        ("156.01", True),
        ("65", False),  # within ten times
        ("0", False),  # infinitely far, but 15.6 is under the floor of 50
    ],
)
def test_a_doubtful_figure_asks_for_a_reason_right_after_its_row(loss: str, asks: bool) -> None:
    answers, bases = jumped(loss)
    for by_cell in (False, True):
        expected = "reason:road" if asks else "narrative:narrative.schedule"
        assert follows(ROAD, answers, bases, by_cell) == expected
    assert needs_reason(SAFETY, "road", answers, bases) == asks


def test_the_difference_that_is_never_questioned_includes_its_limit() -> None:
    nothing_before = Bases(last_month={"road.loss": ZERO})
    assert follows(ROAD, row(SAFETY, "road", "3 1 2 50 0"), nothing_before) != "reason:road"
    assert follows(ROAD, row(SAFETY, "road", "3 1 2 50.01 0"), nothing_before) == "reason:road"


def test_without_last_months_figure_nothing_is_doubted() -> None:
    assert follows(ROAD, row(SAFETY, "road", "3 1 2 99999 0")) == "narrative:narrative.schedule"


def test_a_reason_that_was_given_is_not_asked_again() -> None:
    answers, bases = jumped("380")
    answers[reason_address("road")] = narrative("山洪冲毁厂房")
    assert follows(ROAD, answers, bases) == "narrative:narrative.schedule"


def test_a_half_typed_row_is_not_doubted_yet() -> None:
    answers, bases = jumped("380")
    answers["road.severe"] = UNANSWERED
    assert follows(ROAD, answers, bases, by_cell=True) == "cell:road.severe"


def test_a_broken_soft_rule_asks_for_a_reason_and_a_returned_narrative_does_not() -> None:
    form = shop()
    answers = rows(form, town="1 5")
    assert follows(part("trade", form), answers) == "reason:town"
    returned = part("trade", form, frozenset({"narrative.plan"}))
    assert follows(returned, answers) == "narrative:narrative.plan"


@given(st.sampled_from(Kind), st.from_regex(r"[a-z][a-z0-9_.]{0,40}", fullmatch=True))
def test_a_question_is_read_back_as_it_was_written(kind: Kind, target: str) -> None:
    question = Question(kind, target)
    assert parse_question(str(question)) == question
    assert parse_question(str(SUMMARY)) == SUMMARY


@pytest.mark.parametrize("text", ["", "rows:road", "Row:road"])
def test_what_is_no_question_is_not_read_as_one(text: str) -> None:
    with pytest.raises(ValueError, match="not a valid Kind"):
        parse_question(text)


OWNERS = st.sampled_from(["u1", "u2"])


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """One unit's part of a random form with totals, owners, soft rules and jumps, perhaps returned."""
    keys = [f"k{number}" for number in range(4)]
    measures: list[dict[str, Any]] = [
        {"key": key, "title": key, "short": key, "unit": "件", "owner": draw(OWNERS)}
        for key in keys[: draw(st.integers(1, 4))]
    ]
    items: list[dict[str, Any]] = [{"key": key, "title": key} for key in keys[: draw(st.integers(1, 4))]]
    if draw(st.booleans()):
        items.append({"key": "sum", "title": "合计", "total_of": [item["key"] for item in items]})
    raw = deepcopy(shop().model_dump()) | {
        "lead": "u1",
        "narrative": [
            {"key": key, "title": key, "question": "？"} for key in keys[: draw(st.integers(0, 3))]
        ],
        "checks": [{"level": "soft", "rule": f"{measures[-1]['key']} <= 5", "says": "多"}],
        "jumps": [{"measure": measures[0]["key"], "factor": 2, "floor": 3}],
    }
    raw["grid"] |= {"items": items, "measures": measures}
    form, unit = Form.model_validate(raw), draw(OWNERS)
    addresses = part_of(form, unit).addresses
    returned = st.frozensets(st.sampled_from(addresses)) if addresses else st.nothing()
    return part_of(form, unit, draw(st.none() | returned))


@given(parts(), st.booleans(), st.data())
def test_answering_whatever_is_asked_reaches_the_summary(
    part: Part, by_cell: bool, data: st.DataObject
) -> None:
    numbers = st.integers(0, 40).map(str)
    bases = Bases(last_month={at: cell(data.draw(numbers)) for at in part.figures})
    answers: dict[str, Cell] = {}
    # Each figure is asked once at most, each row explained once, each narrative told once.
    most = len(part.figures) + len(part.items) + len(part.narratives)
    seen: list[Question] = []
    while (question := next_question(part, answers, bases, by_cell)) != SUMMARY:
        assert question not in seen
        seen.append(question)
        if question.kind is Kind.ROW:
            typed = " ".join(data.draw(numbers) for _ in part.of_item(question.target))
        else:
            typed = data.draw(numbers) if question.kind is Kind.CELL else "情况正常"
        answers |= read_answer(part, question, typed, answers)
    assert len(seen) <= most
    assert remaining(part, answers, by_cell) == 0
    assert all(answers[at].answered for at in part.open_addresses)
