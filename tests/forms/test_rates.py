"""Rates, targets and their distance: computed from two figures, never typed and never summed."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

import pytest
from pydantic import ValidationError

from forms.cells import NOT_APPLICABLE, UNANSWERED, figure
from forms.definition import Form
from forms.table import Bases, ChangeKind, compute
from tests.forms.examples import POLLUTION, pollution, rows

RATE = {"key": "rate", "title": "COD占比", "short": "COD占比", "unit": "%", "ratio_of": ["cod", "all"]}


def with_rate(**changes: object) -> Form:
    raw = deepcopy(POLLUTION)
    raw["grid"]["measures"].append(RATE | changes)
    return Form.model_validate(raw)


def test_a_rate_is_computed_in_every_row_and_never_summed() -> None:
    form = with_rate()
    table = compute(form, rows(form, plant="10 2.5", mill="1 5"), Bases())
    # 10/12.5 = 80%; 1/6 = 16.67%; the total 11/18.5 = 59.46%, not the mean of 80 and 16.7
    rates = [table[item, "rate"].month for item in ("plant", "mill", "both")]
    assert rates == [figure(Decimal(number)) for number in ("80.0", "16.7", "59.5")]


def test_a_rates_cumulative_is_the_rate_of_the_cumulative_figures() -> None:
    form = with_rate()
    before = {"plant.cod": Decimal(30), "plant.so2": Decimal("7.5")}
    table = compute(form, rows(form, plant="10 2.5", mill="0 0"), Bases(before))
    assert table["plant", "rate"].cumulative == 80  # (30 + 10) / (37.5 + 12.5)
    assert table["plant", "rate"].change.kind is ChangeKind.NO_BASE


def test_a_rate_of_nothing_does_not_apply_and_of_what_is_missing_is_missing() -> None:
    form = with_rate()
    table = compute(form, rows(form, plant="0 0", mill="1 未填"), Bases())
    assert table["plant", "rate"].month == NOT_APPLICABLE
    assert compute(form, {}, Bases())["plant", "rate"].month == UNANSWERED
    assert not table["mill", "rate"].complete


def test_the_greatest_rate_that_can_be_typed_is_still_computed() -> None:
    form = with_rate(ratio_of=["cod", "so2"])
    table = compute(form, rows(form, plant=f"{10**29} 0.01"), Bases())
    assert table["plant", "rate"].month.amount == 10**33  # 10^29 / 0.01 × 100


def test_a_rate_is_not_typed() -> None:
    assert with_rate().typed_cells == pollution().typed_cells


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"ratio_of": ["cod", "trees"]}, "unknown keys: trees"),
        ({"ratio_of": ["cod", "rate"]}, "no total or rate itself: rate"),
        ({"total_of": ["cod", "so2"]}, "no total or rate itself: rate"),
        ({"ratio_of": ["cod"]}, "ratio_of"),
    ],
)
def test_a_rate_of_anything_but_two_figures_is_refused(changes: dict[str, object], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        with_rate(**changes)


def test_a_rate_is_neither_summed_nor_owned_nor_checked() -> None:
    for place, what, named in (
        (
            "measures",
            {"key": "sum", "title": "和", "short": "和", "unit": "%", "total_of": ["rate"]},
            "computed keys",
        ),
        ("owners", {"item": "plant", "measure": "rate", "owner": "x"}, "computed cell"),
    ):
        raw = deepcopy(POLLUTION)
        raw["grid"]["measures"].append(RATE)
        raw["grid"].setdefault(place, []).append(what)
        with pytest.raises(ValidationError, match=named):
            Form.model_validate(raw)
    raw = with_rate().model_dump() | {"checks": [{"level": "hard", "rule": "rate <= 100", "says": "过百"}]}
    with pytest.raises(ValidationError, match="computed measures: rate"):
        Form.model_validate(raw)


def test_a_target_is_summed_like_its_figures_unless_the_total_has_its_own() -> None:
    form = pollution()
    cells = rows(form, plant="10 2.5", mill="4 0")
    targets = {"plant.cod": Decimal(9), "mill.cod": Decimal("4.5")}
    table = compute(form, cells, Bases(targets=targets))
    assert table["both", "cod"].target == Decimal("13.5")  # 9 + 4.5
    assert table["plant", "cod"].distance == 1  # 10 − 9
    assert table["mill", "cod"].distance == Decimal("-0.5")  # 4 − 4.5
    assert (table["plant", "so2"].target, table["plant", "so2"].distance) == (None, None)
    assert table["both", "all"].target is None  # not every part has one
    own = compute(form, cells, Bases(targets=targets | {"both.cod": Decimal(14)}))
    assert (own["both", "cod"].target, own["both", "cod"].distance) == (14, 0)


def test_a_headline_of_an_unknown_cell_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"unknown cells: plant\.trees"):
        Form.model_validate(deepcopy(POLLUTION) | {"headline": ["plant.cod", "plant.trees"]})
