"""Two hundred connections that never say what they want hold up nobody (bad input 66)."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import httpx
import pytest

from bot import webhook as door
from bot.intake import Webhook
from bot.webhook import SECRET_HEADER, listening
from tests.days.county import County

SECRET = "S" * 32


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _until_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    with contextlib.suppress(ConnectionError):
        while await reader.read(1000):
            pass
    await _let_go(writer)
    return True


async def _let_go(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def test_slow_connections_hold_up_nobody_and_are_hung_up_on(
    opened: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HEAD_SECONDS", 1.0)
    monkeypatch.setattr(door, "BODY_SECONDS", 1.0)
    port = _free_port()
    async with listening(opened.program, Webhook("https://yibao.example/t", SECRET), "127.0.0.1", port):
        async with asyncio.timeout(10):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    await _let_go(writer)
                    break
        head = (
            f"POST /t HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\ncontent-type: application/json\r\n"
        )
        slow = []
        for number in range(200):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            # Half of them stop in the head, half in the body.
            writer.write((head + ("content-length: 99\r\n\r\n{" if number % 2 else "")).encode())
            slow.append((reader, writer))
        async with httpx.AsyncClient(trust_env=False) as client:
            headers = {SECRET_HEADER: SECRET}
            answer = await client.post(f"http://127.0.0.1:{port}/t", json={"update_id": 7}, headers=headers)
        assert answer.status_code == 200
        async with asyncio.timeout(20):
            assert all(await asyncio.gather(*(_until_closed(*one) for one in slow)))
