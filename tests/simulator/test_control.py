"""The control API: a person's day by HTTP, and what it refuses."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from simulator.clock import Clock
from simulator.world import Person, World


async def ok(client: httpx.AsyncClient, verb: str, path: str, **body: Any) -> Any:
    answer = (
        await client.request(verb, f"/sim{path}", json=body)
        if body
        else await client.request(verb, f"/sim{path}")
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_persons_day_can_be_driven_by_http(client: httpx.AsyncClient, bot: Bot) -> None:
    lin = (await ok(client, "POST", "/people", first_name="林晓燕", username="lin"))["id"]
    started = await ok(client, "POST", "/start", person=lin, code="AbC-1_2")
    assert started == {"chat_id": lin, "message_id": 1, "update_id": 1001, "callback_query_id": None}
    markup = InlineKeyboardMarkup.from_button(InlineKeyboardButton("提交", callback_data="submit:1:1"))
    sent = await bot.send_message(lin, "提交？", reply_markup=markup)
    pressed = await ok(client, "POST", "/press", person=lin, message_id=sent.message_id, label="提交")
    await bot.answer_callback_query(pressed["callback_query_id"], "好")
    assert (await ok(client, "GET", f"/answers?person={lin}"))[0]["text"] == "好"
    said = await ok(client, "POST", "/say", person=lin, text="12", reply_to=sent.message_id)
    edited = await ok(client, "POST", "/edit", person=lin, message_id=said["message_id"], text="13")
    assert edited["update_id"] == said["update_id"] + 1
    await ok(client, "POST", "/delete", person=lin, message_id=said["message_id"])
    chat = await ok(client, "GET", f"/chats/{lin}")
    assert [m["deleted"] for m in chat["messages"]] == [False, False, True]
    assert chat["messages"][1]["buttons"] == [[{"text": "提交", "data": "submit:1:1"}]]
    assert len((await ok(client, "GET", f"/chats/{lin}?since=2"))["messages"]) == 1
    state = await ok(client, "GET", "/state")
    assert (state["pending_updates"], state["requests_in_flight"], state["poll_waiting"]) == (4, 0, False)


async def test_groups_by_http(client: httpx.AsyncClient, world: World, lin: Person) -> None:
    wang = (await ok(client, "POST", "/people", first_name="王建国"))["id"]
    group = (await ok(client, "POST", "/groups", title="乡镇群", creator=lin.id))["id"]
    assert (await ok(client, "POST", f"/groups/{group}/bot", by=lin.id))["update_id"]
    await ok(client, "POST", f"/groups/{group}/members", person=wang, by=lin.id)
    assert len(world.group(group).members) == 2
    await ok(client, "DELETE", f"/groups/{group}/members/{wang}?by={lin.id}")
    assert world.group(group).members[wang] == "kicked"
    moved = await ok(client, "POST", f"/groups/{group}/migrate")
    assert moved["type"] == "supergroup"
    assert world.group(group).migrated_to == moved["id"]
    await ok(client, "DELETE", f"/groups/{moved['id']}/bot?by={lin.id}")
    for name in ("block", "unblock", "deactivate"):
        await ok(client, "POST", f"/people/{lin.id}/{name}")
    assert {chat["type"] for chat in await ok(client, "GET", "/chats")} == {"private", "group", "supergroup"}
    assert [p["deactivated"] for p in await ok(client, "GET", "/people")] == [True, False]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("sticker", {"emoji": "🎉"}),
        ("voice", {"seconds": 3}),
        ("contact", {"phone_number": "1", "first_name": "王"}),
        ("location", {"latitude": 28.1, "longitude": 120.7}),
        ("dice", {"value": 2}),
        ("poll", {"question": "几点", "options": ["九", "十"]}),
        ("photo", {"content_base64": base64.b64encode(b"\xff\xd8\xff").decode()}),
        ("document", {"content_base64": "UEs=", "file_name": "表.xlsx", "caption": "七月"}),
    ],
)
async def test_anything_can_be_sent_by_http(
    client: httpx.AsyncClient, world: World, lin: Person, kind: str, fields: dict[str, Any]
) -> None:
    act = await ok(client, "POST", f"/send/{kind}", person=lin.id, **fields)
    assert act["update_id"]
    assert kind in world.last(lin).media
    assert world.ledger.entries[-1].method == f"send_{kind}"


async def test_a_document_can_be_uploaded_and_fetched_but_not_rendered(
    client: httpx.AsyncClient, world: World, lin: Person
) -> None:
    files = {"file": ("页.html", b"<script>alert(1)</script>", "text/html")}
    answer = await client.post("/sim/send/document", data={"person": str(lin.id)}, files=files)
    assert answer.status_code == 200
    document = world.last(lin).document
    assert document is not None
    fetched = await client.get(f"/sim/files/{document.file_id}")
    assert fetched.content == b"<script>alert(1)</script>"
    assert fetched.headers["content-type"] == "application/octet-stream"
    assert fetched.headers["content-disposition"] == "attachment"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/say", {"person": 1, "text": "x"}, 404),
        ("/say", {"text": "x"}, 400),
        ("/say", {"person": "七", "text": "x"}, 400),
        ("/say", {"person": True, "text": "x"}, 400),
        ("/say", {"person": 700, "text": 5}, 400),
        ("/press", {"person": 700, "label": "没有"}, 409),
        ("/people", {"first_name": "同号", "id": 700}, 409),
        ("/groups", {"title": "x", "type": "channel"}, 400),
        ("/send/gift", {"person": 700}, 404),
        ("/send/document", {"person": 700, "content_base64": "*"}, 400),
        ("/send/location", {"person": 700, "latitude": 1, "longitude": "nan"}, 400),
        ("/send/poll", {"person": 700, "question": "x", "options": [1]}, 400),
        ("/faults", {"kind": "flood"}, 400),
        ("/faults", {"kind": "429", "after": 3}, 400),
        ("/faults", {"kind": "429", "retry_after": "3"}, 400),
        ("/faults", {"kind": "5xx", "status": 999}, 400),
        ("/faults", {"kind": "slow", "latency": 1e9}, 400),
        ("/clock", {"now": "tomorrow"}, 400),
        ("/clock", {"rate": -1}, 400),
    ],
)
async def test_wrong_requests_are_refused_by_name(
    client: httpx.AsyncClient, world: World, path: str, body: dict[str, Any], status: int
) -> None:
    world.start(world.add_person("七百", id=700))
    answer = await client.post(f"/sim{path}", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]


async def test_bodies_that_are_no_json_object_are_refused(client: httpx.AsyncClient) -> None:
    for body in (b"{", b"[]", b"[" * 100_000, b"\xff"):
        assert (await client.post("/sim/say", content=body)).status_code == 400


async def test_only_this_machine_may_ask(client: httpx.AsyncClient) -> None:
    for headers in ({"host": "evil.example"}, {"origin": "https://evil.example"}, {"origin": "null"}):
        for path in ("/sim/state", "/sim/files/x"):
            assert (await client.get(path, headers=headers)).status_code == 403
    for host in ("127.0.0.1:8081", "localhost", "[::1]:8081"):
        assert (await client.get("/sim/state", headers={"host": host})).status_code == 200


async def test_faults_limits_and_clock_by_http(client: httpx.AsyncClient, world: World) -> None:
    rule = await ok(client, "POST", "/faults", kind="429", chat_id=-5, retry_after=35, times=0)
    assert await ok(client, "GET", "/faults") == [rule]
    assert await ok(client, "DELETE", f"/faults?id={rule['id']}") == {"cleared": 1}
    assert await ok(client, "POST", "/limits", on=True) == {"on": True}
    frozen = await ok(client, "POST", "/clock", now="2008-07-02T01:00:00Z", rate=0)
    assert frozen == {"now": "2008-07-02T01:00:00Z", "rate": 0} == await ok(client, "GET", "/clock")
    assert world.clock.now() == datetime(2008, 7, 2, 1, tzinfo=UTC)


async def test_messages_carry_the_virtual_time(bot: Bot, world: World, lin: Person) -> None:
    moment = datetime(2008, 7, 2, 1, tzinfo=UTC)
    world.clock.set(moment, rate=0)
    world.say(lin, "早")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.date == moment
    assert world.ledger.entries[-1].at == "2008-07-02T01:00:00Z"


def test_the_clock_runs_at_its_rate() -> None:
    real = [10.0]
    clock = Clock(lambda: real[0])
    clock.set(datetime(2008, 7, 2, tzinfo=UTC), rate=60)
    real[0] += 60
    assert clock.now() == datetime(2008, 7, 2, 1, tzinfo=UTC)
    clock.set(rate=0)
    real[0] += 60
    assert clock.now() == datetime(2008, 7, 2, 1, tzinfo=UTC)


async def test_the_ledger_holds_all_that_was_accepted_and_nothing_else(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.jsonl"
    world = World(ledger=path)
    lin = world.add_person("林晓燕")
    world.start(lin)
    world.send_document(lin, "表.xlsx", b"PK")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["seq"], line["kind"], line["method"], line["message_id"]) for line in lines] == [
        (1, "person", "say", 1),
        (2, "person", "send_document", 2),
    ]
    assert lines[1]["payload"]["document"]["size"] == 2
    assert len(lines[1]["payload"]["document"]["sha256"]) == 64
    world.ledger.close()


async def test_the_ledger_shows_the_bots_keyboards(bot: Bot, client: httpx.AsyncClient, lin: Person) -> None:
    markup = InlineKeyboardMarkup.from_button(InlineKeyboardButton("提交", callback_data="submit:1:1"))
    await bot.send_message(lin.id, "提交？", reply_markup=markup)
    (entry,) = await ok(client, "GET", "/ledger?since=1")
    assert entry["kind"] == "bot"
    assert entry["payload"] == {"text": "提交？", "keyboard": [[{"text": "提交", "data": "submit:1:1"}]]}
    assert (await ok(client, "GET", "/ledger"))[0]["method"] == "say"
