"""People fill real forms while the program is killed with -9 again and again; at the end every answer is accounted for.

``python -m benchmarks.torture --people 300 --seed 7``: the pretend Telegram and the program are processes of their own, the
people are played here. The seed decides at which of their doings the program is killed, and who reports what.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from benchmarks import programme
from bot.clock import VirtualClock
from bot.demo.processes import Processes
from forms.cells import Cell, figure, narrative
from services import cycle, loading
from services.desk import Desk
from services.runtime import Runtime
from storage import holdings, people, tasks
from storage.database import Database
from storage.migrate import upgrade
from tests.postgres import Server

ROWS = 3
FIRST_PERSON = 720_000_000
PROGRESS, PROBLEMS = "narrative.progress", "narrative.problems"
# When nothing has happened for so many seconds (then twice as many, and so on), a person presses again, or asks 进度;
# what they typed they never repeat by themselves. Thirty messages a second is all that Telegram lets the program say,
# so the more people there are the longer everybody has to wait.
IMPATIENT = 4.0
IMPATIENT_EACH = 1 / 15
GIVE_UP = 25.0
# The program is killed again only after it has done so much: kills while it starts would show nothing new each time.
LIFE = 10
OPENED = datetime.fromisoformat(programme.OPENS)


@dataclass
class Person:
    """One telephone: reads the newest message and does what it asks for, once for each message."""

    number: int
    signs: bool
    newest: dict[str, Any] = field(default_factory=dict)
    answered: int = 0
    doings: int = 0
    finished: bool = False
    usual_patience: float = IMPATIENT
    waiting_since: float = field(default_factory=time.monotonic)
    patience: float = 0.0
    asked_again: int = 0
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def id(self) -> int:
        return FIRST_PERSON + self.number * 2 + self.signs

    def shown(self, entry: dict[str, Any]) -> None:
        """The bot wrote something."""
        text = entry["payload"].get("text", "")
        self.seen[text] += 1
        if any(word in text for word in (("已审核签字",) if self.signs else ("已提交", "已由"))):
            self.finished = True
        before, self.newest = self.newest, entry
        if not (self._press() or self._type()):  # a mere sentence: what was asked before it still stands
            self.newest = before

    def next(self, now: float) -> tuple[str, dict[str, Any]] | None:
        """(path, body) of what this person does now; None while they wait."""
        if self.finished:
            return None
        newest = self.newest.get("message_id", 0)  # 0: even the greeting never came
        again = newest <= self.answered
        self.patience = max(self.patience, self.usual_patience)
        if again and now - self.waiting_since < self.patience:
            return None
        self.patience = self.patience * 2 if again else self.usual_patience
        found = self._press() or (self._says("进度") if again else self._type())
        if found is None:
            return None
        self.asked_again += again
        self.answered, self.waiting_since = newest, now
        self.doings += 1
        return found

    def _press(self) -> tuple[str, dict[str, Any]] | None:
        payload = self.newest.get("payload", {})
        labels = [button["text"] for row in payload.get("keyboard", []) for button in row]
        for label in ("同意签字", "提交", "开始填报", "继续填报"):
            if label in labels:
                body = {"person": self.id, "message_id": self.newest["message_id"], "label": label}
                return "press", body
        return None

    def _type(self) -> tuple[str, dict[str, Any]] | None:
        text = self.newest.get("payload", {}).get("text", "")
        row = next((row for row in range(ROWS) if f"第{self.number}单位{row}行·当月" in text), None)
        if row is not None and "请依次回复" in text:
            return self._says(programme.typed(self.number, row))
        if "工作进展到什么程度" in text:
            return self._says(self.told(PROGRESS))
        if "需要帮助解决什么" in text:
            return self._says(self.told(PROBLEMS))
        return None

    def told(self, at: str) -> str:
        return f"第{self.number}单位的{at.partition('.')[2]}"

    def _says(self, text: str) -> tuple[str, dict[str, Any]]:
        return "say", {"person": self.id, "text": text}

    def expected(self) -> dict[str, Cell]:
        """What the database must hold of this person at the end."""
        cells = {
            f"{programme.row_key(self.number, row)}.{measure}": figure(amount)
            for row in range(ROWS)
            for measure, amount in zip(programme.MEASURES, programme.figures(self.number, row), strict=True)
        }
        return cells | {at: narrative(self.told(at)) for at in (PROGRESS, PROBLEMS)}


@dataclass
class Findings:
    """What is wrong at the end; all of it must be empty.

    ``repeated`` are messages seen twice: what people asked for again (``asked_again``), and sends in doubt.
    """

    lost: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    repeated: int = 0
    asked_again: int = 0
    kills: int = 0
    doings: int = 0
    seconds: float = 0.0

    @property
    def clean(self) -> bool:
        return not (self.lost or self.stuck or self.wrong or self.doubled)

    def __str__(self) -> str:
        return (
            f"lost {len(self.lost)}, stuck {len(self.stuck)}, wrong {len(self.wrong)}, doubled {len(self.doubled)};"
            f" {self.kills} kills, {self.doings} doings, {self.repeated} messages seen twice"
            f" ({self.asked_again} asked for again), {self.seconds:.0f} s"
        )


class Torture:
    """One run."""

    def __init__(self, out: Path, url: str, *, crowd: int, seed: int, kills: Sequence[float]) -> None:
        self.processes = Processes(out, url)
        self.url = url
        self.random = random.Random(seed)
        self.patience = IMPATIENT + 2 * crowd * IMPATIENT_EACH
        self.people = [
            Person(number, signs, usual_patience=self.patience)
            for number in range(crowd)
            for signs in (False, True)
        ]
        self.by_id = {person.id: person for person in self.people}
        usual = crowd * (ROWS + 2 + 4)
        self.kill_at = sorted(int(usual * part) + self.random.randint(0, 9) for part in kills)
        self.doings = 0
        self.findings = Findings()
        self._ledger = self._listening = 0

    def run(self) -> Findings:
        began = time.monotonic()
        self._prepare()
        try:
            self.processes.start_simulator(OPENED)
            for person in self.people:
                self.processes.sim("POST", "people", {"first_name": f"第{person.number}人", "id": person.id})
            for person in self.people:
                self.processes.sim("POST", "start", {"person": person.id, "code": ""})
            self.processes.start_bot(OPENED)
            asyncio.run(self._play())
            self.processes.wait(lambda: self.processes.quiet, GIVE_UP + 2 * self.patience)
        finally:
            self.processes.close()
        self._compare()
        self.findings.doings = self.doings
        self.findings.seconds = time.monotonic() - began
        return self.findings

    def _prepare(self) -> None:
        """A database with an open period, and somebody for each post."""
        upgrade(self.url)
        with Database(self.url) as database:
            runtime = Runtime(database, VirtualClock(OPENED))
            runtime.work_now(loading.load, programme.files(len(self.people) // 2, ROWS))
            runtime.work_now(cycle.tick)
            runtime.work_now(self._join)

    def _join(self, desk: Desk) -> None:
        posts = {(post.unit, post.role): post.id for post in people.posts(desk.tx)}
        for person in self.people:
            role = "signatory" if person.signs else "liaison"
            joined = people.add_person(desk.tx, str(person.id), f"第{person.number}人", desk.now)
            holdings.take(desk.tx, posts[programme.unit_key(person.number), role], joined, "join", desk.now)

    # --- playing -----------------------------------------------------------------------------------

    async def _play(self) -> None:
        async with httpx.AsyncClient(base_url=f"{self.processes.sim_url}/sim/", timeout=30.0) as telephones:
            await self._until_done(telephones)

    async def _until_done(self, telephones: httpx.AsyncClient) -> None:
        killing: asyncio.Task[None] | None = None
        last_news = time.monotonic()
        while not all(person.finished for person in self.people):
            if await self._read(telephones) or (killing is not None and not killing.done()):
                last_news = time.monotonic()
            for path, body in list(self._doing()):
                await self._does(telephones, path, body)
                back = self._ledger >= self._listening + LIFE
                if (
                    self.kill_at
                    and self.doings >= self.kill_at[0]
                    and back
                    and (killing is None or killing.done())
                ):
                    self.kill_at.pop(0)
                    killing = asyncio.create_task(self._kill())
            if time.monotonic() - last_news > GIVE_UP + 2 * self.patience:
                break
            await asyncio.sleep(0.01)
        if killing is not None:
            await killing

    def _doing(self) -> Iterator[tuple[str, dict[str, Any]]]:
        now = time.monotonic()
        for person in self.random.sample(self.people, len(self.people)):
            if (found := person.next(now)) is not None:
                yield found

    async def _does(self, telephones: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
        answer = await telephones.post(path, json=body)
        if answer.status_code == 409 and path == "press":  # the bot took the button away meanwhile
            return
        answer.raise_for_status()
        self.doings += 1

    async def _kill(self) -> None:
        """After a moment that the seed decides: between any two steps of the program's work."""
        await asyncio.sleep(self.random.uniform(0, 0.05))
        self.findings.kills += 1
        await asyncio.to_thread(self.processes.kill, OPENED)
        self._listening = self._ledger

    async def _read(self, telephones: httpx.AsyncClient) -> int:
        """Hand out what the bot wrote; returns how much that was."""
        entries = (await telephones.get("ledger", params={"since": self._ledger})).json()
        for entry in entries:
            self._ledger = entry["seq"]
            if entry["kind"] == "bot" and entry["method"] == "sendMessage" and entry["chat"] in self.by_id:
                self.by_id[entry["chat"]].shown(entry)
        return len(entries)

    # --- comparing ---------------------------------------------------------------------------------

    def _compare(self) -> None:
        found = self.findings
        found.stuck = [f"person {person.id}" for person in self.people if not person.finished]
        found.asked_again = sum(person.asked_again for person in self.people)
        found.repeated = sum(count - 1 for person in self.people for count in person.seen.values())
        with Database(self.url) as database:
            database.run_sync(self._compare_answers)

    def _compare_answers(self, tx: Any) -> None:
        for person in self.people:
            if person.signs:
                continue
            (task,) = tasks.of_unit(tx, programme.unit_key(person.number))
            stored = tasks.answers_of_task(tx, task.id)
            expected = person.expected()
            missing = [at for at in expected if at not in stored]
            acknowledged = "\n".join(person.seen)
            self.findings.lost += [at for at in missing if person.finished or _title(at) in acknowledged]
            self.findings.wrong += [
                f"{at}: {cell} instead of {expected.get(at)}"
                for at, cell in stored.items()
                if cell != expected.get(at) and cell.answered
            ]
            if person.finished and task.state not in ("submitted", "signed"):
                self.findings.lost.append(f"submission of {task.unit}")
            self.findings.doubled += tasks.doubled_answers(tx, task.id)


