"""Fixtures of dialogue tests: a county, and how to say that something was refused and changed nothing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from simulator.model import Group, Message
from storage.migrate import upgrade
from tests.days.county import County, Resident, Watch
from tests.postgres import Server

# Everything that counts. Of a conversation only the number of the message that asks (and with it the time) may differ.
WHAT_COUNTS = {
    "answer": "*",
    "task": "*",
    "conversation": "person_id, task_id, question, by_cell, marks, version",
    # Refusals change nothing and are on record.
    "event WHERE verb NOT IN ('refuse', 'wrong_code')": "*",
    "digest": "*",
    "post": "*",
    "invite": "*",
    "person": "*",
    '"group"': "*",
    "outbox": "*",
    "check_round": "*",
    "contact_check": "*",
    "miss": "*",
    "paragraph": "*",
}
Stored = dict[str, list[tuple[object, ...]]]


def rows(county: County, query: str, *values: object) -> list[tuple[object, ...]]:
    """Read the database beside the program; times and the like come as each database gives them."""
    if county.url.startswith("postgresql:"):
        with psycopg.connect(county.url) as base:
            return base.execute(query.replace("?", "%s"), values or None).fetchall()
    with closing(sqlite3.connect(county.url.removeprefix("sqlite:///"))) as base:
        return base.execute(query, values).fetchall()


def dump(county: County) -> Stored:
    return {
        name: sorted(rows(county, f"SELECT {what} FROM {name}"), key=str)
        for name, what in WHAT_COUNTS.items()
    }


def shown_by_bot(resident: Resident) -> list[Message]:
    return [m for m in resident.county.world.messages(resident.person) if m.from_bot]


def labels(message: Message) -> list[str]:
    return [button.text for row in message.buttons for button in row]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A migrated database: migrating it anew for every test would take a third of their time."""
    path = tmp_path_factory.mktemp("empty") / "county.db"
    upgrade(f"sqlite:///{path}")
    return path.read_bytes()


@pytest.fixture
def folder(tmp_path: Path, empty_database: bytes) -> Path:
    """Where a county keeps its database."""
    (tmp_path / "county.db").write_bytes(empty_database)
    return tmp_path


@pytest.fixture(scope="session")
def empty_county(server: Server) -> str:
    """The same on PostgreSQL, to be copied there."""
    name = server.create()
    upgrade(server.url(name))
    return name


@pytest.fixture
def url(database_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database of this kind."""
    if database_kind == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('folder') / 'county.db'}"
        return
    server: Server = request.getfixturevalue("server")
    name = server.create(request.getfixturevalue("empty_county"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def county(
    url: str, tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[County]:
    """The county on the day before its first round; nobody has joined, and waiting costs no time."""
    sleep = asyncio.sleep

    async def nap(_: float, result: object = None) -> object:
        return await sleep(0, result)

    monkeypatch.setattr(asyncio, "sleep", nap)
    county = County(tmp_path, monotonic=watch, url=url)
    await county.open()
    yield county
    await county.close()


@pytest.fixture
async def opened(county: County) -> County:
    """Everyone has joined, the leaders' group is registered, and the round has opened."""
    await county.everyone_joins()
    await county.leaders_group()
    await county.at("2008-07-01 09:00")
    for resident in county.people.values():
        resident.news()
    return county


@pytest.fixture
async def drafted(opened: County) -> County:
    """The admin has the draft of a round in which nobody filed anything."""
    await opened.at("2008-07-07 09:00")
    for resident in opened.people.values():
        resident.news()
    return opened


def posted(group: Group) -> list[str]:
    """What of the digest stands in a leaders' group, in order."""
    parts = [
        "picture" if "photo" in m.media else "file" if m.document else "text" if "应报" in m.text else ""
        for m in group.messages.values()
        if m.from_bot
    ]
    return [part for part in parts if part]


@pytest.fixture(name="posted")
def _posted() -> Callable[[Group], list[str]]:
    return posted


@pytest.fixture
async def liaison(opened: County) -> Resident:
    """The traffic police's liaison, being asked for the row of figures."""
    liaison = opened["traffic_police", "liaison"]
    assert "请依次回复" in await liaison.presses("开始填报")
    return liaison


async def fill(liaison: Resident, row: str = "3 1 2 15.6 0", *told: str) -> None:
    """Answer everything up to the summary."""
    for text in (row, *(told or ("按计划推进", "正常", "无", "继续推进"))):
        await liaison.says(text)
    assert "请核对" in liaison.county.world.last(liaison.person).text


async def file_report(county: County, unit: str, row: str = "3 1 2 15.6 0", *told: str) -> None:
    """A unit fills, submits and signs its part."""
    liaison, signatory = county[unit, "liaison"], county[unit, "signatory"]
    await liaison.says("填报")
    await fill(liaison, row, *told)
    assert "已提交" in await liaison.presses("提交")
    assert "已审核签字" in await signatory.presses("同意签字")


@pytest.fixture(name="fill")
def _fill() -> Callable[..., Awaitable[None]]:
    return fill


@pytest.fixture(name="file_report")
def _file_report() -> Callable[..., Awaitable[None]]:
    return file_report


@pytest.fixture(name="rows")
def _rows() -> Callable[..., list[tuple[object, ...]]]:
    return rows


@pytest.fixture(name="dump")
def _dump() -> Callable[[County], Stored]:
    return dump


@pytest.fixture
async def submitted(liaison: Resident) -> County:
    """The traffic police's report waits for its signatory."""
    await fill(liaison)
    assert "已提交" in await liaison.presses("提交")
    for resident in liaison.county.people.values():
        resident.news()
    return liaison.county


@pytest.fixture
def refused() -> Callable[[Resident, Callable[[], object], str], Awaitable[str]]:
    """Do something that is no answer: one clear sentence, the same question again, nothing stored changes."""

    async def check(resident: Resident, do: Callable[[], object], says: str) -> str:
        county = resident.county
        asked = shown_by_bot(resident)[-1]
        buttons = labels(asked)
        before, seen = dump(county), len(shown_by_bot(resident))
        do()
        await county.settle()
        assert dump(county) == before
        *said, again = shown_by_bot(resident)[seen:]
        # A press is answered by the toast on the button, a message by a message.
        sentence = said[0].text if said else county.world.answers(resident.person)[-1].text
        assert len(said) <= 1
        assert says in sentence
        assert "\n" not in sentence.rstrip()
        assert len(sentence) <= 80
        assert sentence.endswith("。")
        assert not any(one.buttons for one in said)
        assert asked.text.endswith(again.text)
        assert labels(again) == buttons
        resident.news()
        return sentence

    return check


@pytest.fixture
def ignored() -> Callable[[Resident, Callable[[], object], str], Awaitable[None]]:
    """Do something while nothing is being asked: one clear sentence, nothing stored changes."""

    async def check(resident: Resident, do: Callable[[], object], says: str) -> None:
        county = resident.county
        before, seen = dump(county), len(shown_by_bot(resident))
        do()
        await county.settle()
        assert dump(county) == before
        (sentence,) = shown_by_bot(resident)[seen:]
        assert says in sentence.text
        assert "\n" not in sentence.text.rstrip()
        resident.news()

    return check
