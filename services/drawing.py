"""抽查: who is checked in a month. The draw and all that it was made from are kept, so that anybody can repeat it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from reporting.checking import ContactRules
from reporting.drawing import Candidate, Drawn, DrawRules, draw
from reporting.period import Period, parse_period
from reporting.programme import Role
from services.auditing import audit
from services.desk import Desk
from services.planning import class_of, plan_of
from storage import checks, people
from storage.checks import Round
from storage.people import Post

Seed = Callable[[], str]


def fresh_seed() -> str:
    """Nobody can foresee it, nobody can choose it."""
    return secrets.token_hex(16)


def draw_due(desk: Desk, rules: ContactRules, seed: Seed = fresh_seed) -> bool:
    """The month's draw, once, as soon as the month has begun; what would lie before now is left out."""
    local = desk.now.astimezone(desk.programme.zone)
    month = Period(local.year, local.month)
    if not rules.often or checks.is_drawn(desk.tx, str(month)):
        return False
    posts = _posts(desk)
    people_ = [_as_json(key, one) for key, one in _candidates(desk, posts).items()]
    kept = _rules_as_json(rules, desk.programme.rules.zone)
    sown = seed()
    found = _draw(sown, kept, people_, month)
    drawn = [[one.key, one.at.isoformat()] for one in found]
    number = checks.add_draw(desk.tx, str(month), sown, kept, people_, drawn, desk.now)
    for one in found:
        if one.at > desk.now:
            checks.add(desk.tx, number, posts[one.key].id, one.at)
    # The seed itself would tell everybody who reads the record when they are next.
    mark = hashlib.sha256(sown.encode()).hexdigest()
    audit(desk, "draw", about=f"round:{number}", after={"period": str(month)}, rows=len(drawn), seed=mark)
    return True


def _posts(desk: Desk) -> dict[str, Post]:
    """Whoever can be drawn: every liaison who has joined."""
    found = people.posts(desk.tx, Role.LIAISON)
    return {
        f"{post.unit}:{post.seat}": post
        for post in found
        if post.person_id is not None and post.unit in desk.programme.units
    }


def _candidates(desk: Desk, posts: Mapping[str, Post]) -> dict[str, Candidate]:
    settings, drawn, last = plan_of(desk).settings, checks.count_drawn(desk.tx), checks.last_of_posts(desk.tx)
    months: dict[str, int] = {}
    for one in checks.draws(desk.tx):
        for key, *_ in one.people:
            months[key] = months.get(key, 0) + 1
    return {
        key: Candidate(
            key,
            class_of(desk, settings, post.unit),
            months.get(key, 0),
            drawn.get(post.id, 0),
            last[post.id].astimezone(desk.programme.zone).date() if post.id in last else None,
        )
        for key, post in posts.items()
    }


def _as_json(key: str, one: Candidate) -> list[Any]:
    return [key, one.stratum, one.months, one.drawn, one.last.isoformat() if one.last else None]


def _rules_as_json(rules: ContactRules, zone: str) -> dict[str, Any]:
    usual = DrawRules("", Fraction(1))
    return {
        "often": str(rules.often),
        "from": rules.hours[0],
        "to": rules.hours[1],
        "gap": usual.gap,
        "zone": zone,
    }


def _draw(seed: str, kept: Mapping[str, Any], candidates: list[list[Any]], month: Period) -> list[Drawn]:
    rules = DrawRules(
        seed,
        Fraction(kept["often"]),
        time.fromisoformat(kept["from"]),
        time.fromisoformat(kept["to"]),
        kept["gap"],
    )
    members = [
        Candidate(key, stratum, months, drawn, date.fromisoformat(last) if last else None)
        for key, stratum, months, drawn, last in candidates
    ]
    return draw(rules, month, members, ZoneInfo(kept["zone"]))


def repeated(one: Round) -> bool:
    """True when the record alone gives the same draw again."""
    assert one.rules is not None
    assert one.month is not None
    again = _draw(one.seed, one.rules, one.people, parse_period(one.month))
    return [(key, datetime.fromisoformat(at)) for key, at in one.drawn] == [(d.key, d.at) for d in again]
