"""What really happened in the simulated years, and what may be on record of it: an oracle that shares no rule with the program.

Times of the truth are milliseconds on a clock that nobody moves; ``wall`` is what the program's clock showed then.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# So long before and after a window nobody can say on which side a disturbance lies: signs of life come every minute.
MARGIN = 95 * SECOND
# A messenger that was silent for less than the first is no outage, for more than the second it is one.
SHORT, LONG = 30 * SECOND, 90 * SECOND


@dataclass(frozen=True, slots=True)
class Trouble:
    """``kind``: the program was killed, Telegram was not to be reached, or the clock was moved by ``ahead`` ms."""

    kind: str
    start: int
    end: int
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody is on leave from one wall time up to another."""

    person: int
    stand_in: int
    since: datetime
    until: datetime


@dataclass
class Asked:
    """A check's message as the telephone showed it: the first copy, and the one whose arrival was noted."""

    holder: int
    person: int
    window: timedelta
    first: int
    delivered: int | None = None
    wall: datetime | None = None
    answers: list[tuple[int, datetime]] = field(default_factory=list)


def span(dice: random.Random, low: int, high: int) -> int:
    """Short ones as often as long ones."""
    return int(low * (high / low) ** dice.random())


def troubles(dice: random.Random, until: int, each_month: int) -> list[Trouble]:
    """One after another, never two at once; what moves the clock is put right some hours later."""
    found, at, ahead = [], DAY, 0
    while at < until:
        kind = dice.choice(["killed", "unreached", "moved", "killed_moved"])
        lasts = span(dice, 3 * SECOND, 4 * HOUR) if dice.random() > 0.02 else span(dice, 24 * HOUR, 40 * HOUR)
        if kind.endswith("moved"):
            by = -ahead if ahead else dice.choice([-1, 1]) * span(dice, 1 * SECOND, 2 * HOUR)
            ahead += by
            found.append(Trouble(kind, at, at + (lasts if kind != "moved" else 0), by))
        else:
            found.append(Trouble(kind, at, at + lasts))
        at = found[-1].end + span(dice, 10 * MINUTE, 60 * DAY // each_month)
    return found


def meets(one: Trouble, start: int, end: int) -> bool:
    return one.start <= end and start <= one.end


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


class Oracle:
    """Which outcomes of a check are true to what happened."""

    def __init__(self, troubles_: Sequence[Trouble], away: Sequence[Away]) -> None:
        self._troubles = troubles_
        self._away: dict[int, list[Away]] = {}
        for one in away:
            self._away.setdefault(one.person, []).append(one)

    def on_duty(self, holder: int, at: datetime) -> int:
        found = [a.stand_in for a in self._away.get(holder, ()) if a.since <= at < a.until]
        return found[0] if found else holder

    def may_be(self, asked: Asked | None) -> dict[str, datetime | None]:
        """Outcome → when the answer must be on record as heard (None: whenever)."""
        if asked is None:  # nothing ever arrived
            return {"not_delivered": None, "void": None}
        if asked.delivered is None or asked.wall is None:  # it came, and nobody noted it
            return {"not_delivered": None, "void": None, "answered": None}
        length = asked.window // timedelta(milliseconds=1)
        start, end = asked.delivered, asked.delivered + length
        near = [one for one in self._troubles if meets(one, asked.first - MARGIN, end + MARGIN)]
        if near:
            return self._disturbed(asked, near, end)
        last = _whole(asked.wall + asked.window)
        heard = [wall for at, wall in asked.answers if at >= start and _whole(wall) <= last]
        if heard:
            return {"answered": min(heard)}
        return self._silent(asked)

    def _silent(self, asked: Asked) -> dict[str, datetime | None]:
        assert asked.wall is not None
        last = asked.wall + asked.window
        there = [self.on_duty(asked.holder, at) == asked.person for at in (asked.wall, last)]
        if not all(there):
            return {"void": None}
        soon = self.on_duty(asked.holder, last + timedelta(seconds=MARGIN // SECOND)) == asked.person
        return {"missed": None} if soon else {"missed": None, "void": None}

    def _disturbed(self, asked: Asked, near: Sequence[Trouble], end: int) -> dict[str, datetime | None]:
        assert asked.delivered is not None
        in_time = [at for at, _ in asked.answers if asked.first <= at <= end]
        inside = [one for one in near if meets(one, asked.delivered, end)]
        if in_time or any(_counts(one) for one in inside):
            return {"answered": None, "void": None}
        found = self._silent(asked)
        return {**found, "void": None, "answered": None} if asked.answers else {**found, "void": None}


def _counts(one: Trouble) -> bool:
    """Whether this makes a check void beyond doubt."""
    return one.kind != "unreached" or one.end - one.start > LONG
