"""The five states of a cell, and what enters a sum."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.cells import (
    NOT_APPLICABLE,
    NOT_MEASURED,
    UNANSWERED,
    ZERO,
    Cell,
    State,
    Sum,
    add,
    figure,
    narrative,
)

FIGURES = st.decimals(-(10**29), 10**29, places=6).map(figure)
CELLS = st.one_of(FIGURES, st.sampled_from([ZERO, NOT_APPLICABLE, NOT_MEASURED, UNANSWERED]))


def value(number: str) -> Cell:
    return figure(Decimal(number))


def test_there_are_five_states() -> None:
    assert [str(state) for state in State] == [
        "value",
        "zero",
        "not_applicable",
        "not_measured",
        "unanswered",
    ]


@pytest.mark.parametrize("number", ["0", "0.00", "-0", "0E+3"])
def test_every_spelling_of_zero_is_the_state_zero(number: str) -> None:
    assert value(number) == ZERO
    assert value(number).amount == 0


def test_a_value_carries_its_amount_and_the_states_without_content_carry_none() -> None:
    assert value("15.6").amount == Decimal("15.6")
    assert [one.amount for one in (NOT_APPLICABLE, NOT_MEASURED, UNANSWERED)] == [None, None, None]


def test_only_an_unanswered_cell_is_not_answered() -> None:
    states = [value("1"), ZERO, NOT_APPLICABLE, NOT_MEASURED, UNANSWERED]
    assert [one.answered for one in states] == [True, True, True, True, False]


def test_an_explicit_nothing_in_a_narrative_is_a_zero_without_text() -> None:
    assert narrative(None) == ZERO
    assert narrative("正常") == Cell(State.VALUE, text="正常")
    assert narrative("正常").amount is None


def test_values_and_zeros_enter_a_sum() -> None:
    assert add([value("3"), ZERO, value("15.6")]) == Sum(Decimal("18.6"), complete=True)  # 3 + 0 + 15.6


def test_not_applicable_leaves_a_sum_without_harm() -> None:
    assert add([value("3"), NOT_APPLICABLE]) == Sum(Decimal(3), complete=True)


@pytest.mark.parametrize("missing", [NOT_MEASURED, UNANSWERED])
def test_what_is_not_measured_or_not_answered_makes_a_sum_incomplete(missing: Cell) -> None:
    assert add([value("3"), missing]) == Sum(Decimal(3), complete=False)
    assert add([missing]) == Sum(None, complete=False)


def test_zeros_alone_sum_to_zero_and_nothing_alone_sums_to_nothing() -> None:
    assert add([ZERO, ZERO]) == Sum(Decimal(0), complete=True)
    assert add([]) == Sum(None, complete=True)
    assert add([NOT_APPLICABLE, NOT_APPLICABLE]) == Sum(None, complete=True)


def test_a_sum_of_the_longest_figures_is_exact() -> None:
    # 30 digits may be typed: 10^29 + 0.01 + 0.01 has 32, four more than Python's usual context keeps.
    parts = [value(str(10**29)), value("0.01"), value("0.01")]
    assert add(parts).amount == Decimal("100000000000000000000000000000.02")


@given(st.lists(CELLS, max_size=8), st.randoms())
def test_the_order_of_the_parts_does_not_matter(cells: list[Cell], luck: object) -> None:
    shuffled = list(cells)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    assert add(shuffled) == add(cells)


@given(st.lists(CELLS, max_size=8), st.lists(CELLS, max_size=8))
def test_the_sum_of_two_groups_is_the_sum_of_their_sums(one: list[Cell], other: list[Cell]) -> None:
    both, first, second = add(one + other), add(one), add(other)
    assert both.complete == (first.complete and second.complete)
    amounts = [part.amount for part in (first, second) if part.amount is not None]
    with localcontext(prec=120):
        assert both.amount == (sum(amounts, Decimal(0)) if amounts else None)


@given(st.lists(CELLS, max_size=8), st.integers(0, 8))
def test_a_not_applicable_part_changes_nothing_wherever_it_stands(cells: list[Cell], place: int) -> None:
    assert add([*cells[:place], NOT_APPLICABLE, *cells[place:]]) == add(cells)
