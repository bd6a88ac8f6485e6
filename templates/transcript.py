"""The demo's transcript: who said what to whom, at which moment."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo


@cache
def _frame() -> Mapping[str, str]:
    path = Path(__file__).parent / "messages" / "demo.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def frame(key: str, **fields: object) -> str:
    """A line of the transcript's frame."""
    return _frame()[key].format(**fields)


class Transcript:
    """Turns the pretend Telegram's ledger into lines that a newcomer can follow.

    ``names`` are people and groups by chat id.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self.names: dict[int, str] = {}
        self._moment = ""

    def lines(self, entry: Mapping[str, Any]) -> list[str]:
        """The lines of one ledger entry; none for what nobody sees."""
        body = self._body(entry)
        return [*self._when(entry["at"]), *body] if body else []

    def _when(self, at: str) -> list[str]:
        local = datetime.fromisoformat(at).astimezone(self.zone)
        moment = f"{local.month}月{local.day}日 {local:%H:%M}"
        if moment == self._moment:
            return []
        self._moment = moment
        return ["", frame("moment", when=moment)]

    def _body(self, entry: Mapping[str, Any]) -> list[str]:
        payload = entry["payload"]
        if entry["kind"] == "person":
            return self._person(entry, payload)
        if entry["method"] == "sendMessage":
            return [*self._head(entry), *_indented(payload["text"]), *_keyboard(payload)]
        if entry["method"] == "sendDocument":
            file = payload["document"]
            return [*self._head(entry), *_indented(frame("file", name=file["name"], size=file["size"]))]
        if entry["method"] in ("sendPhoto", "sendMediaGroup"):
            return [*self._head(entry), *_indented(frame("picture", caption=payload.get("text", "")))]
        if entry["method"] == "editMessageText":
            return ["", frame("edits", who=frame("bot")), *_indented(payload["text"]), *_keyboard(payload)]
        if entry["method"] == "answerCallbackQuery" and payload.get("text"):
            return _indented(frame("toast", text=payload["text"]))
        return []

    def _person(self, entry: Mapping[str, Any], payload: Mapping[str, Any]) -> list[str]:
        who = self._name(entry["who"])
        if entry["method"] == "press":
            return ["", frame("presses", who=who, label=payload["label"])]
        if entry["method"] == "say":
            chat = frame("bot") if entry["chat"] == entry["who"] else self._name(entry["chat"])
            return ["", frame("telegram_says", who=who, chat=chat), *_indented(payload["text"])]
        return []

    def _head(self, entry: Mapping[str, Any]) -> list[str]:
        return ["", frame("telegram_says", who=frame("bot"), chat=self._name(entry["chat"]))]

    def _name(self, chat: int) -> str:
        return self.names.get(chat, str(chat))


def _indented(text: str) -> list[str]:
    return [f"    {line}".rstrip() for line in text.split("\n")]


def _keyboard(payload: Mapping[str, Any]) -> list[str]:
    rows = payload.get("keyboard") or []
    return [
        "    " + frame("buttons", labels=frame("between").join(button["text"] for button in row))
        for row in rows
    ]
