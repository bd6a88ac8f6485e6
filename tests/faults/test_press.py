"""Outputs are made by a process of their own: the same bytes as here, and a failure is no crash."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.press import Machine, NotMade
from forms.table import Bases
from reporting.digest import UnitReport, read_snapshot, snapshot_sheet
from reporting.edition import Edition
from reporting.states import Timeliness
from templates.edition_outputs import make
from tests.forms.examples import safety


def edition() -> Edition:
    form = safety()
    unit = UnitReport("traffic_police", "县交警大队", Timeliness.ON_TIME, "", ())
    frozen = snapshot_sheet(1, {}, Bases(month=6), [unit], signatory="", signed_on="", lead_signed=False)
    sheets = read_snapshot({"period": "2008-06", "sheets": [frozen]}, {1: form})
    return Edition("示例", "全县", "2008-06", tuple(sheets))


@pytest.fixture
async def machine() -> AsyncIterator[Machine]:
    made = Machine()
    yield made
    await made.stop()


NAME = f"sheet.{safety().key}"


async def test_a_process_of_its_own_makes_the_same_bytes(machine: Machine) -> None:
    apart, here = await machine(NAME, edition()), make(NAME, edition())
    assert apart == here
    assert here is not None
    assert here.content[:2] == b"PK"


async def test_what_cannot_be_made_says_so_and_the_next_is_made(machine: Machine) -> None:
    with pytest.raises(NotMade, match="no_such_output"):
        await machine("no_such_output", edition())
    assert await machine(NAME, edition()) is not None


async def test_a_process_that_has_gone_is_started_again(machine: Machine) -> None:
    await machine(NAME, edition())
    assert machine._process is not None
    machine._process.kill()
    assert await machine(NAME, edition()) is not None
