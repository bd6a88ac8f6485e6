"""A county of many units for simulated years of contact checks: nothing to report, liaisons, deputies and an office."""

from __future__ import annotations

from services import loading
from services.desk import Desk
from storage import holdings, people

CLASSES = ("乡镇", "部门", "指挥部")
# Every so many units have no deputy.
NO_DEPUTY = 7

_RULES = """
key = "years"
title = "合成县联系畅通检查"
zone = "Asia/Shanghai"
office = "office"
county = "全县"
first_period = "2090-01"
last_period = "2090-01"
works = []

[cycle]
opens = { day = 1, at = "09:00" }
filing = { prompt = { day = 2, at = "09:00" }, remind = [], due = { day = 2, at = "17:30" } }
lead = { prompt = { day = 5, at = "09:00" }, remind = [], due = { day = 5, at = "17:30" } }
digest = { draft = { day = 7, at = "09:00" }, due = { day = 7, at = "17:30" } }
"""


def files(units: int) -> dict[str, str]:
    office = '[[units]]\nkey = "office"\nname = "合成县人民政府办公室"\nposts = ["admin"]\n'
    return {"programme.toml": _RULES, "units.toml": office + "".join(map(_unit, range(units)))}


def _unit(number: int) -> str:
    posts = ["liaison", "signatory"] if number % NO_DEPUTY == 0 else ["liaison", "deputy", "signatory"]
    unit_class = CLASSES[number % 5 % len(CLASSES)]
    return (
        f'[[units]]\nkey = "unit{number}"\nname = "第{number}单位"\nclass = "{unit_class}"\nposts = {posts}\n'
    )


def found(desk: Desk, units: int) -> dict[tuple[str, str], int]:
    """The county, everybody joined; returns who holds each post. A person's address is their number + 1,000."""
    loading.load(desk, files(units))
    holders = {}
    for number, post in enumerate(people.posts(desk.tx)):
        person = people.add_person(desk.tx, str(1000 + number), f"第{number}人", desk.now)
        holdings.take(desk.tx, post.id, person, "join", desk.now)
        holders[post.unit, post.role] = person
    return holders
