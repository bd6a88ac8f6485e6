"""Which earlier figures may be loaded, and which a published digest stands on."""

from __future__ import annotations

import pytest

from forms.definition import Form
from reporting.history import Slot, may_hold, parse_slot, rows, slots, used_by
from reporting.period import Period, parse_period
from tests.forms.examples import pollution, raw_safety, safety

JUNE = Period(2008, 6)


def named(form: Form, year: int, first: Period = JUNE) -> list[str]:
    return [str(slot) for slot in slots(form, first, year)]


def test_a_programme_that_begins_in_june_needs_the_opening_and_last_years_months() -> None:
    months = [f"month:2007-{month:02d}" for month in range(1, 13)]
    assert named(safety(), 2008) == ["cumulative:2008-05", "month:2008-05", *months]


def test_the_year_after_only_what_was_not_reported_here_is_loaded() -> None:
    assert named(safety(), 2009) == [f"month:2008-{month:02d}" for month in range(1, 6)]


def test_a_programme_that_begins_in_january_has_no_opening_balance() -> None:
    assert named(safety(), 2008, Period(2008, 1)) == [f"month:2007-{month:02d}" for month in range(1, 13)]


def test_a_quarterly_form_has_quarters() -> None:
    form = Form.model_validate(raw_safety() | {"every": "quarter"})
    assert named(form, 2008) == [
        "cumulative:2008-03",
        "month:2008-03",
        *(f"month:2007-{m}" for m in ("03", "06", "09", "12")),
    ]


def test_targets_stand_where_the_form_prints_them_and_totals_may_have_one() -> None:
    raw = pollution().model_dump(mode="json")
    raw["grid"]["facets"] = [{"kind": "target", "title": "目标"}, {"kind": "month", "title": "当月"}]
    form = Form.model_validate(raw)
    target, month = Slot("target", Period(2008, 1)), Slot("month", Period(2007, 1))
    assert target in slots(form, JUNE, 2008)
    assert may_hold(form, "both.all", target)
    assert not may_hold(form, "both.all", month)
    assert "both.all" in rows(form, [target])
    assert "both.all" not in rows(pollution(), [month])


@pytest.mark.parametrize(
    ("slot", "published", "used"),
    [
        ("cumulative:2008-05", ["2008-07", "2008-06"], "2008-06"),
        ("cumulative:2008-05", [], None),
        ("month:2007-06", ["2008-06"], "2008-06"),
        ("month:2007-07", ["2008-06"], None),
        ("month:2007-07", ["2008-06", "2008-07", "2008-08"], "2008-07"),
        ("month:2008-05", ["2009-01"], None),
        ("month:2008-05", ["2009-05"], "2009-05"),
        ("target:2008-01", ["2008-06"], "2008-06"),
        ("target:2008-01", ["2009-01"], None),
    ],
)
def test_what_a_published_digest_stands_on(slot: str, published: list[str], used: str | None) -> None:
    assert used_by(parse_slot(slot), published) == (None if used is None else parse_period(used))


@pytest.mark.parametrize("text", ["", "month", "year:2008-01", "month:2008-13", "month:"])
def test_what_is_no_slot_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not"):
        parse_slot(text)
