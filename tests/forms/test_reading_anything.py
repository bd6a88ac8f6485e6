"""Whatever is typed is read as exactly that, or refused: properties over any text at all."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.cells import Cell, State, figure
from forms.problems import Refused
from forms.questions import Kind, Part, Question, sequence
from forms.reading import read_answer
from tests.forms.examples import county_form, part, row, safety, shop

SAFETY = safety()
ROAD = part("traffic_police")
TRADE = part("trade", shop())
COUNTY = (
    (part("keyi_leather", county_form("energy")), "done"),
    (part("economy", county_form("energy")), "done"),
    (part("environment", county_form("emissions")), "cod"),
    (part("crime_squad", county_form("order")), "violent"),
)
QUESTIONS = [
    (of, question)
    for of, item in ((ROAD, "road"), (TRADE, "town"), *COUNTY[::3])
    for question in dict.fromkeys(
        (*sequence(of, by_cell=False), *sequence(of, by_cell=True), Question(Kind.REASON, item))
    )
]
PIECES = st.sampled_from(
    [
        *[
            "0",
            "3",
            "1,200",
            "15.6",
            "-1",
            "无",
            "=",
            "不适用",
            "未统计",
            "三万",
            "万元",
            "人",
            "。",
            "，",
            ",",
            "、",
            "<b>",
            "{{7*7}}",
            "=HYPERLINK(",
            "1e309",
            "²",
            "٣",
            "½",
        ],
        *(" ", "\n", "\u202e", "\u200b", "\x00", "\ud800"),
    ]
)
ANYTHING = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map("".join))
SHOWN = row(SAFETY, "road", "4 1 3 12.4 0")
WHOLE = st.integers(0, 100_000)


@pytest.mark.parametrize(
    ("of", "question"), QUESTIONS, ids=lambda one: str(one) if isinstance(one, Question) else ""
)
@given(text=ANYTHING)
def test_any_text_is_read_or_refused_and_never_fails_otherwise(
    of: Part, question: Question, text: str
) -> None:
    try:
        cells = read_answer(of, question, text, SHOWN)
    except Refused:
        return
    expected = _may_answer(of, question)
    assert set(cells) in expected
    for at, cell in cells.items():
        assert cell.answered
        if at in of.figures:
            _is_a_figure_in_bounds(of, at, cell)
        else:
            assert cell.text is None or cell.text.strip()


def _may_answer(of: Part, question: Question) -> list[set[str]]:
    """A row answers all its cells, a reason itself or the row again, everything else itself."""
    if question.kind is Kind.ROW:
        return [set(of.of_item(question.target))]
    if question.kind is Kind.REASON:
        return [{f"reason.{question.target}"}, set(of.of_item(question.target))]
    return [{question.target}]


def _is_a_figure_in_bounds(of: Part, at: str, cell: Cell) -> None:
    measure = of.form.measures[at.partition(".")[2]]
    assert cell.text is None
    assert (cell.amount is None) == (cell.state in (State.NOT_APPLICABLE, State.NOT_MEASURED))
    if cell.amount is not None:
        assert cell.amount.is_finite()
        assert measure.minimum is not None
        assert cell.amount >= measure.minimum
        assert -int(cell.amount.as_tuple().exponent) <= measure.decimals


@given(
    st.integers(1, 100_000),
    WHOLE,
    WHOLE,
    st.decimals(0, 10**8, places=2),
    st.sampled_from([" ", "、", "\n", "；"]),
)
def test_a_row_typed_in_plain_figures_is_stored_as_exactly_these(
    accidents: int, deaths: int, injured: int, loss: Decimal, between: str
) -> None:
    typed = between.join([str(accidents), str(deaths), str(injured), f"{loss:f}", "0"])
    numbers = [Decimal(accidents), Decimal(deaths), Decimal(injured), loss, Decimal(0)]
    assert read_answer(ROAD, Question(Kind.ROW, "road"), typed, {}) == {
        at: figure(number) for at, number in zip(ROAD.figures, numbers, strict=True)
    }


@given(st.integers(0, 10**30 - 1))
def test_a_figure_without_a_maximum_keeps_every_digit(number: int) -> None:
    cells = read_answer(TRADE, Question(Kind.CELL, "town.opened"), str(number), {})
    assert cells["town.opened"].amount == number
    assert f"{cells['town.opened'].amount:f}" == str(number)


NUMBERLIKE = st.text("0123456789０５.．,，+-－负 吨标准煤千瓦时万元/%人起。", min_size=1, max_size=14)


def _significant(digits: str) -> str:
    return digits.strip("0")


@pytest.mark.parametrize("of", [of for of, _ in COUNTY], ids=lambda of: of.form.key)
@given(data=st.data(), text=NUMBERLIKE)
def test_a_figure_is_the_typed_one_or_refused_never_another(of: Part, data: st.DataObject, text: str) -> None:
    """The digits and the sign are the typed ones; only a multiple (3千, 2万吨) moves the point."""
    at = data.draw(st.sampled_from(of.figures))
    try:
        cell = read_answer(of, Question(Kind.CELL, at), text, {})[at]
    except Refused:
        return
    plain = unicodedata.normalize("NFKC", text)
    amount = cell.amount
    assert amount is not None
    assert _significant(re.sub(r"\D", "", f"{amount:f}")) == _significant(re.sub(r"\D", "", plain))
    assert (amount < 0) == (bool(amount) and ("-" in plain or "负" in plain))
    unit = of.form.measures[at.partition(".")[2]].unit
    if not set("万千").intersection(plain.replace(unit, "")):
        assert amount == Decimal(re.sub(r"[^0-9.]", "", plain).strip(".")) * (-1 if amount < 0 else 1)
