"""What the outside sees: health, numbers, logs without secrets, and a self-check that speaks up."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import structlog

from bot.web import create_app
from schedules.selfcheck import look
from services.selfcheck import LATE
from simulator.faults import Fault
from storage.database import StorageError
from tests.days.county import County, Watch, moment

PROMPT = "请于今天17:30前报送"


@pytest.fixture
async def outside(opened: County) -> AsyncIterator[httpx.AsyncClient]:
    app = httpx.ASGITransport(create_app(opened.program))
    async with httpx.AsyncClient(transport=app, base_url="http://127.0.0.1") as client:
        yield client


def _number(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, text
    return float(found[1])


async def test_numbers_for_prometheus_follow_what_happens(
    opened: County, outside: httpx.AsyncClient, file_report
) -> None:
    await file_report(opened, "traffic_police")
    liaison = opened["port", "liaison"]
    await liaison.says("填报")
    await liaison.says("abc")
    opened.clock.set(moment("2008-07-02 09:00"))
    await opened.program.tick()
    opened.clock.set(moment("2008-07-02 09:03"))
    text = (await outside.get("/metrics")).text
    assert _number(text, "yibao_answers_total") == 9
    assert _number(text, 'yibao_updates_total{kind="callback_query"}') >= 2
    assert (
        sum(map(float, re.findall(r'^yibao_refusals_total\{cause="\w+"\} (\S+)$', text, re.MULTILINE))) == 1
    )
    assert _number(text, "yibao_outbox_waiting") == 2
    assert _number(text, "yibao_outbox_oldest_seconds") == 180
    assert _number(text, 'yibao_outbox{state="failed"}') == 0
    assert _number(text, "yibao_on_duty") == 1
    assert _number(text, "yibao_database_retries_total") == 0
    assert _number(text, "yibao_tick_lag_seconds") == 0


async def test_a_program_is_ready_when_it_has_its_place_and_its_database(
    opened: County, outside: httpx.AsyncClient, monkeypatch
) -> None:
    assert (await outside.get("/readyz")).json() == {"ready": True, "missing": []}

    async def fail(*_: object) -> None:
        raise StorageError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(opened.database, "run", fail)
        answer = await outside.get("/readyz")
        assert (answer.status_code, answer.json()["missing"]) == (503, ["database"])
        assert (await outside.get("/metrics")).status_code == 503
        assert (await outside.get("/healthz")).status_code == 200
    await opened.program.drain()
    assert (await outside.get("/readyz")).json()["missing"] == ["running"]


async def test_a_bell_that_stopped_ringing_is_no_health(
    opened: County, outside: httpx.AsyncClient, watch: Watch
) -> None:
    assert (await outside.get("/healthz")).status_code == 200
    watch.seconds += 121
    assert (await outside.get("/healthz")).status_code == 503
    await opened.program.tick()
    assert (await outside.get("/healthz")).status_code == 200


async def test_only_health_and_numbers_are_for_other_machines(opened: County) -> None:
    app = httpx.ASGITransport(create_app(opened.program), client=("10.0.0.7", 5000))
    async with httpx.AsyncClient(transport=app, base_url="http://127.0.0.1") as client:
        assert (await client.get("/status.json")).status_code == 403
        assert (await client.post("/clock", json={})).status_code == 403
        assert (await client.get("/readyz")).status_code == 200


async def test_all_is_well_on_an_ordinary_day(opened: County) -> None:
    await opened.at("2008-07-02 09:00")
    opened.clock.set(moment("2008-07-02 09:05"))
    assert await look(opened.runtime) == {}


async def test_the_admin_is_told_once_a_day_of_letters_that_do_not_go_out(opened: County) -> None:
    admin = opened["office", "admin"]
    opened.world.add_fault(Fault("429", chat_id=opened["port", "liaison"].person.id, retry_after=3600))
    await opened.at("2008-07-02 09:00")
    opened.clock.set(moment("2008-07-02 09:00") + LATE + timedelta(seconds=1))
    for _ in range(3):
        assert await look(opened.runtime) == {"unsent": 1}
        await opened.settle()
    assert admin.news().count("有1条消息到时超过2分钟没有发出") == 1
    opened.clock.set(moment("2008-07-03 09:00"))
    await look(opened.runtime)
    await opened.settle()
    assert "没有发出" in admin.news()


async def test_the_admin_is_told_of_what_was_due_and_not_done(opened: County) -> None:
    opened.clock.set(moment("2008-07-02 09:03"))
    found = await look(opened.runtime)
    assert found["undone"] == 3
    await opened.settle()
    assert "有3件到时的事超过2分钟没有办" in opened["office", "admin"].news()


async def test_the_heartbeat_is_heard_only_while_all_is_well(opened: County, monkeypatch) -> None:
    heard: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(str(request.url))
        return httpx.Response(200)

    client = httpx.AsyncClient
    monkeypatch.setattr(httpx, "AsyncClient", lambda **_: client(transport=httpx.MockTransport(answer)))
    opened.program.heartbeat_url = "https://heart.example/beat"
    await opened.program.look_after()
    assert heard == ["https://heart.example/beat"]
    opened.clock.set(moment("2008-07-02 09:03"))
    await opened.program.look_after()
    assert len(heard) == 1


async def test_a_whole_day_leaves_no_token_telephone_or_answer_in_the_logs(
    opened: County, monkeypatch, capsys, file_report
) -> None:
    written = io.StringIO()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(written),
        cache_logger_on_first_use=False,
    )
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    canaries = ("3 1 2 15.6 0", "金丝雀进展", "金丝雀问题", "金丝雀求助", "金丝雀计划")
    liaison = opened["traffic_police", "liaison"]
    try:
        await liaison.says("金丝雀乱写 13800138000")
        await liaison.says("我的电话13800138000")
        await file_report(opened, "traffic_police", *canaries)
        opened.world.add_fault(Fault("429", chat_id=opened["port", "liaison"].person.id))
        for at in ("2008-07-02 09:00", "2008-07-02 15:30", "2008-07-02 17:31", "2008-07-07 09:00"):
            await opened.at(at)
        await opened["office", "admin"].presses("发布到领导群")
        await opened.settle()
    finally:
        structlog.reset_defaults()
    caught = capsys.readouterr()
    text = written.getvalue() + caught.out + caught.err
    for secret in ("金丝雀", "13800138000", "15.6", opened.world.token, opened.world.token.partition(":")[2]):
        assert secret not in text
    lines = [line for line in text.splitlines() if '"event": "update"' in line]
    assert any(
        '"period": "2008-06"' in line and '"person": ' in line and '"update": ' in line for line in lines
    )
