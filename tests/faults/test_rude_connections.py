"""Connections that are reset, hang, or drip byte by byte: every call has an end, and nobody else waits (fault 24)."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.delivery import MOST_FLYING
from bot.line import Line
from bot.pace import Pace
from bot.program import Program
from services.runtime import Runtime
from simulator.transport import InProcessTransport
from storage import outbox, people
from storage.database import Database
from tests.days.county import County, Resident

PROMPT = "请于今天17:30前报送"
# What the line allows here; the naps of this file take no time, the line's clock is the real one.
SILENCE, SLACK = 0.3, 0.3


class Rude:
    """Between the program and the pretend Telegram: treats calls about some chats in one of several ways."""

    def __init__(self, county: County) -> None:
        self.chats: dict[int, str] = {}
        self.held = 0
        self.all_held = asyncio.Event()
        self._calls: set[asyncio.Task[None] | None] = set()
        self._telegram = httpx.AsyncClient(
            transport=InProcessTransport(county.app), base_url="http://testserver"
        )

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._calls.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._one(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        self._calls.discard(asyncio.current_task())

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        body = await reader.readexactly(int(length[1])) if length else b""
        chat = re.search(rb"chat_id=(-?\d+)", body)
        how = self.chats.get(int(chat[1]), "") if chat else ""
        if how == "reset":
            option = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
            return
        if how == "hang":
            self.held += 1
            if self.held == MOST_FLYING:
                self.all_held.set()
            await reader.read()  # until the other side has enough
            return
        verb, path, _ = head.split(" ", 2)
        kind = re.search(r"content-type: (.*)\r", head, re.IGNORECASE)
        headers = {"content-type": kind[1]} if kind else {}
        answer = await self._telegram.request(verb, path, content=body, headers=headers)
        whole = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n"
        whole = whole.replace(b"200", str(answer.status_code).encode())
        whole += f"content-length: {len(answer.content)}\r\n\r\n".encode() + answer.content
        for piece in [whole[at : at + 1] for at in range(len(whole))] if how == "drip" else [whole]:
            writer.write(piece)
            await writer.drain()
            if how == "drip":
                await _real_nap(0.05)

    async def close(self) -> None:
        await asyncio.gather(*filter(None, self._calls))
        await self._telegram.aclose()


async def _real_nap(seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()


@pytest.fixture
async def rude(opened: County) -> AsyncIterator[Rude]:
    """The county's program, started again behind a rude connection."""
    await opened.program.application.shutdown()
    opened.database.close()
    rude = Rude(opened)
    server = await asyncio.start_server(rude, "127.0.0.1", 0)
    opened.database = Database(opened.url)
    opened.runtime = Runtime(opened.database, opened.clock)
    opened.program = Program(
        opened.runtime,
        opened.world.token,
        f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
        request=lambda: Line(SILENCE, SLACK),
        pace=Pace(overall=10**6, per_chat=0, per_group=10**6),
        monotonic=opened.monotonic,
    )
    await opened.open()
    yield rude
    await opened.program.stop()
    server.close()
    await rude.close()


@pytest.mark.parametrize("how", ["reset", "hang", "drip"])
async def test_a_prompt_on_a_rude_connection_ends_in_time_and_arrives_once_it_is_better(
    opened: County, rude: Rude, watch, how: str
) -> None:
    liaison = opened["traffic_police", "liaison"]
    rude.chats[liaison.person.id] = how
    async with asyncio.timeout(20):
        await opened.at("2008-07-02 09:00")
    assert PROMPT in opened["port", "liaison"].news()
    rude.chats.clear()
    watch.seconds += 100
    async with asyncio.timeout(20):
        await opened.settle()
    # One that dripped was accepted, and its answer never came whole: a prompt may be seen twice.
    assert 1 <= liaison.news().count(PROMPT) <= (2 if how == "drip" else 1)


async def test_replies_find_a_connection_while_as_many_letters_hang_as_may(
    opened: County, rude: Rude
) -> None:
    def many_letters(desk) -> None:
        for number in range(MOST_FLYING + 20):
            chat = opened.world.add_person(f"第{number}人")
            rude.chats[chat.id] = "hang"
            person = people.add_person(desk.tx, str(chat.id), chat.first_name, desk.now)
            to = outbox.Recipient(person_id=person)
            outbox.put(desk.tx, f"odd:{number}", "notice", to, {"text": "通知", "buttons": []}, desk.now)

    opened.runtime.work_now(many_letters)
    delivering = asyncio.create_task(opened.program.delivery.run())
    async with asyncio.timeout(20):
        await rude.all_held.wait()
    liaison: Resident = opened["port", "liaison"]
    opened.world.say(liaison.person, "填报")
    async with asyncio.timeout(SILENCE):
        await opened.program.intake.poll(0)
        await opened.program.intake.settle()
    assert "请依次回复" in liaison.news()
    delivering.cancel()
    await asyncio.gather(delivering, return_exceptions=True)


async def test_a_call_that_drips_is_not_waited_for_longer_than_allowed(opened: County, rude: Rude) -> None:
    liaison = opened["port", "liaison"]
    rude.chats[liaison.person.id] = "drip"
    began = asyncio.get_running_loop().time()
    with pytest.raises(Exception, match="too slow"):
        await opened.program.application.bot.send_message(liaison.person.id, "慢")
    assert asyncio.get_running_loop().time() - began < SILENCE + SLACK + 1.0
