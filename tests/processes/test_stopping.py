"""SIGTERM ends the program within ten seconds, whatever it is doing or waiting for; what it took is finished or comes again."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from benchmarks import replicas
from bot.demo.processes import free_port
from simulator.faults import Fault
from simulator.server import make_server
from simulator.world import World
from storage.migrate import upgrade

ROOT = Path(__file__).resolve().parents[2]
MOST = 10.0
NOW = datetime.fromisoformat("2008-07-01T08:00+08:00")


class Bench:
    """A pretend Telegram in a thread, and the program as a process."""

    def __init__(self, folder: Path) -> None:
        self.world = World()
        self.port, self.status_port = free_port(), free_port()
        self.path = folder / "county.db"
        self.log = folder / "bot.log"
        self.server = make_server(self.world, port=self.port)
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()
        self.until(lambda: self.server.started)

    def start(self, **more: str) -> subprocess.Popen[bytes]:
        environment = {
            "YIBAO_TOKEN": self.world.token,
            "YIBAO_API_BASE_URL": f"http://127.0.0.1:{self.port}",
            "YIBAO_DATABASE_URL": f"sqlite:///{self.path}",
            "YIBAO_PROGRAMME": str(ROOT / "programmes" / "yongjia"),
            "YIBAO_CLOCK_START": NOW.isoformat(),
            "YIBAO_STATUS_PORT": str(self.status_port),
        }
        clean = {key: value for key, value in os.environ.items() if not key.startswith("YIBAO_")}
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                cwd=ROOT,
                env=clean | environment | more,
                stdout=log,
                stderr=log,
            )

    def until(self, holds, seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, self.log.read_text() if self.log.exists() else "not started"
            time.sleep(0.02)

    def asked_for(self, method: str) -> bool:
        return any(rule.method == method and rule.struck for rule in self.world.faults.rules)

    def status(self) -> dict[str, object]:
        with contextlib.suppress(httpx.TransportError):
            return dict(httpx.get(f"http://127.0.0.1:{self.status_port}/status.json", trust_env=False).json())
        return {}

    def close(self) -> None:
        self.server.should_exit = True
        self._thread.join(30)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def ends(program: subprocess.Popen[bytes]) -> float:
    """Seconds from SIGTERM to the end."""
    began = time.monotonic()
    program.send_signal(signal.SIGTERM)
    try:
        program.wait(MOST)
    finally:
        program.kill()
        program.wait()
    return time.monotonic() - began


def test_while_it_waits_for_another_program_to_migrate(bench: Bench) -> None:
    with closing(sqlite3.connect(bench.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        program = bench.start()
        time.sleep(3)
        assert program.poll() is None
        ends(program)
    upgrade(f"sqlite:///{bench.path}")


@pytest.mark.parametrize("method", ["getMe", "setMyCommands", "getWebhookInfo"])
def test_while_it_starts_and_telegram_does_not_answer(bench: Bench, method: str) -> None:
    bench.world.add_fault(Fault("slow", method=method, latency=600, times=0))
    program = bench.start()
    bench.until(lambda: bench.asked_for(method))
    ends(program)


def test_while_somebody_waits_for_its_status_page(bench: Bench) -> None:
    """The clock's page answers when the program has its place: it never got one."""
    bench.world.add_fault(Fault("slow", method="setMyCommands", latency=600, times=0))
    program = bench.start(YIBAO_CLOCK_RATE="0")
    bench.until(bench.status)

    def move_the_clock() -> None:
        with contextlib.suppress(httpx.HTTPError):
            httpx.post(
                f"http://127.0.0.1:{bench.status_port}/clock",
                json={"now": NOW.isoformat()},
                trust_env=False,
                timeout=60,
            )

    waiting = threading.Thread(target=move_the_clock)
    waiting.start()
    time.sleep(0.5)
    ends(program)
    waiting.join(30)


def test_under_load_what_is_on_its_way_arrives_and_the_rest_goes_out_after_the_next_start(
    tmp_path: Path,
) -> None:
    county = replicas.Replicas(tmp_path, f"sqlite:///{tmp_path / 'county.db'}", 90)
    county.prepare()
    with replicas._telegram(county), closing(county):
        county.start(county.ports[0])
        county.until_duty()
        slow = county.world.add_fault(Fault("slow", method="sendMessage", latency=1.5, times=0))
        county.move(datetime.fromisoformat("2008-07-01T09:00+08:00"))
        time.sleep(0.5)
        ends(county.programs[county.ports[0]])
        states = Counter(state for _, state, _ in county.fired())
        assert set(states) <= {"sent", "pending"}
        assert states["pending"]
        assert county.said() == states["sent"]
        county.world.faults.clear(slow.id)
        county.start(county.ports[0])
        county.until("letters wait", lambda: replicas._done(county))
        assert {state for _, state, _ in county.fired()} == {"sent"}
        assert county.said() == len(county.fired())


def test_while_the_database_is_locked(bench: Bench) -> None:
    program = bench.start()
    bench.until(lambda: bench.status().get("on_duty"))
    with closing(sqlite3.connect(bench.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        bench.world.start(bench.world.add_person("李示例"), "")
        time.sleep(1)
        ends(program)
    assert bench.world.updates.pending
