"""A world, a real python-telegram-bot `Bot` on it, and two ways of calling it raw."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from telegram import Bot
from telegram.request import HTTPXRequest

from simulator.app import create_app
from simulator.world import Person, World

Json = dict[str, Any]
Caller = Callable[..., Awaitable[Json]]
Until = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture(autouse=True)
def _waits_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Telegram's waiting times as timedelta, the library's coming default."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def until() -> Until:
    """Let the loop run until something holds; fails after about five seconds."""

    async def wait(holds: Callable[[], object]) -> None:
        for turn in range(6000):
            if holds():
                return
            await asyncio.sleep(0 if turn < 1000 else 0.001)
        pytest.fail("it never came true")

    return wait


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def app(world: World) -> AsyncIterator[Starlette]:
    app = create_app(world)
    yield app
    await app.state.pusher.close()
    world.ledger.close()


@pytest.fixture
def make_bot(world: World, app: Starlette) -> Callable[..., Bot]:
    def make(token: str = world.token, transport: httpx.AsyncBaseTransport | None = None) -> Bot:
        def request() -> HTTPXRequest:
            return HTTPXRequest(httpx_kwargs={"transport": transport or httpx.ASGITransport(app)})

        return Bot(
            token,
            base_url="http://testserver/bot",
            base_file_url="http://testserver/file/bot",
            request=request(),
            get_updates_request=request(),
        )

    return make


@pytest.fixture
async def bot(make_bot: Callable[..., Bot]) -> AsyncIterator[Bot]:
    async with make_bot() as bot:
        yield bot


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest.fixture
def api(world: World, client: httpx.AsyncClient) -> Caller:
    """Call a Bot API method with a JSON body and see the whole answer."""

    async def call(method: str, **params: Any) -> Json:
        answer = await client.post(f"/bot{world.token}/{method}", json=params)
        body: Json = answer.json()
        assert body["ok"] == (answer.status_code == 200)
        assert body["ok"] or body["error_code"] == answer.status_code
        return body

    return call


@pytest.fixture
def lin(world: World) -> Person:
    """Someone who has already pressed Start; the queue is empty again."""
    person = world.add_person("林晓燕", username="lin_xiaoyan")
    world.start(person)
    world.updates.drop_all()
    return person
