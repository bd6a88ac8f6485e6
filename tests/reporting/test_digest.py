"""What a digest says, derived from one frozen snapshot."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, UNANSWERED, ZERO, Cell, figure
from forms.definition import Form
from forms.table import Bases, compute
from reporting.digest import SheetDigest, UnitReport, read_snapshot, snapshot_sheet
from reporting.states import Timeliness
from tests.forms.examples import amounts, raw_safety, rows, safety

SAFETY = safety()
ON_TIME, LATE = Timeliness.ON_TIME, Timeliness.LATE
MISSING, PENDING = Timeliness.MISSING, Timeliness.PENDING
JUNE = rows(SAFETY, industry="2 1 1 14.5 0", road="3 1 2 15.6 0", water="0 0 0 0 0", fire="4 0 1 6.5 0")


def unit(key: str, timeliness: Timeliness, help_text: str = "") -> UnitReport:
    return UnitReport(key, f"县{key}", timeliness, help_text, (("存在问题", help_text or "无"),))


UNITS = (unit("交警", ON_TIME, "路面急弯\n请公路段整治"), unit("港航", LATE), unit("消防", MISSING))


def digest(
    cells: dict[str, Cell] = JUNE,
    before: dict[str, Decimal] | None = None,
    last_year: dict[str, Decimal] | None = None,
    units: tuple[UnitReport, ...] = UNITS,
    form: Form = SAFETY,
) -> SheetDigest:
    bases = Bases(before or {}, last_year or {})
    return SheetDigest(
        form=form,
        period="2008-06",
        units=units,
        table=compute(form, cells, bases),
        signatory="钱某",
        signed_on="2008年7月5日",
        lead_signed=True,
    )


def frozen(
    cells: dict[str, Cell], bases: Bases, units: tuple[UnitReport, ...] = UNITS, *, lead_signed: bool = True
) -> dict[str, Any]:
    return snapshot_sheet(
        7, cells, bases, units, signatory="钱某", signed_on="2008年7月5日", lead_signed=lead_signed
    )


def worse(last_year: dict[str, Decimal], cells: dict[str, Cell] = JUNE, form: Form = SAFETY) -> list[str]:
    return [
        f"{one.item.key}.{one.measure.key}" for one in digest(cells, last_year=last_year, form=form).worse
    ]


def test_on_time_and_late_reports_are_filed_and_the_others_are_not() -> None:
    one = digest(units=(*UNITS, unit("安监", PENDING)))
    assert one.filed == 2
    assert [one.count(kind) for kind in (ON_TIME, LATE, MISSING, PENDING)] == [1, 1, 1, 1]
    assert one.count(MISSING, PENDING) == 2
    assert one.called(MISSING, PENDING) == ["县消防", "县安监"]


def test_problems_are_those_of_units_that_ask_for_help() -> None:
    assert [(one.called, one.help_text) for one in digest().problems] == [
        ("县交警", "路面急弯\n请公路段整治")
    ]


def headline(**changes: Any) -> list[str]:
    form = Form.model_validate(raw_safety() | changes)
    return [f"{item.key}.{measure.key}" for item, measure, _ in digest(form=form).headline]


def test_leaders_read_the_totals_first_or_what_the_form_names() -> None:
    assert headline() == [f"total.{measure}" for measure in SAFETY.measures]
    assert headline(headline=["road.deaths", "total.loss"]) == ["road.deaths", "total.loss"]


def test_rows_of_which_something_is_unanswered_are_missing() -> None:
    cells = JUNE | {"road.loss": UNANSWERED, "fire.deaths": NOT_MEASURED, "water.loss": NOT_APPLICABLE}
    assert [item.key for item in digest(cells).missing_items] == ["road"]
    without_road = {at: cell for at, cell in JUNE.items() if not at.startswith("road.")}
    assert [item.key for item in digest(without_road).missing_items] == ["road"]
    assert digest().missing_items == []


def test_the_greatest_rise_comes_first_and_something_from_nothing_last() -> None:
    # June alone: road accidents 3 to 2 (+50%), industry deaths 1 to 0 (no base),
    # fire losses 6.5 to 5 (+30%), road losses 15.6 to 6 (+160%), industry losses 14.5 to 20 (a fall)
    last_year = amounts(SAFETY, industry="2 0 1 20 0", road="2 1 2 6 0", water="0 0 0 0 0", fire="4 0 1 5 0")
    assert worse(last_year) == ["road.loss", "road.accidents", "fire.loss", "industry.deaths"]


def test_totals_are_not_named_among_what_got_worse() -> None:
    last_year = {at: Decimal(0) for at in JUNE}
    assert not [at for at in worse(last_year) if at.startswith("total.")]


def test_without_a_base_or_with_a_part_missing_nothing_is_called_worse() -> None:
    assert worse({}) == []
    last_year = {"road.accidents": Decimal(1)}
    assert worse(last_year) == ["road.accidents"]
    assert worse(last_year, JUNE | {"road.accidents": NOT_MEASURED}) == []
    assert worse(last_year, JUNE | {"road.accidents": UNANSWERED}) == []


@pytest.mark.parametrize(
    ("direction", "then", "is_worse"),
    [
        ("lower", 2, True),
        ("lower", 3, False),
        ("lower", 4, False),
        ("lower", 0, True),
        ("higher", 2, False),
        ("higher", 3, False),
        ("higher", 4, True),
        ("higher", 0, False),
        ("none", 2, False),
        ("none", 4, False),
    ],
)
def test_worse_is_what_moved_against_its_measures_direction(
    direction: str, then: int, is_worse: bool
) -> None:
    raw = raw_safety()
    raw["grid"]["measures"][0]["direction"] = direction
    form = Form.model_validate(raw)
    found = worse({"road.accidents": Decimal(then)}, form=form)  # 3 this year
    assert found == (["road.accidents"] if is_worse else [])


@pytest.mark.parametrize(
    ("direction", "target", "is_behind"),
    [
        *(("lower", 2, True), ("lower", 3, False), ("lower", 4, False)),
        *(("higher", 2, False), ("higher", 3, False), ("higher", 4, True)),
        *(("none", 2, False), ("none", 4, False)),
    ],
)
def test_in_a_form_of_targets_what_misses_its_target_is_behind(
    direction: str, target: int, is_behind: bool
) -> None:
    raw = raw_safety()
    raw["grid"]["facets"] = raw["grid"]["facets"][:1]  # 当月 alone: nothing is compared with last year
    raw["grid"]["measures"][0]["direction"] = direction
    form, bases = Form.model_validate(raw), Bases(targets={"road.accidents": Decimal(target)})
    one = replace(digest(form=form), table=compute(form, JUNE, bases))  # 3 accidents
    assert [measure.key for measure, _ in one.behind] == (["accidents"] if is_behind else [])
    assert one.worse == []


def test_a_form_that_is_compared_with_last_year_has_no_targets_to_miss() -> None:
    bases = Bases(targets={"road.accidents": Decimal(0)})
    assert replace(digest(), table=compute(SAFETY, JUNE, bases)).behind == []


def test_a_snapshot_holds_typed_figures_and_bases_and_nothing_derived() -> None:
    snapshot = frozen(
        {"road.loss": figure(Decimal("15.60")), "road.deaths": ZERO, "road.injured": NOT_APPLICABLE},
        Bases(before={"road.loss": Decimal("58.4")}, last_year={"road.loss": Decimal(76)}),
    )
    assert snapshot["figures"] == {
        "road.deaths": ["zero", None],
        "road.injured": ["not_applicable", None],
        "road.loss": ["value", "15.60"],
    }
    assert (snapshot["before"], snapshot["last_year"]) == ({"road.loss": "58.4"}, {"road.loss": "76"})
    assert "change" not in json.dumps(snapshot)


def test_the_same_facts_in_another_order_freeze_to_the_same_text() -> None:
    bases = Bases(before={"road.loss": Decimal(1), "fire.loss": Decimal(2)})
    turned = Bases(before={"fire.loss": Decimal(2), "road.loss": Decimal(1)})
    backwards = dict(reversed(JUNE.items()))
    assert json.dumps(frozen(JUNE, bases)) == json.dumps(frozen(backwards, turned))


STATES = st.sampled_from([ZERO, NOT_APPLICABLE, NOT_MEASURED, UNANSWERED])
AMOUNTS = st.decimals(0, 10**29, places=2)
FIGURES = st.dictionaries(st.sampled_from(sorted(JUNE)), st.one_of(AMOUNTS.map(figure), STATES))
GAPS = st.frozensets(st.sampled_from(sorted(JUNE)))
KNOWN = st.dictionaries(st.sampled_from(sorted(JUNE)), AMOUNTS)
REPORTS = st.builds(
    UnitReport,
    st.text(max_size=10),
    st.text(max_size=10),
    st.sampled_from(Timeliness),
    st.text(max_size=30),
    st.lists(st.tuples(st.text(max_size=10), st.text(max_size=30)), max_size=3).map(tuple),
)


@given(FIGURES, KNOWN, KNOWN, KNOWN, GAPS, st.lists(REPORTS, max_size=4).map(tuple), st.booleans())
def test_a_digest_read_from_its_json_equals_the_one_that_was_frozen(
    cells: dict[str, Cell],
    before: dict[str, Decimal],
    last_year: dict[str, Decimal],
    targets: dict[str, Decimal],
    gaps: frozenset[str],
    units: tuple[UnitReport, ...],
    lead_signed: bool,
) -> None:
    bases = Bases(before, last_year, gaps=gaps, targets=targets)
    snapshot = {"period": "2008-06", "sheets": [frozen(cells, bases, units, lead_signed=lead_signed)]}
    [found] = read_snapshot(json.loads(json.dumps(snapshot)), {7: SAFETY})
    assert found == SheetDigest(
        form=SAFETY,
        period="2008-06",
        units=units,
        table=compute(SAFETY, cells, bases),
        signatory="钱某",
        signed_on="2008年7月5日",
        lead_signed=lead_signed,
    )
