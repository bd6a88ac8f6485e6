"""Two programs on one database, the one on duty killed again and again: every fire point is sent once.

``python -m benchmarks replicas`` plays 1,050 fire points (50 units, seven months, announcement, prompt and
overdue notice) with 40 kills; ``BENCH_DATABASE`` names a PostgreSQL database that may be filled.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from benchmarks import programme
from bot.clock import VirtualClock
from services import loading
from services.desk import Desk
from services.runtime import Runtime
from simulator.server import make_server
from simulator.world import World
from storage import holdings, people
from storage.database import Database
from storage.migrate import upgrade

ROOT = Path(__file__).resolve().parents[1]
UNITS, MONTHS, KILLS, SEED = 50, 7, 40, 20080702
PATIENCE = 60.0
# Announcement, prompt and overdue notice of one month: day and hour.
POINTS = ((1, "09:00"), (2, "09:00"), (2, "17:31"))


@dataclass
class Found:
    """``doubled`` counts messages beyond one for a fire point; ``in_doubt`` sends that a kill interrupted."""

    points: int
    sent: int = 0
    doubled: int = 0
    in_doubt: int = 0
    kills: int = 0
    takeovers: list[float] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return self.sent == self.points and self.doubled <= self.in_doubt


class Replicas:
    """The pretend Telegram in a thread, and two programs as processes that stand in for each other."""

    def __init__(self, folder: Path, url: str, units: int) -> None:
        self.folder, self.url, self.units = folder, url, units
        self.world = World()
        self.now = datetime.fromisoformat("2008-07-01T08:00+08:00")
        self.sim_port = _free_port()
        self.ports = [_free_port(), _free_port()]
        self.programs: dict[int, subprocess.Popen[bytes]] = {}
        self.http = httpx.Client(timeout=10, trust_env=False)

    def prepare(self) -> None:
        upgrade(self.url)
        with Database(self.url) as database:
            runtime = Runtime(database, VirtualClock(self.now))
            runtime.work_now(loading.load, programme.files(self.units, 1))
            runtime.work_now(self._everyone_joins)

    def _everyone_joins(self, desk: Desk) -> None:
        for post in people.posts(desk.tx):
            person = self.world.add_person(f"{post.unit}示例")
            person.started = True
            known = people.add_person(desk.tx, str(person.id), person.first_name, desk.now)
            holdings.take(desk.tx, post.id, known, "join", desk.now)

    def start(self, port: int) -> None:
        environment = {
            "YIBAO_TOKEN": self.world.token,
            "YIBAO_API_BASE_URL": f"http://127.0.0.1:{self.sim_port}",
            "YIBAO_DATABASE_URL": self.url,
            "YIBAO_CLOCK_START": self.now.isoformat(),
            "YIBAO_CLOCK_RATE": "0",
            "YIBAO_STATUS_PORT": str(port),
            "YIBAO_MESSAGES_PER_SECOND": "1000",
        }
        clean = {key: value for key, value in os.environ.items() if not key.startswith("YIBAO_")}
        with (self.folder / f"{port}.log").open("ab") as log:
            words = [sys.executable, "-m", "bot", "run"]
            self.programs[port] = subprocess.Popen(
                words, cwd=ROOT, env=clean | environment, stdout=log, stderr=log
            )

    def status(self, port: int) -> dict[str, Any]:
        with contextlib.suppress(httpx.TransportError):
            return dict(self.http.get(f"http://127.0.0.1:{port}/status.json").json())
        return {}

    def on_duty(self) -> int:
        """The port of the one on duty; 0 when there is none at the moment."""
        return next((port for port in self.ports if self.status(port).get("on_duty")), 0)

    def until_duty(self) -> int:
        self.until("nobody is on duty", self.on_duty)
        return self.on_duty() or self.until_duty()

    def until(self, what: str, holds: Any) -> float:
        began = time.monotonic()
        while not holds():
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError(f"{what}: waited {PATIENCE:.0f} s in vain, see {self.folder}")
            time.sleep(0.05)
        return time.monotonic() - began

    def move(self, to: datetime) -> None:
        """Both programs' clocks; a program that is just being started reads the moment from its environment."""
        self.now = to
        self.world.clock.set(to, 0)
        for port in self.ports:
            with contextlib.suppress(httpx.TransportError):
                self.http.post(f"http://127.0.0.1:{port}/clock", json={"now": to.isoformat()})

    def kill(self, port: int) -> float:
        """kill -9 the one on duty; returns the seconds until the other one is. Then it is started again."""
        victim = self.programs[port]
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        took = self.until("nobody took over", lambda: self.on_duty() not in (0, port))
        self.start(port)
        self.until("the killed one did not come back", lambda: self.status(port))
        return took

    def fired(self) -> list[tuple[str, str, int]]:
        """(key, state, attempts) of every letter."""
        with Database(self.url) as database:
            return database.run_sync(_fired)

    def said(self) -> int:
        """Messages that the pretend Telegram accepted."""
        return sum(
            entry.kind == "bot" and entry.method == "sendMessage" for entry in self.world.ledger.since(0)
        )

    def close(self) -> None:
        for process in self.programs.values():
            process.terminate()
        for process in self.programs.values():
            process.wait(30)
        self.http.close()