def _title(at: str) -> str:
    return f"已记录：{at}"


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100, help="liaisons; each has a signatory too")
    parser.add_argument("--kills", default="0.2,0.4,0.6,0.8", help="when, as parts of all doings")
    parser.add_argument(
        "--seed", type=int, default=None, help="printed; the same seed kills at the same doings"
    )
    parser.add_argument("--runs", type=int, default=1, help="runs with seeds from --seed on")
    parser.add_argument(
        "--postgres", action="store_true", help="on a PostgreSQL of its own instead of SQLite"
    )
    asked = parser.parse_args(words)
    first = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**6)
    kills = [float(part) for part in asked.kills.split(",") if part]
    bad = 0
    with _server(asked.postgres) as server:
        for seed in range(first, first + asked.runs):
            found = torture(asked.people, seed, kills, server)
            print(f"seed {seed}: {found}", flush=True)
            bad += not found.clean
    where = "PostgreSQL" if asked.postgres else "SQLite"
    print(
        f"{asked.runs} runs of {asked.people} people on {where} from seed {first}: {bad} with something wrong"
    )
    return 1 if bad else 0


@contextmanager
def _server(wanted: bool) -> Iterator[Server | None]:
    if not wanted:
        yield None
        return
    server = Server.found()
    try:
        server.start()
        yield server
    finally:
        server.remove()


def torture(crowd: int, seed: int, kills: Sequence[float], server: Server | None = None) -> Findings:
    """One run in a folder of its own, which is kept when something is wrong."""
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    name = server.create() if server else ""
    url = server.url(name) if server else f"sqlite:///{folder / 'county.db'}"
    found = Torture(folder, url, crowd=crowd, seed=seed, kills=kills).run()
    if found.clean:
        shutil.rmtree(folder)
        if server:
            server.drop(name)
    else:
        print(f"  kept {folder}: stuck {found.stuck[:5]} lost {found.lost[:5]} wrong {found.wrong[:5]}")
    return found


if __name__ == "__main__":
    sys.exit(main())
