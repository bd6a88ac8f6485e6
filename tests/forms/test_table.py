"""累计, 同比 and 合计 against figures calculated by hand."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, UNANSWERED, ZERO, Cell, State, add, figure
from forms.table import Bases, Change, ChangeKind, Series, Table, compare, compute, compute_row, nil_row
from tests.forms.examples import amounts, loaded, pollution, rows, safety

SAFETY = safety()
POLLUTION = pollution()
BASES = loaded(SAFETY)
JUNE = {"industry": "2 1 1 14.5 0", "road": "3 1 2 15.6 0", "water": "0 0 0 0 0", "fire": "4 0 1 6.5 0"}
FLAT, NO_BASE, NOT_COMPARABLE = (
    Change(kind) for kind in (ChangeKind.FLAT, ChangeKind.NO_BASE, ChangeKind.NOT_COMPARABLE)
)
AMOUNTS = st.decimals(-(10**12), 10**12, places=2)


def percent(number: str) -> Change:
    return Change(ChangeKind.PERCENT, Decimal(number))


def june(**lines: str) -> Table:
    return compute(SAFETY, rows(SAFETY, **(JUNE | lines)), BASES)


def without(item: str) -> Table:
    return compute(SAFETY, rows(SAFETY, **{k: v for k, v in JUNE.items() if k != item}), BASES)


def changes(table: Table, item: str) -> list[str]:
    found = [table[item, measure].change for measure in SAFETY.measures]
    return [str(one.kind) if one.percent is None else str(one.percent) for one in found]


def test_the_bases_are_what_the_sample_history_adds_up_to() -> None:
    # January to June 2007. industry accidents 3+2+3+2+4+2 = 16; road injured 5+4+6+4+5+4 = 28;
    # water losses 0+3+0+0+5+0 = 8; fire losses 8.2+12.6+6.4+5+4.8+5.5 = 42.5
    assert BASES.last_year["industry.accidents"] == 16
    assert BASES.last_year["road.injured"] == 28
    assert BASES.last_year["water.loss"] == 8
    assert BASES.last_year["fire.loss"] == Decimal("42.5")
    assert BASES.before["road.loss"] == Decimal("58.4")


def test_a_cumulative_is_what_stood_before_and_this_month() -> None:
    table = june()
    # accidents to May + June: industry 11+2, road 18+3, water 1+0, fire 22+4
    accidents = [table[item, "accidents"].cumulative for item in ("industry", "road", "water", "fire")]
    assert accidents == [13, 21, 1, 26]
    assert table["road", "loss"].cumulative == 74  # 58.4 + 15.6


def test_each_row_is_compared_with_the_same_months_of_last_year() -> None:
    table = june()
    # 13 to 16: −3/16 = −18.75 → −18.8; 5 to 6: −16.67; 10 to 12: −16.67; 111 to 124: −13/124 = −10.48
    assert changes(table, "industry") == ["-18.8", "-16.7", "-16.7", "-10.5", "flat"]
    # 21 to 24: −12.5; 6 to 6; 23 to 28: −5/28 = −17.86; 74 to 76: −2/76 = −2.63
    assert changes(table, "road") == ["-12.5", "flat", "-17.9", "-2.6", "flat"]
    # 1 to 2; 0 to 1; 1 to 1; 2.5 to 8: −5.5/8 = −68.75 → −68.8
    assert changes(table, "water") == ["-50.0", "-100.0", "flat", "-68.8", "flat"]
    # 26 to 30: −13.33; 1 to 1; 2 to 2; 37.5 to 42.5: −5/42.5 = −11.76
    assert changes(table, "fire") == ["-13.3", "flat", "flat", "-11.8", "flat"]


def test_the_total_adds_the_rows_up() -> None:
    table = june()
    # 2+3+0+4; 1+1+0+0; 1+2+0+1; 14.5+15.6+0+6.5; 0
    month = [table["total", measure].month.amount for measure in SAFETY.measures]
    assert month == [9, 2, 4, Decimal("36.6"), 0]
    # 13+21+1+26; 5+6+0+1; 10+23+1+2; 111+74+2.5+37.5; 0
    cumulative = [table["total", measure].cumulative for measure in SAFETY.measures]
    assert cumulative == [61, 12, 36, 225, 0]


def test_the_total_is_compared_with_summed_bases_and_never_averaged() -> None:
    table = june()
    # 16+24+2+30 = 72: (61−72)/72 = −15.28. The rows' mean would be (−18.75−12.5−50−13.33)/4 = −23.6.
    assert table["total", "accidents"].base == 72
    # 12 to 14: −14.29; 36 to 43: −16.28; 225 to 250.5: −25.5/250.5 = −10.18
    assert changes(table, "total") == ["-15.3", "-14.3", "-16.3", "-10.2", "flat"]


def test_a_missing_row_leaves_the_sum_of_the_rest_and_no_comparison() -> None:
    total = without("road")["total", "accidents"]
    # 2+0+4 = 6 this month, 13+1+26 = 40 since January
    assert (total.month.amount, total.cumulative, total.base) == (6, 40, 72)
    assert (total.change, total.complete) == (NOT_COMPARABLE, False)


def test_a_missing_row_itself_shows_nothing_but_its_base() -> None:
    road = without("road")["road", "accidents"]
    assert road == Series(UNANSWERED, None, Decimal(24), NOT_COMPARABLE, complete=False)


def test_a_row_not_measured_keeps_what_was_counted_before_but_is_not_comparable() -> None:
    table = june(road="未统计 未统计 未统计 未统计 未统计")
    assert table["road", "accidents"] == Series(
        NOT_MEASURED, Decimal(18), Decimal(24), NOT_COMPARABLE, complete=False
    )
    total = table["total", "accidents"]
    assert (total.month.amount, total.cumulative, total.complete) == (6, 58, False)  # 13 + 18 + 1 + 26


def test_a_row_that_does_not_apply_leaves_sum_and_base_and_the_rest_stays_comparable() -> None:
    table = june(water="不适用 不适用 不适用 不适用 不适用")
    assert table["water", "accidents"] == Series(NOT_APPLICABLE, None, None, NOT_COMPARABLE, complete=True)
    total = table["total", "accidents"]
    # 13+21+26 = 60 against 16+24+30 = 70: −10/70 = −14.29
    assert (total.cumulative, total.base, total.change) == (60, 70, percent("-14.3"))
    assert total.complete


def test_a_total_has_no_base_when_one_of_its_parts_has_none() -> None:
    last_year = {at: number for at, number in BASES.last_year.items() if at != "water.accidents"}
    total = compute(SAFETY, rows(SAFETY, **JUNE), replace(BASES, last_year=last_year))["total", "accidents"]
    assert (total.cumulative, total.base, total.change, total.complete) == (61, None, NO_BASE, True)


def test_a_row_with_a_month_missing_earlier_this_year_is_summed_but_not_comparable() -> None:
    gaps = replace(BASES, gaps=frozenset({"road.accidents"}))
    table = compute(SAFETY, rows(SAFETY, **JUNE), gaps)
    road, total = table["road", "accidents"], table["total", "accidents"]
    assert (road.cumulative, road.change, road.complete) == (21, NOT_COMPARABLE, False)  # 18 + 3
    assert (total.cumulative, total.change, total.complete) == (61, NOT_COMPARABLE, False)
    assert table["road", "deaths"].complete
    does_not_apply = rows(SAFETY, **JUNE | {"road": "不适用 0 0 0 0"})
    assert compute(SAFETY, does_not_apply, gaps)["total", "accidents"].complete


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("不适用 不适用 不适用 不适用", State.NOT_APPLICABLE),
        ("未统计 未统计 未统计 未统计", State.NOT_MEASURED),
        ("未填 未填 未填 未填", State.UNANSWERED),
        ("不适用 未统计 不适用 不适用", State.NOT_MEASURED),
        ("不适用 未填 不适用 不适用", State.UNANSWERED),
        ("未统计 未填 不适用 不适用", State.UNANSWERED),
        ("0 不适用 未填 0", State.ZERO),
    ],
)
def test_a_total_without_amounts_says_what_all_its_parts_say(words: str, shown: State) -> None:
    columns = zip(("industry", "road", "water", "fire"), words.split(), strict=True)
    table = june(**{item: f"{word} 0 0 0 0" for item, word in columns})
    assert table["total", "accidents"].month.state is shown


@pytest.mark.parametrize(
    ("now", "base", "change"),
    [
        ("0", "0", FLAT),
        ("5", "5.00", FLAT),
        ("5", "0", NO_BASE),
        ("5", None, NO_BASE),
        ("0", None, NO_BASE),
        ("0", "5", percent("-100.0")),
        ("6.5", "6", percent("8.3")),  # 0.5/6 = 8.33
        ("1.0005", "1", percent("0.1")),  # 0.05 rounds half up
        ("0.9995", "1", percent("-0.1")),  # and away from zero below it
        ("1.0004", "1", percent("0.0")),
        ("0.9996", "1", percent("0.0")),  # −0.04, but never −0.0
        ("1", "-2", percent("150.0")),  # a rise of 3 against |−2|
    ],
)
def test_a_change_against_last_year(now: str, base: str | None, change: Change) -> None:
    found = compare(Decimal(now), None if base is None else Decimal(base))
    assert found == change
    assert str(found.percent) == str(change.percent)


def test_the_greatest_rise_that_can_be_typed_still_has_a_percentage() -> None:
    # (10^29 − 10^−6) / 10^−6 × 100 = 10^37 − 100: more digits than Python's usual context keeps.
    found = compare(Decimal(10**29), Decimal("0.000001"))
    assert found.percent == Decimal(10**37 - 100)


def test_a_row_right_after_typing_is_the_row_of_the_table() -> None:
    cells = rows(SAFETY, **JUNE)
    table = compute(SAFETY, cells, BASES)
    row = compute_row(SAFETY, "road", cells, BASES)
    assert row == {measure: table["road", measure] for measure in SAFETY.measures}
    assert list(row) == list(SAFETY.measures)


def test_a_nil_report_is_an_explicit_zero_in_the_fillers_own_cells_alone() -> None:
    assert nil_row(SAFETY, "road", ("road.accidents", "fire.loss")) == {"road.accidents": ZERO}


def test_columns_rows_and_the_corner_are_summed_each_from_typed_cells() -> None:
    cells = rows(POLLUTION, plant="10 2.5", mill="4 0")
    before = amounts(POLLUTION, plant="50 10", mill="20 1")
    last_year = amounts(POLLUTION, plant="80 12.5", mill="20 2")
    table = compute(POLLUTION, cells, Bases(before, last_year))
    # month: 10 + 2.5, 4 + 0, 10 + 4, and all four
    assert table["plant", "all"].month.amount == Decimal("12.5")
    assert table["mill", "all"].month.amount == 4
    assert table["both", "cod"].month.amount == 14
    assert table["both", "all"].month.amount == Decimal("16.5")
    # since January: 60 + 12.5 + 24 + 1 = 97.5 against 80 + 12.5 + 20 + 2 = 114.5: −17/114.5 = −14.85
    corner = table["both", "all"]
    assert (corner.cumulative, corner.base) == (Decimal("97.5"), Decimal("114.5"))
    assert corner.change == percent("-14.8")


def test_one_unanswered_cell_makes_its_column_its_row_and_the_corner_incomplete() -> None:
    cells = rows(POLLUTION, plant="10 2.5", mill="4 未填")
    table = compute(POLLUTION, cells, Bases())
    incomplete = {at for at in table if not table[at].complete}
    assert incomplete == {("mill", "so2"), ("mill", "all"), ("both", "so2"), ("both", "all")}
    assert table["both", "all"].month.amount == Decimal("16.5")  # 10 + 2.5 + 4


WORDS = st.sampled_from([ZERO, NOT_APPLICABLE, NOT_MEASURED, UNANSWERED])
GRID = st.fixed_dictionaries(
    {f"{item}.{measure}": st.one_of(AMOUNTS.map(figure), WORDS) for item, measure in POLLUTION.typed_cells}
)
KNOWN = st.dictionaries(st.sampled_from([f"{i}.{m}" for i, m in POLLUTION.typed_cells]), AMOUNTS)


@given(GRID, KNOWN, KNOWN)
def test_the_total_of_a_series_is_the_sum_of_its_parts(
    cells: dict[str, Cell], before: dict[str, Decimal], last_year: dict[str, Decimal]
) -> None:
    table = compute(POLLUTION, cells, Bases(before, last_year))
    for total, parts in (
        (table["both", "cod"], [table["plant", "cod"], table["mill", "cod"]]),
        (table["plant", "all"], [table["plant", "cod"], table["plant", "so2"]]),
        (table["both", "all"], [table[at] for at in POLLUTION.typed_cells]),
        (table["both", "all"], [table["plant", "all"], table["mill", "all"]]),
        (table["both", "all"], [table["both", "cod"], table["both", "so2"]]),
    ):
        month, since = add(part.month for part in parts), [part.cumulative for part in parts]
        assert total.month.amount == month.amount
        assert (total.cumulative or 0) == sum(amount for amount in since if amount is not None)
        assert total.complete == all(part.complete for part in parts)


@given(GRID, KNOWN, KNOWN)
def test_a_percentage_is_there_only_for_what_is_complete_and_has_a_base(
    cells: dict[str, Cell], before: dict[str, Decimal], last_year: dict[str, Decimal]
) -> None:
    table = compute(POLLUTION, cells, Bases(before, last_year))
    for at in table:
        one = table[at]
        assert (one.change.percent is not None) == (one.change.kind is ChangeKind.PERCENT)
        if one.change.percent is not None:
            assert one.complete
            assert one.base
            assert not (one.change.percent.is_zero() and one.change.percent.is_signed())


@given(AMOUNTS, AMOUNTS)
def test_a_rise_is_never_shown_as_a_fall(now: Decimal, base: Decimal) -> None:
    found = compare(now, base)
    if found.percent:
        assert (found.percent > 0) == (now > base)
