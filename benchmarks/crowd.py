"""Telegram and a crowd on it, answered inside the process: no socket, no HTTP."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from telegram.request import BaseRequest, RequestData

TOKEN = "100000001:" + "A" * 35
DATE = 1214872200
BOT = {"id": 100000001, "is_bot": True, "first_name": "一报", "username": "synthetic_bot"}


class Crowd(BaseRequest):
    """People who each type their next line as soon as the last one was answered; also all of Telegram's side.

    ``said`` counts the bot's messages, ``seconds`` are the times from typing to the answer.
    """

    def __init__(self, first_update: int = 1) -> None:
        self.said = 0
        self.seconds: list[float] = []
        self._lines: dict[int, Iterator[str]] = {}
        self._ready: deque[tuple[int, str]] = deque()
        self._left = 0
        self._somebody = asyncio.Event()
        self._update = first_update
        self._message_ids: dict[int, int] = {}
        self._since: dict[int, float] = {}

    def will_type(self, lines: Mapping[int, Sequence[str]]) -> None:
        """What each person is going to type; the first line of each is there at once."""
        self.said, self.seconds = 0, []
        self._left = sum(map(len, lines.values()))
        self._lines = {person: iter(texts) for person, texts in lines.items()}
        for person in self._lines:
            self._types(person)

    def pile_up(self, lines: Mapping[int, Sequence[str]], seed: int = 1) -> None:
        """What everybody typed without waiting for an answer: mixed, each person's in order."""
        order = [person for person, texts in lines.items() for _ in texts]
        random.Random(seed).shuffle(order)
        left = {person: iter(texts) for person, texts in lines.items()}
        self._lines = {}
        self._ready = deque((person, next(left[person])) for person in order)
        self._left = len(order)
        self._somebody.set()

    @property
    def typing(self) -> bool:
        """True while there are lines that the program has not fetched."""
        return self._left > 0

    def _types(self, person: int) -> None:
        if (line := next(self._lines[person], None)) is not None:
            self._ready.append((person, line))
            self._somebody.set()

    def updates(self, limit: int = 100) -> list[dict[str, Any]]:
        """What getUpdates returns now."""
        taken = [self._ready.popleft() for _ in range(min(limit, len(self._ready)))]
        self._left -= len(taken)
        if not self._ready:
            self._somebody.clear()
        return [self._typed(person, line) for person, line in taken]

    def _typed(self, person: int, line: str) -> dict[str, Any]:
        self._update += 1
        self._since[person] = time.perf_counter()
        message = self._message(person, _who(person), line)
        return {"update_id": self._update, "message": message}

    def _message(self, chat: int, sender: Mapping[str, Any], text: str) -> dict[str, Any]:
        """Ids grow within a chat, whoever writes."""
        self._message_ids[chat] = number = self._message_ids.get(chat, 0) + 1
        return {
            "message_id": number,
            "from": sender,
            "chat": {"id": chat, "type": "private", "first_name": f"第{chat}人"},
            "date": DATE,
            "text": text,
        }

    def _shown(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """The bot's message arrived: whoever reads it types the next line."""
        person = int(asked["chat_id"])
        shown = self._message(person, BOT, asked["text"])
        if "reply_markup" in asked:
            shown["reply_markup"] = asked["reply_markup"]
        self.said += 1
        self.seconds.append(time.perf_counter() - self._since[person])
        if person in self._lines:
            self._types(person)
        return shown

    async def do_request(
        self, url: str, *_: Any, request_data: RequestData | None = None, **__: Any
    ) -> tuple[int, bytes]:
        asked = request_data.parameters if request_data else {}
        result: Any = True
        match url.rpartition("/")[2]:
            case "sendMessage":
                result = self._shown(asked)
            case "getUpdates":
                await self._somebody.wait()
                result = self.updates(int(str(asked["limit"])))
            case "getMe":
                result = BOT
        return 200, json.dumps({"ok": True, "result": result}).encode()

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...


def _who(person: int) -> dict[str, Any]:
    return {"id": person, "is_bot": False, "first_name": f"第{person}人", "language_code": "zh-hans"}
