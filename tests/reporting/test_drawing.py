"""Contact checks are drawn equally often, unforeseeably, and never twice in a short time."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date, time
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.drawing import Candidate, Drawn, DrawRules, draw
from reporting.period import Period, periods

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOWNS = [Candidate(f"town-{n}", "乡镇") for n in range(38)]
BUREAUS = [Candidate(f"bureau-{n}", "部门") for n in range(21)]


def play(rules: DrawRules, people: list[Candidate], months: int) -> list[list[Drawn]]:
    """Month after month, each knowing what was drawn before."""
    known = {one.key: one for one in people}
    found = []
    for month in periods(Period(2008, 1), Period(2008, 1).shift(months - 1)):
        drawn = draw(rules, month, known.values(), SHANGHAI)
        found.append(drawn)
        for one in known.values():
            mine = [check.at.date() for check in drawn if check.key == one.key]
            known[one.key] = replace(
                one, months=one.months + 1, drawn=one.drawn + len(mine), last=max(mine, default=one.last)
            )
    return found


@given(st.integers(0, 10**6), st.sampled_from(["1/4", "1/2", "1", "3/2", "2"]))
def test_everybody_is_drawn_about_equally_often(seed: int, per_month: str) -> None:
    rules = DrawRules(str(seed), Fraction(per_month))
    counts = Counter({one.key: 0 for one in TOWNS})
    for month in play(rules, TOWNS, 24):
        counts.update(check.key for check in month)
    assert max(counts.values()) - min(counts.values()) <= 2
    assert abs(sum(counts.values()) - 24 * len(TOWNS) * rules.per_month) <= 24


def test_each_class_has_its_share_every_month() -> None:
    for month in play(DrawRules("示例", Fraction(1, 2)), TOWNS + BUREAUS, 12):
        towns = sum(check.key.startswith("town") for check in month)
        assert towns == 19
        assert len(month) - towns in (10, 11)


@given(st.integers(0, 10**6))
def test_nobody_is_drawn_twice_within_the_gap(seed: int) -> None:
    rules = DrawRules(str(seed), Fraction(2), gap=5)
    days: dict[str, list[date]] = {}
    for month in play(rules, TOWNS[:6], 12):
        for check in month:
            days.setdefault(check.key, []).append(check.at.date())
    for mine in days.values():
        assert all(
            (later - one).days >= 5 for one, later in zip(sorted(mine), sorted(mine)[1:], strict=False)
        )


def test_no_hour_of_the_allowed_day_is_spared() -> None:
    drawn = draw(DrawRules("7", Fraction(1), time(8), time(22)), Period(2008, 7), TOWNS, SHANGHAI)
    assert {check.at.hour for check in drawn} == set(range(8, 22))


def test_round_the_clock_is_the_whole_day_from_midnight() -> None:
    rules = DrawRules("7", Fraction(2), time(0), time(0))
    drawn = draw(rules, Period(2008, 7), TOWNS, SHANGHAI)
    assert {check.at.hour for check in drawn} == set(range(24))
    assert {check.at.date().month for check in drawn} == {7}


def test_the_same_seed_repeats_the_draw_in_any_order_of_people() -> None:
    rules = DrawRules("2008-07-01/县府办", Fraction(1, 2))
    month = Period(2008, 7)
    drawn = draw(rules, month, TOWNS, SHANGHAI)
    assert draw(rules, month, reversed(TOWNS), SHANGHAI) == drawn
    assert draw(replace(rules, seed="another"), month, TOWNS, SHANGHAI) != drawn


def test_who_was_drawn_does_not_say_who_will_be() -> None:
    """With half of them a month, being drawn in one month does not save from the next."""
    months = play(DrawRules("示例", Fraction(1, 2)), TOWNS, 12)
    both = [{a.key for a in one} & {b.key for b in other} for one, other in itertools.pairwise(months)]
    assert sum(map(len, both)) > 0


def test_whoever_is_new_is_not_made_to_catch_up() -> None:
    old = [replace(one, months=12, drawn=6) for one in TOWNS]
    drawn = draw(DrawRules("9", Fraction(1, 2)), Period(2008, 7), [*old, Candidate("new", "乡镇")], SHANGHAI)
    assert Counter(check.key for check in drawn)["new"] <= 1


def test_an_empty_county_draws_nobody() -> None:
    assert draw(DrawRules("1", Fraction(1)), Period(2008, 7), [], SHANGHAI) == []


@pytest.mark.parametrize(("first", "last", "minutes"), [(8, 22, 840), (0, 0, 1440), (22, 6, 480)])
def test_the_hours_of_a_day_may_pass_midnight(first: int, last: int, minutes: int) -> None:
    assert DrawRules("1", Fraction(1), time(first), time(last)).minutes == minutes
