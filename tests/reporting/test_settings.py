"""Settings as rows with scopes: the narrowest wins, and what was changed is undone without a trace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.problems import Refused
from reporting.cycle import Plan, calendar, quiet_at, times_around
from reporting.period import Period
from reporting.programme import Level
from reporting.schedule import Due, Slot, check_cascade, moves
from reporting.settings import (
    Change,
    Key,
    Scope,
    Settings,
    applied,
    change,
    change_from_json,
    exemption,
    parse_scope,
    reversal,
)
from tests.reporting.examples import JUNE, SHANGHAI, at, yongjia

names = st.sampled_from(["", "a", "b"])
scopes = st.builds(Scope, period=names, unit=names, unit_class=names, form=names, work=names, level=names)
values = st.one_of(
    st.integers(1, 28).map(lambda day: {"day": day, "at": "17:30"}),
    st.sampled_from(["next", "none", True, 5, {}, [{"days": 1, "at": "09:00"}]]),
)
settings = st.dictionaries(st.tuples(st.sampled_from(list(map(str, Key))), scopes.map(str)), values).map(
    Settings
)
orders = st.lists(st.tuples(st.sampled_from(Key), scopes, st.none() | values), min_size=1, max_size=6)


def changes_for(now: Settings, wanted: list[tuple[Key, Scope, object]]) -> list[Change]:
    found, seen = [], set()
    for key, scope, value in wanted:
        if (key, scope) not in seen and now.exact(key, scope) != value:
            found.append(change(now, key, scope, value))
            seen.add((key, scope))
    return found


@given(settings, orders)
def test_applying_an_order_and_undoing_it_is_the_identity_for_every_setting(
    now: Settings, wanted: list[tuple[Key, Scope, object]]
) -> None:
    order = changes_for(now, wanted)
    there = applied(now, order)
    assert all(there.exact(one.key, one.scope) == one.after for one in order)
    assert applied(there, reversal(order)) == now
    assert [change_from_json(one.as_json()) for one in order] == order


@given(settings, orders, orders)
def test_two_orders_are_undone_in_the_opposite_order(
    now: Settings, first: list[tuple[Key, Scope, object]], second: list[tuple[Key, Scope, object]]
) -> None:
    one = changes_for(now, first)
    between = applied(now, one)
    two = changes_for(between, second)
    after = applied(between, two)
    assert applied(applied(after, reversal(two)), reversal(one)) == now


def test_an_order_that_no_longer_finds_what_it_would_replace_changes_nothing() -> None:
    stale = Change(Key.CAP, Scope(), None, 5)
    with pytest.raises(Refused) as caught:
        applied(Settings({(str(Key.CAP), ""): 3}), [stale])
    assert caught.value.key == "order.overtaken"


@given(scopes)
def test_a_scope_is_read_back_from_its_text(scope: Scope) -> None:
    assert parse_scope(str(scope)) == scope


def test_the_narrowest_scope_wins_one_period_before_a_unit_before_a_class() -> None:
    rows = {
        Scope(): 1,
        Scope(work="safety"): 2,
        Scope(unit_class="乡镇"): 3,
        Scope(unit_class="乡镇", work="safety"): 4,
        Scope(unit="port"): 5,
        Scope(period="2008-06"): 6,
    }
    found = Settings({(str(Key.CAP), str(scope)): value for scope, value in rows.items()})
    here = Scope(period="2008-07", unit="road", unit_class="乡镇", work="safety")
    assert found.get(Key.CAP, Scope(unit="x")) == 1
    assert found.get(Key.CAP, Scope(unit="x", work="safety")) == 2
    assert found.get(Key.CAP, here) == 4
    assert found.get(Key.CAP, Scope(unit="port", unit_class="乡镇", work="safety")) == 5
    assert found.get(Key.CAP, Scope(period="2008-06", unit="port")) == 6


def due(plan: Plan, where: Scope, period: Period = JUNE, level: Level = Level.FILING) -> datetime:
    return calendar(yongjia().rules.cycle, period, SHANGHAI, plan, where).levels[level].due


def with_rows(*rows: tuple[Key, Scope, object]) -> Plan:
    return Plan(Settings({(str(key), str(scope)): value for key, scope, value in rows}))


def test_a_class_of_units_has_its_own_deadline_and_the_reminders_follow_it() -> None:
    plan = with_rows((Key.DUE, Scope(level="filing", unit_class="乡镇"), {"day": 3, "at": "12:00"}))
    town, road = Scope(unit="town", unit_class="乡镇"), Scope(unit="road", unit_class="部门")
    assert due(plan, town) == at("07-03 12:00")
    assert due(plan, road) == at("07-02 17:30")
    times = calendar(yongjia().rules.cycle, JUNE, SHANGHAI, plan, town).levels[Level.FILING]
    # 09:00 of that day; 15:30 would come after the deadline and is left out.
    assert (times.prompt, times.reminders) == (at("07-03 09:00"), ())


def test_one_period_can_have_dates_of_its_own_which_never_roll() -> None:
    plan = with_rows(
        (Key.ROLL, Scope(), "next"),
        (Key.DUE, Scope(period="2008-06", level="filing"), {"on": "2008-07-12", "at": "17:30"}),
    )
    assert due(plan, Scope()) == at("07-12 17:30")  # a Saturday, named on purpose
    assert due(plan, Scope(), Period(2008, 7)) == at("08-04 17:30")  # 2 August is a Saturday


def test_day_thirty_one_is_the_last_day_of_every_month() -> None:
    plan = with_rows((Key.DUE, Scope(level="lead"), {"day": 31, "at": "17:30"}))
    assert due(plan, Scope(), Period(2008, 1), Level.LEAD) == at("02-29 17:30")
    assert due(plan, Scope(), Period(2008, 5), Level.LEAD) == at("06-30 17:30")


def test_reminders_by_command_come_so_many_days_before_the_deadline() -> None:
    wanted = [{"days": 1, "at": "15:30"}, {"days": 0, "at": "09:00"}, {"days": 0, "at": "16:00"}]
    plan = with_rows((Key.REMIND, Scope(level="filing"), wanted))
    times = times_around(
        yongjia().rules.cycle.filing, at("07-04 17:30"), SHANGHAI, plan, Scope(level="filing")
    )
    assert times.prompt == at("07-03 15:30")
    assert times.reminders == (at("07-04 09:00"), at("07-04 16:00"))


def test_a_deadline_before_every_reminder_still_has_one() -> None:
    times = times_around(yongjia().rules.cycle.filing, at("07-04 08:00"), SHANGHAI)
    assert (times.prompt, times.reminders) == (at("07-03 09:00"), ())


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("07-02 21:29", False),
        ("07-02 21:30", True),
        ("07-03 00:00", True),
        ("07-03 07:29", True),
        ("07-03 07:30", False),
    ],
)
def test_quiet_hours_go_over_midnight(moment: str, quiet: bool) -> None:
    assert quiet_at(Plan(), {"from": "21:30", "to": "07:30"}, at(moment), SHANGHAI) is quiet
    assert not quiet_at(
        with_rows((Key.QUIET, Scope(), {})), {"from": "21:30", "to": "07:30"}, at(moment), SHANGHAI
    )


def test_an_exemption_ends_by_itself() -> None:
    value = {"from": "2008-06", "last": "2008-08", "reason": "汛期停航"}
    found = Settings({(str(Key.EXEMPT), str(Scope(unit="port"))): value})
    for period, exempt in (("2008-05", False), ("2008-06", True), ("2008-08", True), ("2008-09", False)):
        assert (exemption(found, Scope(period=period, unit="port")) is not None) is exempt
    assert exemption(found, Scope(period="2008-06", unit="road")) is None


NOON = datetime(2008, 7, 2, 4, tzinfo=UTC)


def test_the_cascade_of_filing_lead_and_digest_is_checked_for_every_unit() -> None:
    good = {
        Slot("2008-06"): Due(NOON + timedelta(days=5)),
        Slot("2008-06", "safety", "lead", "anjian"): Due(NOON + timedelta(days=3)),
        Slot("2008-06", "safety", "filing", "port"): Due(NOON + timedelta(days=3)),
    }
    check_cascade(good)
    for slot, days, wants in (
        (Slot("2008-06", "safety", "filing", "port"), 4, "lead"),
        (Slot("2008-06", "safety", "lead", "anjian"), 6, "digest"),
    ):
        with pytest.raises(Refused) as caught:
            check_cascade({**good, slot: Due(NOON + timedelta(days=days))})
        assert (caught.value.key, caught.value.fields["unit"]) == ("order.cascade", slot.unit)
        assert caught.value.fields["second"] == wants


def test_what_moves_is_told_once_for_all_units_that_move_alike() -> None:
    def of(day: int) -> dict[Slot, Due]:
        return {
            Slot("2008-06", "safety", "filing", unit): Due(NOON + timedelta(days=day))
            for unit in ("port", "road")
        }

    (found,) = moves(of(0), of(1))
    assert (found.units, found.after) == (("port", "road"), Due(NOON + timedelta(days=1)))
    assert moves(of(1), of(1)) == []
