"""The sample county with its page on a loopback port: the pretend Telegram and the program in one thread's loop."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.clock import VirtualClock
from bot.pace import Pace
from bot.program import Program, read_programme_files
from bot.web import serving
from services.invites import invite_everyone
from services.loading import load
from services.runtime import Runtime
from simulator.model import Group, Message, Person
from simulator.server import make_server
from simulator.world import World
from storage.database import Database
from storage.leadership import NoLock
from storage.migrate import upgrade
from tests.tables import only, units_in

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = ZoneInfo("Asia/Shanghai")
PATIENCE = 20.0
ROLES = {"liaison": "联络员", "signatory": "审核人", "admin": "管理员"}
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class County:
    """Everything runs in a thread of its own, as the browser's other side; the world is touched through `do`."""

    def __init__(self, folder: Path, start: str = "2008-06-30 10:00") -> None:
        now = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI).astimezone(UTC)
        self.url = f"sqlite:///{folder / 'county.db'}"
        self.port, self.status_port = free_port(), free_port()
        self.world = World()
        self.world.clock.set(now, 0)
        self.clock = VirtualClock(now)
        self.people: dict[str, Person] = {}
        self.files = only(read_programme_files(ROOT / "programmes" / "yongjia"), ("safety",))
        self.group: Group | None = None
        self._ready = threading.Event()
        self._failed: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="county", daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        self._thread.start()
        assert self._ready.wait(PATIENCE), "the county did not start"
        if self._failed is not None:
            raise self._failed

    def close(self) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE)

    def do(self, act: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Call a method of the world on its own thread."""

        async def call() -> T:
            return act(*args, **kwargs)

        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(PATIENCE)

    def messages(self, who: str) -> list[Message]:
        return self.do(self.world.messages, self.people[who])

    def until(self, holds: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, "it never came true"
            time.sleep(0.05)

    # --- inside the thread ------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failed = error
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = make_server(self.world, port=self.port, status_url=f"http://127.0.0.1:{self.status_port}")
        serving_page = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        upgrade(self.url)
        async with Database(self.url) as database:
            program = Program(
                Runtime(database, self.clock),
                self.world.token,
                self.address,
                pace=Pace(overall=10**6, per_chat=0, per_group=10**6),
            )
            program.runtime.work_now(load, self.files)
            await program.start()
            async with serving(program, "127.0.0.1", self.status_port):
                work = asyncio.create_task(program.run(NoLock()))
                await program.placed.wait()
                await self._populate(program)
                self._ready.set()
                await self._stop.wait()
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
            await program.stop()
        server.should_exit = True
        await serving_page

    async def _populate(self, program: Program) -> None:
        """Everybody joins; the office registers the leaders' group; a leader is in it."""
        units = units_in(self.files)
        invites = [one for one in program.runtime.work_now(invite_everyone) if one.unit in units]
        for name, invite in zip(SURNAMES, invites, strict=False):
            about = f"{invite.unit_name}{ROLES[invite.role]}"
            person = self.world.add_person(f"{name}示例", about=about)
            self.people[about] = person
            self.world.start(person, invite.code)
        await self._quiet(program)
        admin = self.people["县府办管理员"]
        self.group = self.world.add_group("县领导群（示例）", creator=admin)
        self.world.add_bot(self.group, admin)
        self.world.join(self.group, self.world.add_person("陈示例", about="县领导"))
        self.world.say(admin, "/register", self.group)
        await self._quiet(program)
        self.world.press(admin, label="确认登记")
        await self._quiet(program)

    async def _quiet(self, program: Program) -> None:
        still = 0
        while still < 3:
            busy = self.world.updates.count() or not self.world.updates.polling or not program.idle
            still = 0 if busy or self.world.in_flight else still + 1
            await asyncio.sleep(0.02)
