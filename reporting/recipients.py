"""Who is sent what of a published digest. The office sets it; nothing here is sent to anybody by default but leaders."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

from reporting.settings import Key, Scope, Settings


class Audience(StrEnum):
    """Groups belong to the first two; the others are people, written to one by one."""

    LEADERS = "leaders"  # 县领导群
    TEAMS = "teams"  # 四套班子群
    LEADS = "leads"  # 主管单位
    EVERYONE = "everyone"  # 全体填报和主管单位


OF_GROUPS = (Audience.LEADERS, Audience.TEAMS)


class Part(StrEnum):
    """In the order in which they are sent: people look before they read."""

    PICTURES = "pictures"
    MESSAGE = "message"
    CIRCULAR = "circular"
    WORKBOOK = "workbook"


USUAL: dict[Audience, tuple[Part, ...]] = {
    Audience.LEADERS: tuple(Part),
    Audience.TEAMS: tuple(Part),
    Audience.LEADS: (),
    Audience.EVERYONE: (),
}
ROBOT = "robot:"  # how the address of a robot in another messenger begins; it is a group like any other
PICTURES = ("progress", "board", "trend")
SHEET = "sheet."


def parts_for(settings: Settings, audience: Audience) -> tuple[Part, ...]:
    """What an audience is sent."""
    found = settings.get(Key.RECEIVES, Scope(audience=str(audience)))
    return USUAL[audience] if found is None else tuple(part for part in Part if part in found)


def within_reach(address: str, parts: Sequence[Part]) -> tuple[Part, ...]:
    """What can be sent to a group: a robot takes words, no files."""
    return tuple(part for part in parts if part is Part.MESSAGE or not address.startswith(ROBOT))


def audience_of(settings: Settings, group_id: int) -> Audience:
    """Whose group it is; the leaders' where nobody has said otherwise."""
    return Audience(settings.get(Key.AUDIENCE, Scope(group=str(group_id))) or Audience.LEADERS)


def outputs_in(part: Part, names: Sequence[str]) -> list[str]:
    """Which of an edition's outputs a part stands for; where there is no workbook of all, the tables one by one."""
    if part is Part.PICTURES:
        return [name for name in names if name in PICTURES]
    if part is Part.WORKBOOK and part not in names:
        return [name for name in names if name.startswith(SHEET)]
    return [name for name in names if name == part]


def may_have(name: str, parts: Collection[Part]) -> bool:
    """Whether who is sent these parts may ask for this output: a work's table is part of the workbook."""
    if name.startswith(SHEET):
        return Part.WORKBOOK in parts
    return (Part.PICTURES if name in PICTURES else name) in parts
