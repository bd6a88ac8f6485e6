"""Over a real loopback socket, as the demo and an acceptance driver use it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import HTTPXRequest

from simulator.faults import Fault
from simulator.server import main, make_server
from simulator.world import Person, World


@pytest.fixture
async def address(world: World, until: Any) -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = make_server(world)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


async def test_a_bot_talks_over_a_socket(world: World, address: str, lin: Person, until: Any) -> None:
    def request() -> HTTPXRequest:
        return HTTPXRequest(httpx_kwargs={"trust_env": False})

    bot = Bot(
        world.token,
        base_url=f"{address}/bot",
        base_file_url=f"{address}/file/bot",
        request=request(),
        get_updates_request=request(),
    )
    async with bot:
        poll = asyncio.create_task(bot.get_updates(timeout=50))
        await until(lambda: world.updates.polling)
        world.say(lin, "在")
        assert len(await poll) == 1
        sent = await bot.send_document(lin.id, b"PK", filename="表.xlsx")
        assert sent.document is not None
        assert bytes(await (await bot.get_file(sent.document.file_id)).download_as_bytearray()) == b"PK"
        world.add_fault(Fault("timeout_after_accept"))
        with pytest.raises(NetworkError, match="RemoteProtocolError"):
            await bot.send_message(lin.id, "断了")
        world.add_fault(Fault("timeout_after_accept", latency=0.3))
        with pytest.raises(TimedOut):
            await bot.send_message(lin.id, "超时", read_timeout=0.05)
        assert [m.text for m in world.messages(lin)[-2:]] == ["断了", "超时"]


async def test_a_poll_ends_when_its_socket_closes(world: World, address: str, until: Any) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get(f"{address}/bot{world.token}/getUpdates?timeout=50", timeout=0.1)
    await until(lambda: not world.updates.polling)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.com", "testserver"])
def test_only_loopback_is_listened_on(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--host", host])
    assert "loopback" in capsys.readouterr().err
