"""A county on a pretend Telegram: people say and press things, time moves when told to."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from openpyxl import Workbook, load_workbook
from telegram.request import HTTPXRequest

from bot.clock import VirtualClock
from bot.pace import Pace
from bot.painter import Paint
from bot.program import Program, read_programme_files
from bot.robots import Robot
from reporting.edition import Edition
from services.invites import NewInvite, invite_everyone
from services.loading import load
from services.runtime import Runtime
from simulator.app import create_app
from simulator.model import Group, Message, Person
from simulator.transport import InProcessTransport
from simulator.world import Act, World
from storage.database import Database
from storage.migrate import upgrade
from templates.edition_outputs import make as make_output
from templates.message import Attachment
from templates.picture_model import Picture
from tests.tables import only, units_in

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = ZoneInfo("Asia/Shanghai")
SURNAMES = dict(
    zip(["office", "anjian", "traffic_police", "port", "fire_brigade"], "赵钱孙李周", strict=True)
)
MORE_SURNAMES = "吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


def moment(text: str) -> datetime:
    """``2008-07-02 09:00`` in the county's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


class Resident:
    """Somebody with a telephone in the county."""

    def __init__(self, county: County, person: Person) -> None:
        self.county = county
        self.person = person
        self.read = 0

    async def says(self, text: str, **how: object) -> str:
        """Type something; returns what the bot answered."""
        self.county.world.say(self.person, text, **how)  # type: ignore[arg-type]
        await self.county.settle()
        return self.news()

    async def sends(self, content: bytes, name: str = "表.xlsx", **how: object) -> str:
        """Send a file; returns what the bot answered."""
        self.county.world.send_document(self.person, name, content, **how)  # type: ignore[arg-type]
        await self.county.settle()
        return self.news()

    async def presses(self, label: str) -> str:
        """Press the newest button with this label; returns the toast and what the bot answered."""
        world = self.county.world
        for message in reversed(world.messages(self.person)):
            if any(button.text == label for row in message.buttons for button in row):
                before = len(world.answers(self.person))
                world.press(self.person, message_id=message.message_id, label=label)
                await self.county.settle()
                toasts = [a.text for a in world.answers(self.person)[before:] if a.text]
                return "\n".join([*toasts, self.news()]).strip()
        raise AssertionError(f"no button {label!r}; the last message has {self.buttons()}")

    def news(self) -> str:
        """What the bot wrote since the last look."""
        new = [m for m in self.county.world.messages(self.person) if m.from_bot and m.message_id > self.read]
        self.read = max([self.read, *(m.message_id for m in new)])
        return "\n".join(filter(None, map(_shown, new)))

    def buttons(self) -> list[str]:
        """Labels under the newest message."""
        return [button.text for row in self.county.world.last(self.person).buttons for button in row]

    def documents(self) -> list[Message]:
        return [m for m in self.county.world.messages(self.person) if "document" in m.media]

    def pictures(self) -> list[Message]:
        return [m for m in self.county.world.messages(self.person) if m.from_bot and "photo" in m.media]


