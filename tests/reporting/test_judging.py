"""滞后 and 严控指标, judged only from thresholds that somebody has set."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.progress import Progress
from forms.table import Bases, compute
from reporting.circular import Circular
from reporting.digest import SheetDigest
from reporting.edition import Edition
from reporting.judging import Colour, colour_of, judge, judged
from tests.forms.examples import rows, safety

SAFETY = safety()
JUNE = rows(SAFETY, industry="2 1 1 14.5 0", road="3 1 2 15.6 0", water="0 0 0 0 0", fire="4 0 1 6.5 0")
LIMITS = {"yellow": "5", "red": "10"}
deviations = st.decimals(-100, 100, places=1)


def caps(period: str = "2008-06", **targets: str) -> SheetDigest:
    """Five deaths on the roads by May; ``targets`` are ceilings of the year by row."""
    bases = Bases(
        before={"road.deaths": Decimal(5)},
        targets={f"{row}.deaths": Decimal(number) for row, number in targets.items()},
        month=int(period[-2:]),
    )
    return SheetDigest(SAFETY, period, (), compute(SAFETY, JUNE, bases), "", "", lead_signed=True)


def project(deviation: str, period: str = "2008-06") -> SheetDigest:
    """One project, so many percentage points ahead of its schedule."""
    one = Progress(*[None] * 6, Decimal(deviation), *[None] * 3, begun=True)
    found = compute(SAFETY, JUNE, Bases(month=6))
    return SheetDigest(SAFETY, period, (), found, "", "", lead_signed=True, standings={"road": one})


@pytest.mark.parametrize(
    ("deviation", "colour"),
    [
        ("0", Colour.GREEN),
        ("-4.9", Colour.GREEN),
        ("-5", Colour.YELLOW),
        ("-9.9", Colour.YELLOW),
        ("-10", Colour.RED),
        ("20", Colour.GREEN),
    ],
)
def test_a_threshold_is_reached_at_its_own_figure(deviation: str, colour: Colour) -> None:
    assert colour_of(Decimal(deviation), LIMITS) is colour


@given(deviations, deviations)
def test_who_is_further_behind_is_never_judged_better(one: Decimal, other: Decimal) -> None:
    order = [Colour.GREEN, Colour.YELLOW, Colour.RED]
    worse, better = sorted((one, other))
    ranks = [order.index(found) for of in (worse, better) if (found := colour_of(of, LIMITS)) is not None]
    assert ranks[0] >= ranks[1]


@pytest.mark.parametrize("was", [Colour.RED, Colour.YELLOW])
def test_what_is_made_up_late_is_yellow_for_a_period_and_then_green(was: Colour) -> None:
    assert judged(Colour.GREEN, was) == (Colour.YELLOW, True)
    assert judged(Colour.GREEN, Colour.GREEN) == (Colour.GREEN, False)
    assert judged(Colour.RED, was) == (Colour.RED, False)
    assert judged(Colour.GREEN, None) == (Colour.GREEN, False)


def test_a_project_that_caught_up_is_yellow_in_the_month_in_which_it_did() -> None:
    (behind,) = judge(project("-12", "2008-05"), None, LIMITS)
    assert (behind.colour, behind.made_up) == (Colour.RED, False)
    (caught_up,) = judge(project("1"), project("-12", "2008-05"), LIMITS)
    assert (caught_up.colour, caught_up.made_up) == (Colour.YELLOW, True)
    assert list(judge(project("2", "2008-07"), project("1"), LIMITS)) == []


def test_a_ceiling_is_used_up_too_fast_or_breached() -> None:
    # 5 + 1 = 6 deaths; half of the year has gone. 6/10 = 60 %: ten points too many; 6/11 = 54.5 %: 4.5 points.
    (found,) = judge(caps(road="10"), None, LIMITS)
    assert (found.colour, found.deviation) == (Colour.RED, Decimal("-10.0"))
    assert list(judge(caps(road="11"), None, LIMITS)) == []
    # Nothing has run up by December that 6 of 6 were too many; 6 of 5 are, whatever the thresholds say.
    assert list(judge(caps("2008-12", road="6"), None, LIMITS)) == []
    (breached,) = judge(caps("2008-12", road="5"), None, {"yellow": "90"})
    assert breached.colour is Colour.RED
    assert breached.against is not None
    assert breached.against.breached


def test_where_no_threshold_is_set_nobody_is_judged() -> None:
    sheets = (caps("2008-12", road="5"),)
    assert Circular(Edition("", "", "2008-12", sheets)).verdicts == []
    set_ = Circular(Edition("", "", "2008-12", sheets, thresholds={"safety": LIMITS}))
    assert [one.key for one in set_.verdicts] == ["safety.road.deaths"]
