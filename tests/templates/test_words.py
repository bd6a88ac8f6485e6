"""How figures, changes and moments are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from forms.cells import NOT_APPLICABLE, NOT_MEASURED, UNANSWERED, ZERO, Cell, figure, narrative
from forms.definition import Measure
from forms.problems import Refused
from forms.table import Change, ChangeKind, compare
from templates.words import (
    by_when,
    change,
    covered,
    date_of,
    distance,
    joined,
    month_of,
    number,
    quantity,
    refusal,
    shown,
    told,
    when,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOSS = Measure(key="loss", title="直接经济损失(万元)", short="直接经济损失", unit="万元", decimals=2)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("3", "3"),
        ("15.60", "15.6"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("0", "0"),
        ("-0", "0"),
        ("0.00", "0"),
        ("-12.5", "−12.5"),
        ("0.000001", "0.000001"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("123456789012345678901234567890.12", "123456789012345678901234567890.12"),
    ],
)
def test_a_figure_is_shown_in_plain_digits_with_a_true_minus(amount: str, text: str) -> None:
    assert number(Decimal(amount)) == text


def test_a_missing_figure_is_a_dash() -> None:
    assert number(None) == "—"


@given(st.decimals(-(10**30), 10**30, places=6))
def test_a_figure_is_shown_as_exactly_itself(amount: Decimal) -> None:
    text = number(amount)
    assert Decimal(text.replace("−", "-")) == amount
    assert set(text) <= set("−.0123456789")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (figure(Decimal("15.60")), "15.6万元"),
        (ZERO, "0万元"),
        (NOT_APPLICABLE, "不适用"),
        (NOT_MEASURED, "未统计"),
        (UNANSWERED, "未填"),
    ],
)
def test_a_quantity_has_its_unit_or_the_word_for_its_state(cell: Cell, text: str) -> None:
    assert quantity(cell, LOSS) == text
    assert shown(cell, LOSS) == text


@pytest.mark.parametrize(
    ("cell", "text"), [(narrative("正常"), "正常"), (narrative(None), "无"), (UNANSWERED, "未填")]
)
def test_a_narrative_is_shown_as_told(cell: Cell, text: str) -> None:
    assert told(cell) == text
    assert shown(cell, None) == text


@pytest.mark.parametrize(
    ("of", "text"),
    [
        (Change(ChangeKind.PERCENT, Decimal("8.3")), "+8.3%"),
        (Change(ChangeKind.PERCENT, Decimal("-12.5")), "−12.5%"),
        (Change(ChangeKind.PERCENT, Decimal("100")), "+100.0%"),
        (Change(ChangeKind.PERCENT, Decimal("0.0")), "0.0%"),
        (Change(ChangeKind.FLAT), "持平"),
        (Change(ChangeKind.NO_BASE), "—"),
        (Change(ChangeKind.NOT_COMPARABLE), "不可比"),
    ],
)
def test_a_change_has_its_sign_or_its_word(of: Change, text: str) -> None:
    assert change(of) == text


@given(st.decimals(0, 10**6, places=2), st.none() | st.decimals(0, 10**6, places=2))
def test_every_change_has_a_word_and_none_is_a_minus_zero(now: Decimal, base: Decimal | None) -> None:
    text = change(compare(now, base))
    assert text
    assert "−0.0%" not in text.split()
    assert text.startswith(("+", "−", "0.0%", "持平", "—"))


@pytest.mark.parametrize(
    ("amount", "direction", "text"),
    [
        ("0.00", "lower", "达到目标"),
        ("-0.02", "lower", "比目标低0.02"),
        ("0.03", "lower", "比目标高0.03，未达到"),
        ("0.03", "higher", "比目标高0.03"),
        ("-0.5", "higher", "比目标低0.5，未达到"),
        ("-0.5", "none", "比目标低0.5"),
    ],
)
def test_the_distance_from_a_target_says_which_way_and_whether_it_is_missed(
    amount: str, direction: str, text: str
) -> None:
    assert distance(Decimal(amount), LOSS.model_copy(update={"direction": direction})) == text


DUE = datetime(2008, 7, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "zone", [UTC, SHANGHAI, timezone(timedelta(hours=-10)), timezone(timedelta(hours=14))]
)
def test_a_moment_is_shown_in_the_countys_zone_wherever_it_was_noted(zone: timezone) -> None:
    noted = DUE.astimezone(zone)
    assert when(noted, SHANGHAI) == "7月2日17:30"
    assert by_when(noted, noted, SHANGHAI) == "今天17:30"
    assert by_when(noted, noted - timedelta(days=1), SHANGHAI) == when(noted, SHANGHAI)
    assert date_of(noted, SHANGHAI) == "2008年7月2日"


def test_hours_have_two_digits_and_months_and_days_none_to_spare() -> None:
    midnight = datetime(2008, 12, 31, 16, 5, tzinfo=UTC)  # already the new year in Shanghai
    assert when(midnight, SHANGHAI) == "1月1日00:05"
    assert date_of(midnight, SHANGHAI) == "2009年1月1日"


def test_a_period_is_called_by_its_month() -> None:
    assert (month_of("2008-06"), covered("month", "2008-06", 1)) == ("6月份", "7月份")
    assert (month_of("2008-12"), covered("month", "2008-12", 1)) == ("12月份", "1月份")


def test_parts_are_joined_by_a_blank_line_and_empty_ones_left_out() -> None:
    assert joined([Markup("一"), Markup(""), Markup("<b>二</b>")]) == "一\n\n<b>二</b>"


def test_a_refusal_is_said_with_what_it_mentions() -> None:
    assert refusal(Refused("count", expected=5, got=4)) == (
        "这一行要5个数字，收到4个。请重发本行，用空格隔开。"
    )
    asked = Refused("number.too_many_decimals", measure="死亡", decimals=0, typed="1.5")
    assert refusal(asked) == "「死亡」只能填整数，收到「1.5」。请重发。"
