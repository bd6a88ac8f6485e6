"""The rules of a programme (制度) as its ``programme.toml`` and ``units.toml`` give them."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from forms.schema import Definition, Key, Title
from reporting.period import parse_period
from reporting.workdays import Roll


class Role(StrEnum):
    """What a post does: 联络员, 副联络员, 审核人, 分管领导, 县府办工作人员, 县领导, 管理员."""

    LIAISON = "liaison"
    DEPUTY = "deputy"
    SIGNATORY = "signatory"
    VICE = "vice"
    OFFICE = "office"
    LEADER = "leader"
    ADMIN = "admin"


# A deputy does a liaison's work at any time; a 分管领导 signs only while standing in for the signatory.
SERVES = {Role.DEPUTY: Role.LIAISON}
# Roles of the county's office and leadership: posts of the office's unit.
OF_OFFICE = (Role.OFFICE, Role.LEADER, Role.ADMIN)
OF_UNITS = (Role.LIAISON, Role.DEPUTY, Role.SIGNATORY, Role.VICE)


class Level(StrEnum):
    """Who owes a task: 填报单位 its part by the 2nd, 主管单位 the whole sheet by the 5th."""

    FILING = "filing"
    LEAD = "lead"


def _clock_time(text: object) -> object:
    at = time.fromisoformat(text) if isinstance(text, str) else text
    if not isinstance(at, time) or at.tzinfo is not None:
        raise ValueError("not a time of day in the programme's zone, such as 09:00")
    return at


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError) as error:  # not ValueErrors, so pydantic would let them through
        raise ValueError(f"unknown time zone {name!r}") from error
    return name


def _period_key(key: str) -> str:
    parse_period(key)
    return key


PeriodKey = Annotated[str, AfterValidator(_period_key)]


class Moment(Definition):
    """A day of the month after the period (31 is its last), and a time in the programme's zone."""

    day: int = Field(ge=1, le=31)
    at: Annotated[time, BeforeValidator(_clock_time)]


class LevelCycle(Definition):
    """When one level is prompted, reminded and due. ``due`` itself still counts as on time."""

    prompt: Moment
    remind: tuple[Moment, ...] = ()
    due: Moment


class DigestCycle(Definition):
    draft: Moment
    due: Moment


class Cycle(Definition):
    opens: Moment
    filing: LevelCycle
    lead: LevelCycle
    digest: DigestCycle


class Work(Definition):
    """One 重点工作. ``forms`` are the keys of its tables."""

    key: Key
    title: Title
    lead: Key
    forms: tuple[Key, ...] = ()


class Unit(Definition):
    key: Key
    name: Title
    short: str = Field(default="", max_length=30)
    posts: tuple[Role, ...] = ()
    # 乡镇, 部门, 指挥部 …: what deadlines may be set for together.
    unit_class: str = Field(default="", alias="class", max_length=20)

    @property
    def called(self) -> str:
        """The name used in messages."""
        return self.short or self.name


class Quiet(Definition):
    """Hours in which nobody is reminded; they may go over midnight."""

    start: Annotated[time, BeforeValidator(_clock_time)] = Field(default=time(21, 30), alias="from")
    end: Annotated[time, BeforeValidator(_clock_time)] = Field(default=time(7, 30), alias="to")

    @property
    def as_set(self) -> dict[str, str]:
        """The same as a setting holds it."""
        return {"from": f"{self.start:%H:%M}", "to": f"{self.end:%H:%M}"}


class Printed(Definition):
    """What is printed around a circular: 发文机关标志, 机关代字, 事由, 主送, 署名, 抄送, and how its date is written."""

    heading: Title
    prefix: str = Field(min_length=1, max_length=20)
    subject: Title = "重点工作"
    recipients: str = Field(min_length=1, max_length=200)
    issuer: Title
    copies: str = Field(default="", max_length=300)
    numerals: Literal["arabic", "chinese"] = "arabic"


class Rules(Definition):
    """``programme.toml``."""

    key: Key
    title: Title
    document: str = ""
    zone: Annotated[str, AfterValidator(_zone)]
    office: Key
    county: Title
    first_period: PeriodKey
    last_period: PeriodKey
    cycle: Cycle
    # What happens to a day that is a weekend or a holiday.
    roll: Roll = Roll.NONE
    quiet: Quiet = Quiet()
    # Reminders that one person gets in a day at most.
    daily_cap: int = Field(default=8, ge=1, le=99)
    works: tuple[Work, ...]
    circular: Printed | None = None
