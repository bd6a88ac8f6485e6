"""Soft checks: what is doubted in a unit's part, and what does not meet over a whole sheet."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, UNANSWERED, Cell, figure, narrative
from forms.checks import Doubt, Finding, Unusual, doubts, findings, refuse_contradictions
from forms.definition import Form
from forms.problems import Refused
from forms.questions import Kind, Question, next_question, part_of
from forms.table import Bases
from tests.forms.examples import POLLUTION, SHOP, amounts, pollution, rows, shop

SUM = {"level": "soft", "scope": "sheet", "rule": "plant.cod == mill.cod + mill.so2", "says": "两边应相等"}
ROW_SUM = {"level": "soft", "scope": "sheet", "rule": "cod == so2", "says": "应相等"}
WITHIN = {"level": "hard", "rule": "mill.cod <= both.so2", "says": "其中不能多于总数"}
TEXT = "全镇12家重点企业完成清洁生产审核"


def checked(*checks: dict[str, Any], **changes: Any) -> Form:
    return Form.model_validate(deepcopy(POLLUTION) | {"checks": list(checks)} | changes)


def jumping(against: str) -> Form:
    jump = {"measure": "cod", "factor": 2, "floor": 3, "against": against}
    return checked(jumps=[jump])


def told_shop() -> Form:
    return shop(checks=[])


# Far from an earlier figure


@pytest.mark.parametrize(
    ("now", "before", "far"),
    [
        ("10", "10", False),
        ("20", "10", False),
        ("21", "10", True),
        ("4", "10", True),
        ("3", "1", False),
        ("9", "0", True),
    ],
)
def test_a_figure_far_from_last_years_same_month_is_doubted(now: str, before: str, far: bool) -> None:
    bases = Bases(same_month=rows(jumping("last_year"), plant=f"{before} 0"))
    found = doubts(jumping("last_year"), "plant", rows(pollution(), plant=f"{now} 0"), bases)
    expected = Doubt(
        "plant", Unusual.FAR_FROM_LAST_YEAR, measure="cod", now=Decimal(now), before=Decimal(before)
    )
    assert found == ([expected] if far else [])


def test_last_month_and_last_year_are_not_taken_for_each_other() -> None:
    answers = rows(pollution(), plant="50 0")
    last_month = Bases(last_month=rows(pollution(), plant="10 0"))
    assert doubts(jumping("last_year"), "plant", answers, last_month) == []
    assert [one.kind for one in doubts(jumping("last_month"), "plant", answers, last_month)] == ["last_month"]


# A cumulative figure that falls


def with_corrections() -> Form:
    raw = deepcopy(POLLUTION)
    for measure in raw["grid"]["measures"][:2]:
        measure["minimum"] = -100
    return Form.model_validate(raw)


def test_a_negative_correction_makes_the_cumulative_figure_fall_and_is_doubted() -> None:
    form = with_corrections()
    bases = Bases(before=amounts(form, plant="16 3"))
    assert doubts(form, "plant", rows(form, plant="-2.5 1"), bases) == [
        Doubt("plant", Unusual.FALLING, measure="cod", now=Decimal("13.5"), before=Decimal(16))
    ]


def test_where_no_cumulative_figure_is_printed_none_falls() -> None:
    raw = deepcopy(POLLUTION)
    raw["grid"]["measures"][0]["minimum"] = -100
    raw["grid"]["facets"] = [{"kind": "month", "title": "本期"}]
    form = Form.model_validate(raw)
    assert doubts(form, "plant", rows(form, plant="-2 1"), Bases()) == []


# Rules between rows


def test_a_rule_between_rows_refuses_the_row_that_breaks_it() -> None:
    form = checked(WITHIN)
    refuse_contradictions(form, "mill", rows(form, mill="5 1"))  # the plant's figure is not there yet
    refuse_contradictions(form, "plant", rows(form, plant="1 4", mill="5 1"))  # 5 <= 4 + 1
    with pytest.raises(Refused, match="check"):
        refuse_contradictions(form, "plant", rows(form, plant="1 3", mill="5 1"))


def test_a_soft_rule_between_rows_is_asked_about_once_in_its_first_row() -> None:
    form = checked(WITHIN | {"level": "soft"})
    answers = rows(form, plant="1 3", mill="5 1")
    assert doubts(form, "plant", answers, Bases()) == []
    assert doubts(form, "mill", answers, Bases()) == [Doubt("mill", Unusual.RULE, says="其中不能多于总数")]


@pytest.mark.parametrize(
    ("check", "named"),
    [
        (SUM | {"level": "hard"}, "a rule on the sheet is soft"),
        (WITHIN | {"rule": "mill.cod <= so2"}, "either measures or whole addresses"),
        (WITHIN | {"rule": "mill.cod <= tree.so2"}, r"unknown or computed measures: tree\.so2"),
        (WITHIN | {"rule": "mill.cod <= mill.all"}, r"unknown or computed measures: mill\.all"),
    ],
)
def test_a_check_that_cannot_be_meant_is_refused(check: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        checked(check)


# Sums over a whole sheet


def cells(**changes: Cell) -> dict[str, Cell]:
    found = rows(pollution(), plant="5 0", mill="3 2")
    return found | {at.replace("__", "."): cell for at, cell in changes.items()}


def test_a_sum_that_meets_is_no_finding() -> None:
    assert findings(checked(SUM), cells(), Bases()) == []


def test_a_sum_that_does_not_meet_names_both_sides() -> None:
    found = findings(checked(SUM), cells(mill__so2=figure(Decimal("2.5"))), Bases())
    assert found == [Finding("plant", "两边应相等", Decimal(5), Decimal("5.5"))]


@pytest.mark.parametrize("gone", [UNANSWERED, NOT_MEASURED])
def test_a_missing_part_makes_a_sum_not_comparable_and_never_an_error(gone: Cell) -> None:
    found = findings(checked(SUM), cells(mill__so2=gone), Bases())
    assert found == [Finding("plant", "两边应相等", missing=("mill.so2",))]


def test_what_does_not_apply_is_left_out_of_a_sum_without_harm() -> None:
    assert (
        findings(checked(SUM), cells(mill__so2=NOT_APPLICABLE, mill__cod=figure(Decimal(5))), Bases()) == []
    )


def test_before_anything_is_filed_there_is_nothing_to_compare() -> None:
    assert findings(checked(SUM, ROW_SUM), {}, Bases()) == []


def test_a_rule_on_columns_holds_in_every_row_but_the_totals() -> None:
    found = findings(checked(ROW_SUM), rows(pollution(), plant="5 0", mill="3 2"), Bases())
    assert [(one.item, one.left, one.right) for one in found] == [("plant", 5, 0), ("mill", 3, 2)]


def test_a_total_whose_own_target_is_not_that_of_its_parts_is_found() -> None:
    targets = {"plant.cod": Decimal(9), "mill.cod": Decimal(4), "both.cod": Decimal(14)}
    assert findings(pollution(), {}, Bases(targets=targets)) == [
        Finding("both", "", Decimal(14), Decimal(13))
    ]
    assert findings(pollution(), {}, Bases(targets=targets | {"both.cod": Decimal(13)})) == []
    del targets["mill.cod"]
    assert findings(pollution(), {}, Bases(targets=targets)) == []


def test_only_the_lead_unit_is_asked_about_a_sum_and_only_when_it_can_be_compared() -> None:
    form = checked(ROW_SUM)
    mine = rows(form, plant="5 0")
    assert doubts(form, "plant", mine, Bases()) == []
    assert [one.kind for one in doubts(form, "plant", mine, Bases(elsewhere={}))] == [Unusual.SUM]
    whole = checked(SUM)
    assert doubts(whole, "plant", mine, Bases(elsewhere={})) == []
    others = rows(whole, mill="3 1")
    assert [(one.now, one.before) for one in doubts(whole, "plant", mine, Bases(elsewhere=others))] == [
        (5, 4)
    ]


# Narratives


def test_copied_narratives_are_asked_about_once_at_the_end() -> None:
    form = Form.model_validate(
        deepcopy(SHOP)
        | {
            "checks": [],
            "narrative": [
                {"key": "plan", "title": "计划", "question": "计划如何？"},
                {"key": "done", "title": "进展", "question": "进展如何？"},
            ],
        }
    )
    part = part_of(form, "trade")
    answers = rows(form, town="3 1") | {"narrative.plan": narrative(TEXT), "narrative.done": narrative(TEXT)}
    bases = Bases(told={"trade": {"narrative.plan": narrative(TEXT), "narrative.done": narrative(TEXT)}})
    asked = next_question(part, answers, bases.of_unit("trade"), by_cell=False)
    assert asked == Question(Kind.REASON, "narrative")
    assert [one.measure for one in doubts(form, "narrative", answers, bases.of_unit("trade"))] == [
        "plan",
        "done",
    ]
    explained = answers | {"reason.narrative": narrative("进展缓慢，情况未变")}
    assert next_question(part, explained, bases.of_unit("trade"), by_cell=False).kind is Kind.SUMMARY


def test_another_units_text_of_last_month_is_not_ones_own() -> None:
    form = told_shop()
    answers = rows(form, town="3 1") | {"narrative.plan": narrative(TEXT)}
    bases = Bases(told={"other": {"narrative.plan": narrative(TEXT)}})
    assert doubts(form, "narrative", answers, bases.of_unit("trade")) == []


def test_nothing_is_never_copied() -> None:
    form = told_shop()
    answers = {"narrative.plan": narrative(None)}
    assert doubts(form, "narrative", answers, Bases(last_month=answers)) == []
