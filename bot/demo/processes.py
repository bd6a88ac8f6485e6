"""The pretend Telegram and the program as processes of their own, which can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from simulator.state import DEFAULT_TOKEN

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0  # seconds; a crowded machine takes a while to start a process
LOOPBACK = "127.0.0.1"


class Processes:
    """Starts both on ``url``, a database that is ready; their logs and the ledger are left in ``out``.

    ``port`` is the pretend Telegram's; 0 takes any that is free.
    """

    def __init__(self, out: Path, url: str, *, port: int = 0) -> None:
        self.out = out
        self.url = url
        self.http = httpx.Client(timeout=PATIENCE)
        self.sim_port, self.bot_port = port or free_port(), free_port()
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def sim_url(self) -> str:
        return f"http://{LOOPBACK}:{self.sim_port}"

    @property
    def bot_url(self) -> str:
        return f"http://{LOOPBACK}:{self.bot_port}"

    def start_simulator(self, now: datetime, *more: str) -> None:
        ledger = str((self.out / "ledger.jsonl").resolve())
        words = ["-m", "simulator", "--port", str(self.sim_port), "--ledger", ledger]
        self._spawn("simulator", [*words, "--status-url", self.bot_url, *more], {})
        self.wait(lambda: self.sim("GET", "state") is not None)
        self.sim("POST", "clock", {"now": now.isoformat(), "rate": 0})

    def start_bot(self, now: datetime, rate: float = 0) -> None:
        environment = {
            "YIBAO_TOKEN": DEFAULT_TOKEN,
            "YIBAO_API_BASE_URL": self.sim_url,
            "YIBAO_DATABASE_URL": self.url,
            "YIBAO_CLOCK_START": now.isoformat(),
            "YIBAO_CLOCK_RATE": str(rate),
            "YIBAO_STATUS_PORT": str(self.bot_port),
            "YIBAO_MESSAGES_PER_SECOND": "10000",  # the pretend Telegram sets no limit here
            "YIBAO_MOST_A_MINUTE": "0",  # the demo's people type as fast as machines
        }
        self._spawn("bot", ["-m", "bot", "run"], environment)
        self.wait(lambda: self.status() is not None)

    def _spawn(self, name: str, words: list[str], environment: dict[str, str]) -> None:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("YIBAO_")}
        with (self.out / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, env=clean | environment, stdout=log, stderr=log
            )

    def kill(self, now: datetime) -> None:
        """kill -9 the program, then start it again on what it left."""
        bot = self._running["bot"]
        bot.send_signal(signal.SIGKILL)
        bot.wait()
        self.wait(self._poll_gone)
        self.start_bot(now)

    def _poll_gone(self) -> bool:
        state = self.sim("GET", "state")
        return state is not None and not state["poll_waiting"]

    @property
    def alive(self) -> bool:
        """Whether both are still there."""
        return all(process.poll() is None for process in self._running.values())

    def close(self) -> None:
        """Stop both; the program goes first, so that it does not see Telegram vanish."""
        for process in reversed(self._running.values()):
            process.terminate()
        for process in self._running.values():
            process.wait(PATIENCE)
        self.http.close()

    def wait(self, done: Callable[[], bool], seconds: float = PATIENCE) -> None:
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(f"waited {seconds:.0f} s in vain; see {self.out}/bot.log")
            time.sleep(0.01)

    @property
    def quiet(self) -> bool:
        """True when nothing is on its way between the two."""
        for _ in range(2):
            state, status = self.sim("GET", "state"), self.status()
            if state is None or status is None or not status["idle"]:
                return False
            if state["pending_updates"] or state["requests_in_flight"] > state["poll_waiting"]:
                return False
        return bool(state and state["poll_waiting"])

    def status(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.http.get(f"{self.bot_url}/status.json").json()
        except httpx.TransportError:
            return None
        return found

    def sim(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The control API of the pretend Telegram; None while it cannot be reached."""
        try:
            answer = self.http.request(method, f"{self.sim_url}/sim/{path}", json=body)
        except httpx.TransportError:
            return None
        answer.raise_for_status()
        return answer.json()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
