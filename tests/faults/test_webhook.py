"""What Telegram, or somebody else, sends to the webhook (bad input 61–68, faults 1–5)."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot import webhook as door
from bot.intake import Webhook
from bot.webhook import SECRET_HEADER, create_app
from storage.database import StorageError
from tests.days.county import County, Resident

SECRET = "S" * 32
PATH = "/telegram"


class Pusher:
    """Telegram's side of the webhook, in this process."""

    def __init__(self, county: County, client: httpx.AsyncClient) -> None:
        self.county = county
        self.client = client

    async def post(self, body: bytes, **headers: str) -> httpx.Response:
        shown = {SECRET_HEADER: SECRET, "content-type": "application/json"}
        shown |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(PATH, content=body, headers=shown)

    async def push(self, update: dict[str, Any]) -> int:
        return (await self.post(json.dumps(update).encode())).status_code

    def take(self) -> list[dict[str, Any]]:
        """Updates that wait at Telegram; they are not confirmed."""
        return [item.body for item in self.county.world.updates.take(0, 100)]


@pytest.fixture
async def pusher(opened: County) -> AsyncIterator[Pusher]:
    app = create_app(opened.program, Webhook(f"https://yibao.example{PATH}", SECRET))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as client:
        yield Pusher(opened, client)


def _says(pusher: Pusher, resident: Resident, text: str) -> dict[str, Any]:
    pusher.county.world.say(resident.person, text)
    return pusher.take()[-1]


async def test_a_pushed_answer_counts_and_is_answered(pusher: Pusher, rows) -> None:
    liaison = pusher.county["port", "liaison"]
    assert await pusher.push(_says(pusher, liaison, "填报")) == 200
    await pusher.county.program.intake.settle()
    assert await pusher.push(_says(pusher, liaison, "3 1 2 15.6 0")) == 200
    assert rows(pusher.county, "SELECT count(*) FROM answer") == [(5,)]
    await pusher.county.program.intake.settle()
    assert "已记录" in liaison.news()


async def test_200_is_said_after_the_commit_and_before_the_reply(pusher: Pusher, monkeypatch, rows) -> None:
    liaison, may_speak = pusher.county["port", "liaison"], asyncio.Event()

    async def wait(*_: object) -> None:
        await may_speak.wait()

    monkeypatch.setattr(pusher.county.program.intake, "speak", wait)
    assert await pusher.push(_says(pusher, liaison, "填报")) == 200
    assert rows(pusher.county, "SELECT count(*) FROM conversation WHERE question != 'idle'") == [(1,)]
    assert liaison.news() == ""
    may_speak.set()


@pytest.mark.parametrize("secret", ["", "S" * 31, "S" * 33, "s" * 32, "S" * 31 + "é"])
async def test_without_the_secret_nothing_is_taken(pusher: Pusher, rows, secret: str) -> None:
    update = json.dumps(_says(pusher, pusher.county["port", "liaison"], "填报")).encode()
    headers = {SECRET_HEADER: secret.encode(), "content-type": "application/json"}
    answer = await pusher.client.post(PATH, content=update, headers=headers)
    assert (answer.status_code, answer.content) == (403, b"")
    assert rows(pusher.county, "SELECT count(*) FROM conversation WHERE question != 'idle'") == [(0,)]


async def test_only_json_by_post_at_the_one_address_is_taken(pusher: Pusher) -> None:
    assert (await pusher.client.get(PATH)).status_code == 405
    assert (await pusher.client.post("/other")).status_code == 404
    assert (await pusher.post(b"{}", content_type="text/plain")).status_code == 415
    bomb = gzip.compress(b" " * 50_000_000)
    assert (await pusher.post(bomb, content_encoding="gzip")).status_code == 415
    assert (await pusher.post(b" " * 10_000_000)).status_code == 413


