"""Webhook pushes: secret header, order, retries, Retry-After, giving up."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.app import create_app
from simulator.webhook import SECRET_HEADER, Pusher, Webhook, retry_delay
from simulator.world import Person, World


class Receiver:
    """The bot's side: answers with the statuses put into `plan`, then with 200."""

    def __init__(self) -> None:
        self.got: list[tuple[str, int, str | None]] = []
        self.plan: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self.slept: list[float] = []
        self.app = Starlette(routes=[Route("/hook", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        update = await request.json()
        text = update["message"]["text"]
        self.got.append((text, update["update_id"], request.headers.get(SECRET_HEADER)))
        status, headers = self.plan.get(text, [(200, {})]).pop(0) if self.plan.get(text) else (200, {})
        return Response(status_code=status, headers=headers)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
async def pusher(world: World, receiver: Receiver) -> AsyncIterator[Pusher]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(receiver.app)) as client:
        pusher = Pusher(world, client, receiver.sleep)
        yield pusher
        await pusher.close()


def begin(world: World, pusher: Pusher, secret: str = "") -> None:
    world.webhook = Webhook("http://testserver/hook", secret)
    pusher.start(world.webhook)


async def test_what_waited_and_what_comes_is_pushed_with_the_secret(
    world: World, pusher: Pusher, receiver: Receiver, lin: Person, until: Any
) -> None:
    world.say(lin, "先")
    begin(world, pusher, "s3cret")
    world.say(lin, "后")
    await until(lambda: not world.updates.count())
    assert [(text, secret) for text, _, secret in receiver.got] == [("先", "s3cret"), ("后", "s3cret")]


async def test_a_failing_update_blocks_its_own_chat_only(
    world: World, pusher: Pusher, receiver: Receiver, lin: Person, until: Any
) -> None:
    wang = world.add_person("王建国")
    receiver.plan["坏"] = [(500, {})] * 3
    begin(world, pusher)
    world.say(lin, "坏")
    world.say(lin, "等")
    world.say(wang, "别人")
    await until(lambda: not world.updates.count())
    texts = [text for text, _, _ in receiver.got]
    assert [text for text in texts if text != "别人"] == ["坏", "坏", "坏", "坏", "等"]
    assert texts.index("别人") < texts.index("等")
    assert receiver.slept == [0, 2, 4]
    assert world.webhook is not None
    assert world.webhook.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"


async def test_retry_after_is_honoured(
    world: World, pusher: Pusher, receiver: Receiver, lin: Person, until: Any
) -> None:
    receiver.plan["忙"] = [(503, {"Retry-After": "17"}), (503, {"Retry-After": "9999"})]
    begin(world, pusher)
    world.say(lin, "忙")
    await until(lambda: not world.updates.count())
    assert receiver.slept == [17, 3600]


def test_waits_double_up_to_a_minute_or_two() -> None:
    assert [retry_delay(n, None) for n in range(1, 6)] == [0, 2, 4, 8, 16]
    assert 60 <= retry_delay(30, None) <= 120


async def test_an_update_too_old_is_given_up(
    world: World, pusher: Pusher, receiver: Receiver, lin: Person, until: Any
) -> None:
    receiver.plan["坏"] = [(500, {})] * 1000
    begin(world, pusher)
    world.say(lin, "坏")
    await until(lambda: receiver.got)
    world.clock.advance(hours=25)
    await until(lambda: not world.updates.count())
    assert world.updates.count() == 0


async def test_a_receiver_gone_for_23_hours_loses_its_webhook(
    world: World, pusher: Pusher, receiver: Receiver, lin: Person, until: Any
) -> None:
    receiver.plan["没了"] = [(410, {})] * 1000
    begin(world, pusher)
    world.say(lin, "没了")
    await until(lambda: receiver.got)
    world.clock.advance(hours=23, minutes=1)
    await until(lambda: world.webhook is None)
    assert world.updates.count() == 1


async def test_deleting_the_webhook_leaves_the_rest_for_polling(
    world: World, pusher: Pusher, receiver: Receiver, lin: Person
) -> None:
    begin(world, pusher)
    pusher.stop()
    world.webhook = None
    world.say(lin, "留着")
    await asyncio.sleep(0)
    assert receiver.got == []
    assert world.updates.count() == 1


async def test_the_webhook_methods_work_together(receiver: Receiver, until: Any) -> None:
    world = World()
    lin = world.add_person("林晓燕")
    world.say(lin, "不要了")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(receiver.app)) as outward:
        app = create_app(world, webhook_client=outward)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://testserver"
        ) as client:

            async def call(method: str, **params: Any) -> Any:
                return (await client.post(f"/bot{world.token}/{method}", json=params)).json()

            hook = {"url": "http://testserver/hook", "secret_token": "abc", "max_connections": 5}
            assert (await call("setWebhook", **hook, drop_pending_updates=True, allowed_updates=["message"]))[
                "result"
            ]
            world.say(lin, "推来")
            await until(lambda: not world.updates.count())
            assert [text for text, _, _ in receiver.got] == ["推来"]
            info = (await call("getWebhookInfo"))["result"]
            assert info["url"] == "http://testserver/hook"
            assert (info["max_connections"], info["allowed_updates"]) == (5, ["message"])
            assert (await call("setWebhook", url="http://127.0.0.1/", secret_token="a b"))[
                "error_code"
            ] == 400
            assert (await call("setWebhook", url="https://example.com/"))["error_code"] == 400
            assert (await call("setWebhook", url=""))["result"]
            assert (await call("getWebhookInfo"))["result"]["url"] == ""
        await app.state.pusher.close()