@contextlib.contextmanager
def _telegram(replicas: Replicas) -> Iterator[None]:
    server = make_server(replicas.world, port=replicas.sim_port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    replicas.until("the pretend Telegram did not start", lambda: server.started)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def play(folder: Path, url: str, *, units: int, months: int, kills: int, seed: int) -> Found:
    """Move through the months, killing the one on duty at random moments after a move."""
    chance = random.Random(seed)
    replicas = Replicas(folder, url, units)
    replicas.prepare()
    moments = [_moment(month, day, hour) for month in range(7, 7 + months) for day, hour in POINTS]
    plan = Counter(chance.choice(moments) for _ in range(kills))
    found = Found(points=units * len(moments))
    with _telegram(replicas), contextlib.closing(replicas):
        for port in replicas.ports:
            replicas.start(port)
        replicas.until("nobody is on duty", replicas.on_duty)
        replicas.until("not both are up", lambda: all(map(replicas.status, replicas.ports)))
        for moment in moments:
            mover = threading.Thread(target=replicas.move, args=(moment,))
            mover.start()
            for _ in range(plan[moment]):
                time.sleep(chance.uniform(0.0, 0.6))
                found.takeovers.append(replicas.kill(replicas.until_duty()))
                found.kills += 1
                replicas.move(moment)
            mover.join()
            replicas.until("letters wait", lambda: _done(replicas))
    _compare(replicas, found)
    return found


def _moment(month: int, day: int, hour: str) -> datetime:
    return datetime.fromisoformat(
        f"{2008 + (month - 1) // 12}-{(month - 1) % 12 + 1:02}-{day:02}T{hour}+08:00"
    )


def _done(replicas: Replicas) -> bool:
    port = replicas.on_duty()
    return bool(port) and replicas.status(port).get("idle") is True


def _compare(replicas: Replicas, found: Found) -> None:
    """Every fire point has one row, which was sent; a message more than once only where a kill left doubt."""
    rows, said = replicas.fired(), replicas.said()
    fired = [
        row for row in rows if row[0].split(":")[0] in ("announce", "prompt", "overdue") and ":unit" in row[0]
    ]
    found.sent = sum(state == "sent" for _, state, _ in fired)
    found.in_doubt = sum(attempts - 1 for _, _, attempts in rows)
    found.doubled = said - sum(state == "sent" for _, state, _ in rows)


def _fired(tx: Any) -> list[tuple[str, str, int]]:
    return [tuple(row) for row in tx.exec_driver_sql("SELECT key, state, attempts FROM outbox")]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = os.environ.get("BENCH_DATABASE", f"sqlite:///{folder / 'replicas.db'}")
        found = play(folder, url, units=UNITS, months=MONTHS, kills=KILLS, seed=SEED)
    print(f"seed {SEED}: {found.points} fire points, {found.kills} kills of the program on duty")
    print(f"sent once: {found.sent}; repeats {found.doubled}, sends in doubt {found.in_doubt}")
    print(f"taken over within {max(found.takeovers):.1f} s")
    if not found.clean:
        raise SystemExit("not every fire point was sent exactly once")