NO_UPDATES = [
    b"",
    b"null",
    b"[]",
    b"{",
    b"\xff\xfe",
    b"{}",
    b'{"update_id": "7"}',
    b'{"update_id": -1}',
    b'{"update_id": 1.5}',
    b'{"update_id": true}',
    b'{"update_id": 9223372036854775808}',
    b'{"update_id": 7, "update_id": 8}',
    b'{"update_id": 7, "message": {"a": 1, "a": 2}}',
    b'{"update_id": 7, "x": NaN}',
    b'{"update_id": 7, "x": -Infinity}',
    b'{"update_id": 7, "x": ' + b"9" * 5000 + b"}",
    b'{"update_id": 7, "x": ' + b"[" * 50 + b"]" * 50 + b"}",
    b'{"update_id": 7, "x": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    b'{"update_id": 7, "x": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}",
]


async def test_what_is_no_update_is_refused_and_changes_nothing(pusher: Pusher, dump) -> None:
    before = dump(pusher.county)
    assert {(await pusher.post(body)).status_code for body in NO_UPDATES} == {400}
    assert dump(pusher.county) == before


ODD_UPDATES: list[dict[str, Any]] = [
    {"update_id": 7},
    {"update_id": 7, "something_new": {"a": 1}},
    {"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}},
    {"update_id": 7, "message": {"message_id": 1, "date": 32503680000, "chat": {"id": 5, "type": "odd"}}},
    {
        "update_id": 7,
        "message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}, "text": "x"},
    },
]


async def test_an_update_that_means_nothing_is_taken_and_done_with(pusher: Pusher) -> None:
    assert {await pusher.push(update) for update in ODD_UPDATES} == {200}


@pytest.mark.parametrize("message", ["text", 7, [1], {"date": "x"}, {"message_id": 1, "date": 1, "chat": 5}])
async def test_an_update_that_cannot_be_read_is_put_aside_and_reported_once(
    pusher: Pusher, rows, message: object
) -> None:
    for _ in range(2):
        assert await pusher.push({"update_id": 7, "message": message}) == 200
    assert rows(pusher.county, "SELECT count(*) FROM dead_update") == [(1,)]
    await pusher.county.settle()
    assert pusher.county["office", "admin"].news().count("程序出错") == 1


async def test_the_same_update_five_times_at_once_has_one_effect(pusher: Pusher, rows) -> None:
    liaison = pusher.county["port", "liaison"]
    await pusher.push(_says(pusher, liaison, "填报"))
    await pusher.county.program.intake.settle()
    update = _says(pusher, liaison, "3 1 2 15.6 0")
    assert await asyncio.gather(*(pusher.push(update) for _ in range(5))) == [200] * 5
    assert rows(pusher.county, "SELECT count(*) FROM answer") == [(5,)]


async def test_updates_that_come_in_reverse_are_all_taken(pusher: Pusher, rows) -> None:
    updates = [_says(pusher, pusher.county[unit, "liaison"], "填报") for unit in ("port", "traffic_police")]
    for update in reversed(updates):
        assert await pusher.push(update) == 200
    assert rows(pusher.county, "SELECT count(*) FROM conversation WHERE question != 'idle'") == [(2,)]


async def test_a_database_that_cannot_asks_telegram_to_come_back(pusher: Pusher, monkeypatch, rows) -> None:
    liaison, update = (
        pusher.county["port", "liaison"],
        _says(pusher, pusher.county["port", "liaison"], "填报"),
    )

    async def fail(*_: object) -> None:
        raise StorageError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(pusher.county.database, "run", fail)
        answer = await pusher.post(json.dumps(update).encode())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert await pusher.push(update) == 200
    await pusher.county.program.intake.settle()
    assert "请依次回复" in liaison.news()


async def test_with_too_much_in_hand_telegram_is_asked_to_come_back(pusher: Pusher, monkeypatch) -> None:
    monkeypatch.setattr(door, "MOST_IN_HAND", 0)
    answer = await pusher.post(b'{"update_id": 7}')
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")


async def test_a_program_that_is_stopping_takes_nothing_more(pusher: Pusher) -> None:
    await pusher.county.program.drain()
    answer = await pusher.post(b'{"update_id": 7}')
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


async def test_who_claims_to_be_forwarded_is_not_believed(pusher: Pusher) -> None:
    answer = await pusher.client.post(
        PATH,
        content=b'{"update_id": 7}',
        headers={"x-forwarded-for": "149.154.160.1", "forwarded": "for=127.0.0.1"},
    )
    assert answer.status_code == 403
