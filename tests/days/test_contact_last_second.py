"""An answer in the same second as the window's end has exactly one outcome, whoever commits first, and it is on record why."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from reporting.permissions import Action, Place
from services.acknowledging import press
from services.cycle import tick
from services.desk import Origin
from services.duty import seen
from tests.days.county import County, Resident, moment

POLICE = ("traffic_police", "liaison")
ENDS = moment("2008-07-03 14:30")

pytestmark = pytest.mark.both_databases


@pytest.fixture
async def liaison(county: County) -> Resident:
    """Asked at 14:00; the window ends at 14:30:00."""
    await county.everyone_joins()
    await county.at("2008-07-03 14:00")
    await county["office", "admin"].says("检查 县交警大队")
    await county["office", "admin"].presses("确认检查")
    await county.at("2008-07-03 14:00")
    await county.at("2008-07-03 14:16")
    county[POLICE].news()
    return county[POLICE]


def to(county: County, milliseconds: int) -> None:
    """So long after the last second begins."""
    county.clock.set(ENDS + timedelta(milliseconds=milliseconds))
    county.world.clock.set(county.clock.now(), 0)


def outcome(county: County, rows) -> tuple[str, str, str]:
    """(outcome, cause, heard), of which there is one and one only."""
    ((kept, cause),) = rows(county, "SELECT outcome, cause FROM contact_check")
    ((after, detail),) = rows(county, "SELECT after, detail FROM event WHERE verb = 'contact'")
    told = json.loads(str(detail))
    assert (json.loads(str(after)), told["cause"]) == (kept, cause)
    return kept, cause, told["heard"]


async def later(county: County) -> None:
    """Minutes later the bell has rung often enough."""
    for late in ("14:32", "14:33", "14:40"):
        await county.at(f"2008-07-03 {late}")


@pytest.mark.parametrize("milliseconds", [0, 1, 999])
async def test_the_answer_commits_first(liaison: Resident, rows, milliseconds: int) -> None:
    county = liaison.county
    to(county, milliseconds)
    await county.program.intake.poll(0)  # nothing came before
    assert "✅ 已应答，用时30分钟" in await liaison.presses("收到")
    await county.program.tick()
    await later(county)
    kept, cause, heard = outcome(county, rows)
    assert (kept, cause) == ("answered", "acknowledged")
    assert heard == (ENDS + timedelta(milliseconds=milliseconds)).isoformat()


async def test_the_bell_rings_first(liaison: Resident, rows) -> None:
    county = liaison.county
    to(county, 500)
    await county.program.tick()
    await liaison.says("收到")
    await later(county)
    assert outcome(county, rows)[:2] == ("answered", "acknowledged")


async def test_an_answer_that_was_in_time_and_is_heard_late_counts(liaison: Resident, rows) -> None:
    """The program was busy, and the bell rang before the answer was read."""
    county = liaison.county
    to(county, 0)
    await county.program.intake.poll(0)
    county.world.say(liaison.person, "收到")
    to(county, 20_000)
    await county.program.tick()
    await county.settle()
    await later(county)
    assert outcome(county, rows)[:2] == ("answered", "acknowledged")


async def test_a_second_later_is_too_late_and_says_so(liaison: Resident, rows) -> None:
    county = liaison.county
    to(county, 1000)
    await county.program.intake.poll(0)
    assert "这次应答没有计入" in await liaison.presses("收到")
    await later(county)
    assert outcome(county, rows) == ("missed", "silent", "")


async def test_both_at_once_have_one_outcome(liaison: Resident, rows) -> None:
    county, runtime = liaison.county, liaison.county.runtime
    to(county, 90_000)
    await runtime.tick(seen, county.world.bot.id)
    address = str(liaison.person.id)
    origin = Origin(
        county.world.bot.id, 990_001, address, Place.PRIVATE, chat=address, pressed=True, came_at=ENDS
    )
    await asyncio.gather(runtime.lead(tick), runtime.act(origin, Action.ACK, press, 1))
    await county.settle()
    kept, cause, heard = outcome(county, rows)
    assert (kept, cause, bool(heard)) in [("answered", "acknowledged", True), ("missed", "silent", False)]
    assert rows(county, "SELECT count(*) FROM miss") == [(int(kept == "missed"),)]