def blank_page(width: int = 1080, height: int = 1080) -> bytes:
    """A white picture that costs nothing to draw."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * ((width + 7) // 8)) * height)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


BLANK = blank_page()


def _shown(message: Message) -> str:
    if "photo" in message.media:
        return ""
    return message.text or (f"📎 {message.document.name}" if message.document else "")


class Watch:
    """A monotonic clock whose seconds pass only when told to."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class County:
    """The county of the sample programme, its clock standing still until moved.

    ``tables`` are those that are asked; the units that have nothing to do with them do not join.
    """

    def __init__(
        self,
        folder: Path,
        programme: str = "yongjia",
        start: str = "2008-06-30 10:00",
        *,
        tables: Collection[str] = ("safety",),
        monotonic: Callable[[], float] = time.monotonic,
        url: str = "",
        robots: Sequence[Robot] = (),
    ) -> None:
        self.robots = robots
        self.monotonic = monotonic
        self.paint: Paint = self.note_down
        self.painted: list[Picture] = []
        self.url = url or f"sqlite:///{folder / 'county.db'}"
        upgrade(self.url)
        self.clock = VirtualClock(moment(start))
        self.world = World()
        self.app = create_app(self.world)
        self.world.clock.set(self.clock.now(), 0)
        self.people: dict[tuple[str, str], Resident] = {}
        self.invites: dict[tuple[str, str], NewInvite] = {}
        self.files = only(read_programme_files(ROOT / "programmes" / programme), tables)
        self.units = units_in(self.files)
        self.surnames = (
            dict(zip(sorted(self.units - SURNAMES.keys()), MORE_SURNAMES, strict=False)) | SURNAMES
        )
        self.boot()
        self.runtime.work_now(load, self.files)

    def boot(self) -> None:
        """Build the program on the county's database, as a start of the process does."""
        self.database = Database(self.url)
        self.runtime = Runtime(self.database, self.clock)
        self.program = Program(
            self.runtime,
            self.world.token,
            "http://testserver",
            request=lambda: HTTPXRequest(httpx_kwargs={"transport": InProcessTransport(self.app)}),
            pace=Pace(overall=10**6, per_chat=0, per_group=10**6),
            monotonic=self.monotonic,
            paint=lambda picture: self.paint(picture),
            make_output=self.make,
            robots=self.robots,
        )

    async def note_down(self, picture: Picture) -> list[bytes]:
        """What was to be drawn; drawing it is left to the tests that look at it."""
        self.painted.append(picture)
        return [BLANK]

    async def make(self, name: str, edition: Edition) -> Attachment | None:
        """An output of an edition, made here: a process for each would take seconds of every test."""
        return make_output(name, edition)

    async def open(self) -> None:
        await self.program.start()
        await self.program.take_over()

    async def close(self) -> None:
        await self.program.stop()
        self.database.close()

    async def restart(self) -> None:
        """Stop the program and start it again, as after a power cut: nothing is kept in memory."""
        await self.program.application.shutdown()
        self.database.close()
        self.boot()
        await self.program.start()
        await self.program.take_over()
        await self.settle()

    async def settle(self) -> None:
        """Let the program take every update and deliver every letter."""
        busy = True
        while busy:
            took = await self.program.intake.poll(0)
            await self.program.intake.settle()
            await self.program.uploads.settle()
            sent = await self.program.delivery.deliver()
            busy = bool(took or sent)

    async def at(self, text: str) -> None:
        """It is now this time: the bell rings and everything that is due happens."""
        self.clock.set(moment(text))
        self.world.clock.set(self.clock.now(), 0)
        await self.program.tick()
        await self.settle()

    def invite(self) -> None:
        """Print the invite codes, as the office does on the first day."""
        self.invites = {(one.unit, one.role): one for one in self.runtime.work_now(invite_everyone)}

    def resident(self, unit: str, role: str) -> Resident:
        """A person meant for a post, who has not joined yet."""
        ending = {"liaison": "示例", "signatory": "示例长", "admin": "示例"}[role]
        resident = Resident(self, self.world.add_person(self.surnames[unit] + ending))
        self.people[unit, role] = resident
        return resident

    async def joins(self, unit: str, role: str) -> Resident:
        """A person opens their invite link."""
        resident = self.resident(unit, role)
        self.world.start(resident.person, self.invites[unit, role].code)
        await self.settle()
        return resident

    async def everyone_joins(self) -> None:
        self.invite()
        for unit, role in sorted(post for post in self.invites if post[0] in self.units):
            await self.joins(unit, role)
            self.people[unit, role].news()

    async def leaders_group(self) -> Group:
        """The admin puts the bot into the leaders' group and registers it."""
        admin = self.people["office", "admin"]
        group = self.world.add_group("县领导群（示例）", creator=admin.person)
        self.world.add_bot(group, admin.person)
        await self.settle()
        self.world.say(admin.person, "/register", group)
        await self.settle()
        await admin.presses("确认登记")
        return group

    @property
    def leaders(self) -> Group:
        """The leaders' group, or the first group there is."""
        return next(chat for chat in self.world.chats.values() if isinstance(chat, Group))

    def __getitem__(self, post: tuple[str, str]) -> Resident:
        return self.people[post]


@asynccontextmanager
async def everybody(path: Path) -> AsyncIterator[County]:
    """A county in which all have joined and the leaders' group is registered."""
    county = County(path)
    await county.open()
    await county.everyone_joins()
    await county.leaders_group()
    yield county
    await county.close()


async def second_admin(county: County) -> Resident:
    """A second admin, in another unit."""
    blocks = county.files["units.toml"].split("[[units]]")
    kept = [line for line in blocks[2].splitlines() if not line.startswith("posts = ")]
    assert 'key = "economy"' in kept
    blocks[2] = "\n".join([*kept, 'posts = ["liaison", "signatory", "admin"]', "", ""])
    county.runtime.work_now(load, {**county.files, "units.toml": "[[units]]".join(blocks)})
    county.invite()
    resident = Resident(county, county.world.add_person("郑示例"))
    county.world.start(resident.person, county.invites["economy", "admin"].code)
    await county.settle()
    resident.news()
    return resident


def workbook(message: Message) -> Workbook:
    """Open a document as a workbook."""
    assert message.document is not None
    return load_workbook(io.BytesIO(message.document.content))


def values(book: Workbook, sheet: int | str = 0) -> list[list[object]]:
    """A table's stored values, row by row; the workbook of all works begins with a summary, which is none."""
    tables = [one for one in book.worksheets if one.title != "汇总"]
    found = book[sheet] if isinstance(sheet, str) else tables[sheet]
    return [[cell.value for cell in row] for row in found.iter_rows()]


__all__ = ["Act", "County", "Iterator", "Mapping", "Resident", "Watch", "moment", "values", "workbook"]
