"""The stage: a pretend Telegram and the program, each a process of its own, and the people with telephones."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import VirtualClock
from bot.demo.processes import Processes
from bot.program import read_programme_files
from services.invites import NewInvite, invite_everyone
from services.loading import load
from services.runtime import Runtime
from storage.database import Database
from storage.migrate import upgrade
from templates.transcript import Transcript, frame


class Stage:
    """Starts both processes, moves both clocks together, and lets people say and press things.

    ``kills`` is how many times the program is killed with -9 right after somebody did something; ``seed``
    decides when. ``port`` is the pretend Telegram's, whose page is there; 0 takes any that is free.
    """

    def __init__(
        self, out: Path, tell: Callable[[str], None], *, start: str, kills: int, seed: int, port: int = 0
    ) -> None:
        self.out = out
        self.tell = tell
        self.zone = ZoneInfo("Asia/Shanghai")
        self.now = self._moment(start)
        self.transcript = Transcript(self.zone)
        self.processes = Processes(out, f"sqlite:///{(out / 'demo.db').resolve()}", port=port)
        self.ids: dict[tuple[str, str], int] = {}
        self._ledger_seen = 0
        self._quiet = False
        self._doings = 0
        self._random = random.Random(seed)
        self._kill_after = frozenset(self._random.sample(range(1, DOINGS), kills))

    def _moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.zone)

    # --- the two processes -------------------------------------------------------------------------

    def open(self, programme: Path) -> dict[tuple[str, str], NewInvite]:
        """Start everything on an empty folder; returns the invite codes by (unit, role)."""
        self.out.mkdir(parents=True, exist_ok=True)
        for name in ("demo.db", "demo.db-wal", "demo.db-shm", "ledger.jsonl", "bot.log"):
            (self.out / name).unlink(missing_ok=True)
        self.processes.start_simulator(self.now)
        invites = self._prepare(programme)
        self.processes.start_bot(self.now)
        return invites

    def _prepare(self, programme: Path) -> dict[tuple[str, str], NewInvite]:
        upgrade(self.processes.url)
        with Database(self.processes.url) as database:
            runtime = Runtime(database, VirtualClock(self.now))
            runtime.work_now(load, read_programme_files(programme))
            return {(one.unit, one.role): one for one in runtime.work_now(invite_everyone)}

    def kill(self) -> None:
        """kill -9 the program, then start it again on what it left."""
        self.tell(frame("killed"))
        self.processes.kill(self.now)

    @property
    def running(self) -> bool:
        """Whether both processes are still there."""
        return self.processes.alive

    def close(self) -> None:
        self.processes.close()

    # --- time and quiet ----------------------------------------------------------------------------

    def at(self, text: str) -> None:
        """It is now this time in both processes; everything due happens before this returns."""
        self.now = self._moment(text)
        self.processes.sim("POST", "clock", {"now": self.now.isoformat(), "rate": 0})
        moment = {"now": self.now.astimezone(UTC).isoformat()}
        self.processes.http.post(f"{self.processes.bot_url}/clock", json=moment).raise_for_status()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is on its way, then tell what happened."""
        self.processes.wait(lambda: self.processes.quiet)
        for entry in self.processes.sim("GET", f"ledger?since={self._ledger_seen}"):
            self._ledger_seen = entry["seq"]
            if not self._quiet:
                for line in self.transcript.lines(entry):
                    self.tell(line)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What happens meanwhile is not told; it stands in the ledger."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    # --- people ------------------------------------------------------------------------------------

    def person(self, post: tuple[str, str], name: str, called: str) -> None:
        """Somebody who is to hold a post."""
        self.ids[post] = self.processes.sim("POST", "people", {"first_name": name, "about": called})["id"]
        self.transcript.names[self.ids[post]] = f"{name}（{called}）"

    def start(self, post: tuple[str, str], code: str) -> None:
        """Open the invite link."""
        self._do("start", {"person": self.ids[post], "code": code})

    def starts(self, post: tuple[str, str], code: str) -> None:
        """The same, without waiting for the answer."""
        self.processes.sim("POST", "start", {"person": self.ids[post], "code": code})

    def say(self, post: tuple[str, str], text: str, chat: int | None = None) -> None:
        self._do("say", {"person": self.ids[post], "text": text, "chat": chat})

    def press(self, post: tuple[str, str], label: str, chat: int | None = None) -> None:
        """Press the newest button with this label, in a group where one is named."""
        self._do("press", self._pressed(post, label, chat))

    def _pressed(self, post: tuple[str, str], label: str, chat: int | None = None) -> dict[str, Any]:
        person = self.ids[post]
        where = person if chat is None else chat
        for message in reversed(self.chat(where)):
            if any(button["text"] == label for row in message["buttons"] for button in row):
                return {"person": person, "chat": where, "message_id": message["message_id"], "label": label}
        raise LookupError(f"{post} sees no button {label}")

    def label(self, post: tuple[str, str], words: str) -> str:
        """The label under somebody's newest message that contains these words, "" when there is none."""
        buttons = [button["text"] for row in self.chat(self.ids[post])[-1]["buttons"] for button in row]
        return next((text for text in buttons if words in text), "")

    def together(self, doings: Iterable[tuple[str, str, str, str]]) -> None:
        """Several people say or press something at once: (say or press, unit, role, words)."""
        for verb, unit, role, words in list(doings):
            post = (unit, role)
            body = (
                self._pressed(post, words) if verb == "press" else {"person": self.ids[post], "text": words}
            )
            self.processes.sim("POST", verb, body)
        self.settle()

    def filed(self, post: tuple[str, str], form: str) -> None:
        """Tell in a line that somebody filed a table."""
        self.tell(frame("filed", who=self.transcript.names[self.ids[post]], form=form))

    def group(self, admin: tuple[str, str], title: str) -> int:
        """The admin makes a group and puts the bot into it."""
        group: int = self.processes.sim("POST", "groups", {"title": title, "creator": self.ids[admin]})["id"]
        self.transcript.names[group] = title
        self._do(f"groups/{group}/bot", {"by": self.ids[admin]})
        return group

    def enter(self, post: tuple[str, str], group: int) -> None:
        """Somebody joins a group."""
        self._do(f"groups/{group}/members", {"person": self.ids[post]})

    def called(self, title: str) -> int:
        """The group with this title."""
        return next(chat for chat, name in self.transcript.names.items() if name == title)

    def chat(self, chat: int) -> list[dict[str, Any]]:
        """A chat's messages as its members see them."""
        found: list[dict[str, Any]] = self.processes.sim("GET", f"chats/{chat}")["messages"]
        return found

    def file(self, file_id: str) -> bytes:
        return self.processes.http.get(f"{self.processes.sim_url}/sim/files/{file_id}").content

    def _do(self, path: str, body: dict[str, Any]) -> None:
        """Somebody does something; perhaps the program is killed at this very moment."""
        self.processes.sim("POST", path, body)
        self._doings += 1
        if self._doings in self._kill_after:
            time.sleep(self._random.uniform(0, 0.03))
            self.kill()
        self.settle()


# People do at least so many things in the story: kills are spread over them.
DOINGS = 60
