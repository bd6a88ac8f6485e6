"""The program itself fails: one reference number for the person and the admins, and everybody else goes on."""

from __future__ import annotations

import re

import pytest
import structlog

from bot.intake import NotCommitted
from forms import reading
from storage.database import StorageError
from tests.days.county import County, Resident

pytestmark = pytest.mark.both_databases

POISON = "6 6 6 6.6 6"
NUMBER = re.compile(r"编号(E\d{6})")


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading one certain text breaks the program."""
    split = reading.split_row

    def broken(text: str) -> tuple[str, ...]:
        if text == POISON:
            raise RuntimeError(f"cannot read {text}")
        return split(text)

    monkeypatch.setattr(reading, "split_row", broken)


@pytest.mark.usefixtures("poison")
async def test_an_unexpected_error_gives_the_person_and_the_admin_the_same_number(
    liaison: Resident, rows
) -> None:
    county = liaison.county
    with structlog.testing.capture_logs() as written:
        said = NUMBER.findall(await liaison.says(POISON))
    told = NUMBER.findall(county["office", "admin"].news())
    assert len(said) == 1
    assert said == told
    ((reference, trace),) = rows(county, "SELECT reference, trace FROM dead_update")
    assert [reference] == said
    assert "split_row" in trace
    assert "RuntimeError" in trace
    assert POISON not in f"{trace}{written}"
    assert said[0] in str(written)


@pytest.mark.usefixtures("poison")
async def test_the_conversation_survives_an_unexpected_error(liaison: Resident, dump) -> None:
    before = {name: found for name, found in dump(liaison.county).items() if name != "outbox"}
    await liaison.says(POISON)
    after = dump(liaison.county)
    assert {name: after[name] for name in before} == before
    assert "已记录" in await liaison.says("3 1 2 15.6 0")


@pytest.mark.usefixtures("poison")
async def test_one_poisonous_message_does_not_hold_up_the_others(liaison: Resident) -> None:
    county, other = liaison.county, liaison.county["port", "liaison"]
    await other.says("填报")
    county.world.say(liaison.person, POISON)
    county.world.say(other.person, "0 0 0 0 0")
    await county.settle()
    assert "已记录" in other.news()
    assert "出了点问题" in liaison.news()


@pytest.mark.usefixtures("poison")
async def test_a_poisonous_message_is_not_taken_again(liaison: Resident, rows) -> None:
    county = liaison.county
    await liaison.says(POISON)
    county.program.intake.offset = 0
    await county.restart()
    assert rows(county, "SELECT count(*) FROM dead_update") == [(1,)]
    assert "编号" not in liaison.news()


@pytest.mark.parametrize("error", [StorageError("disk full"), RuntimeError("nothing works")])
async def test_what_the_database_cannot_take_is_not_confirmed_and_comes_again(
    liaison: Resident, monkeypatch: pytest.MonkeyPatch, rows, error: Exception
) -> None:
    county = liaison.county

    async def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(county.database, "run", fail)
        county.world.say(liaison.person, "3 1 2 15.6 0")
        for _ in range(3):
            with pytest.raises(NotCommitted):
                await county.program.intake.poll(0)
    assert liaison.news() == ""
    assert rows(county, "SELECT count(*) FROM answer") == [(0,)]
    await county.settle()
    assert "已记录" in liaison.news()


async def test_neighbours_of_an_update_that_was_not_taken_count_once(
    opened: County, monkeypatch, rows
) -> None:
    one, other = opened["port", "liaison"], opened["fire_brigade", "liaison"]
    for liaison in (one, other):
        await liaison.says("填报")
    act, address = opened.runtime.act, str(one.person.id)

    async def flaky(origin, *args, **kwargs):
        if origin.address == address:
            raise StorageError("busy")
        return await act(origin, *args, **kwargs)

    with monkeypatch.context() as broken:
        broken.setattr(opened.runtime, "act", flaky)
        for liaison in (one, other):
            opened.world.say(liaison.person, "1 0 0 0.5 0")
        with pytest.raises(NotCommitted):
            await opened.program.intake.poll(0)
    await opened.settle()
    assert "已记录" in one.news()
    assert other.news().count("已记录") == 1
    assert rows(opened, "SELECT count(*) FROM answer") == [(10,)]
