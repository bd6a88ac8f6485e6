"""The stage: a pretend Telegram and the program, each a process of its own, and the people with telephones."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from bot.clock import VirtualClock
from bot.program import read_programme_files
from services.loading import NewInvite, invite_everyone, load
from services.runtime import Runtime
from simulator.state import DEFAULT_TOKEN
from storage.database import Database
from storage.migrate import upgrade
from templates.transcript import Transcript, frame

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
LOOPBACK = "127.0.0.1"


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
        self.http = httpx.Client(timeout=PATIENCE)
        self.sim_port, self.bot_port = port or _free_port(), _free_port()
        self.ids: dict[tuple[str, str], int] = {}
        self._ledger_seen = 0
        self._doings = 0
        self._random = random.Random(seed)
        self._kill_after = frozenset(self._random.sample(range(1, DOINGS), kills))
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def _moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.zone)

    # --- the two processes -------------------------------------------------------------------------

    def open(self, programme: Path) -> dict[tuple[str, str], NewInvite]:
        """Start everything on an empty folder; returns the invite codes by (unit, role)."""
        self.out.mkdir(parents=True, exist_ok=True)
        for name in ("demo.db", "demo.db-wal", "demo.db-shm", "ledger.jsonl", "bot.log"):
            (self.out / name).unlink(missing_ok=True)
        self._start_simulator()
        invites = self._prepare(programme)
        self._start_bot()
        return invites

    @property
    def url(self) -> str:
        return f"sqlite:///{(self.out / 'demo.db').resolve()}"

    def _prepare(self, programme: Path) -> dict[tuple[str, str], NewInvite]:
        upgrade(self.url)
        with Database(self.url) as database:
            runtime = Runtime(database, VirtualClock(self.now))
            runtime.work_now(load, read_programme_files(programme))
            return {(one.unit, one.role): one for one in runtime.work_now(invite_everyone)}

    def _start_simulator(self) -> None:
        ledger = str((self.out / "ledger.jsonl").resolve())
        status = f"http://{LOOPBACK}:{self.bot_port}"
        words = ["-m", "simulator", "--port", str(self.sim_port), "--ledger", ledger, "--status-url", status]
        self._spawn("simulator", words, {})
        self._wait(lambda: self._sim("GET", "state") is not None)
        self._sim("POST", "clock", {"now": self.now.isoformat(), "rate": 0})

    def _start_bot(self) -> None:
        environment = {
            "YIBAO_TOKEN": DEFAULT_TOKEN,
            "YIBAO_API_BASE_URL": f"http://{LOOPBACK}:{self.sim_port}",
            "YIBAO_DATABASE_URL": self.url,
            "YIBAO_CLOCK_START": self.now.isoformat(),
            "YIBAO_CLOCK_RATE": "0",
            "YIBAO_STATUS_PORT": str(self.bot_port),
        }
        self._spawn("bot", ["-m", "bot", "run"], environment)
        self._wait(lambda: self._status() is not None)

    def _spawn(self, name: str, words: list[str], environment: dict[str, str]) -> None:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("YIBAO_")}
        with (self.out / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, env=clean | environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """kill -9 the program, then start it again on what it left."""
        bot = self._processes["bot"]
        bot.send_signal(signal.SIGKILL)
        bot.wait()
        self.tell(frame("killed"))
        self._wait(self._poll_gone)
        self._start_bot()

    def _poll_gone(self) -> bool:
        state = self._sim("GET", "state")
        return state is not None and not state["poll_waiting"]

    @property
    def running(self) -> bool:
        """Whether both processes are still there."""
        return all(process.poll() is None for process in self._processes.values())

    def close(self) -> None:
        """Stop both; the program goes first, so that it does not see Telegram vanish."""
        for process in reversed(self._processes.values()):
            process.terminate()
        for process in self._processes.values():
            process.wait(PATIENCE)
        self.http.close()

    # --- time and quiet ----------------------------------------------------------------------------

    def at(self, text: str) -> None:
        """It is now this time in both processes; everything due happens before this returns."""
        self.now = self._moment(text)
        self._sim("POST", "clock", {"now": self.now.isoformat(), "rate": 0})
        answer = self.http.post(
            f"http://{LOOPBACK}:{self.bot_port}/clock", json={"now": self.now.astimezone(UTC).isoformat()}
        )
        answer.raise_for_status()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is on its way, then tell what happened."""
        self._wait(self._quiet)
        for entry in self._sim("GET", f"ledger?since={self._ledger_seen}"):
            self._ledger_seen = entry["seq"]
            for line in self.transcript.lines(entry):
                self.tell(line)

    def _quiet(self) -> bool:
        for _ in range(2):
            state, status = self._sim("GET", "state"), self._status()
            if state is None or status is None or not status["idle"]:
                return False
            if state["pending_updates"] or state["requests_in_flight"] > state["poll_waiting"]:
                return False
        return bool(state and state["poll_waiting"])

    def _wait(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(f"the demo waited {PATIENCE:.0f} s in vain; see {self.out}/bot.log")
            time.sleep(0.01)

    def _status(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.http.get(f"http://{LOOPBACK}:{self.bot_port}/status.json").json()
        except httpx.TransportError:
            return None
        return found

    def _sim(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        try:
            answer = self.http.request(method, f"http://{LOOPBACK}:{self.sim_port}/sim/{path}", json=body)
        except httpx.TransportError:
            return None
        answer.raise_for_status()
        return answer.json()

    # --- people ------------------------------------------------------------------------------------

    def person(self, post: tuple[str, str], name: str, called: str) -> None:
        """Somebody who is to hold a post."""
        self.ids[post] = self._sim("POST", "people", {"first_name": name, "about": called})["id"]
        self.transcript.names[self.ids[post]] = f"{name}（{called}）"

    def start(self, post: tuple[str, str], code: str) -> None:
        """Open the invite link."""
        self._do("start", {"person": self.ids[post], "code": code})

    def say(self, post: tuple[str, str], text: str, chat: int | None = None) -> None:
        self._do("say", {"person": self.ids[post], "text": text, "chat": chat})

    def press(self, post: tuple[str, str], label: str) -> None:
        """Press the newest button with this label."""
        person = self.ids[post]
        for message in reversed(self.chat(person)):
            if any(button["text"] == label for row in message["buttons"] for button in row):
                self._do("press", {"person": person, "message_id": message["message_id"], "label": label})
                return
        raise LookupError(f"{post} sees no button {label}")

    def group(self, admin: tuple[str, str], title: str) -> int:
        """The admin makes a group and puts the bot into it."""
        group: int = self._sim("POST", "groups", {"title": title, "creator": self.ids[admin]})["id"]
        self.transcript.names[group] = title
        self._do(f"groups/{group}/bot", {"by": self.ids[admin]})
        return group

    def enter(self, post: tuple[str, str], group: int) -> None:
        """Somebody joins a group."""
        self._do(f"groups/{group}/members", {"person": self.ids[post]})

    def chat(self, chat: int) -> list[dict[str, Any]]:
        """A chat's messages as its members see them."""
        found: list[dict[str, Any]] = self._sim("GET", f"chats/{chat}")["messages"]
        return found

    def file(self, file_id: str) -> bytes:
        return self.http.get(f"http://{LOOPBACK}:{self.sim_port}/sim/files/{file_id}").content

    def _do(self, path: str, body: dict[str, Any]) -> None:
        """Somebody does something; perhaps the program is killed at this very moment."""
        self._sim("POST", path, body)
        self._doings += 1
        if self._doings in self._kill_after:
            time.sleep(self._random.uniform(0, 0.03))
            self.kill()
        self.settle()


# People do at least so many things in the story: kills are spread over them.
DOINGS = 60


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
