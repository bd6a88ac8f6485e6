"""责任用时: who had the ball for how long. The segments add up exactly to the time that passed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Party(StrEnum):
    """联络员, 审核人, 牵头单位, 县府办; 停机 is the program's own doing: down, or what it sent did not arrive."""

    LIAISON = "liaison"
    SIGNATORY = "signatory"
    LEAD = "lead"
    OFFICE = "office"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True)
class Mark:
    """From this moment on the ball is with this party."""

    at: datetime
    party: Party


# Whose turn it is after something happened to a filing unit's report.
AFTER = {
    "submit": Party.SIGNATORY,
    "withdraw": Party.LIAISON,
    "return": Party.LIAISON,
    "reopen": Party.LIAISON,
    "sign": Party.LEAD,
}


def marks_of(
    opened: datetime,
    delivered: datetime | None,
    events: Iterable[tuple[datetime, str]],
    *,
    is_lead: bool,
    sheet_signed: datetime | None = None,
) -> list[Mark]:
    """Whose turn it was, from a task's events in order.

    Until its prompt arrived nobody could act: that time is the program's, whatever happened to the letter.
    Of the lead unit's own report everything before its signature is the lead unit's.
    """
    found = [Mark(opened, Party.OUTAGE)]
    if delivered is not None:
        found.append(Mark(max(opened, delivered), Party.LEAD if is_lead else Party.LIAISON))
    for at, verb in events:
        if (party := AFTER.get(verb)) is not None:
            found.append(Mark(at, _of_lead(verb) if is_lead else party))
    if sheet_signed is not None and not is_lead:
        found.append(Mark(sheet_signed, Party.OFFICE))
    return sorted(found, key=lambda mark: mark.at)


def _of_lead(verb: str) -> Party:
    return Party.OFFICE if verb == "sign" else Party.LEAD


def attributed(
    marks: Sequence[Mark], outages: Iterable[tuple[datetime, datetime]], until: datetime
) -> dict[Party, timedelta]:
    """How long each party had the ball, up to ``until``; while the program was down nobody had it.

    The sum is exactly ``until`` less the first mark, or nothing when that lies ahead.
    """
    found = dict.fromkeys(Party, timedelta())
    down = merged(outages)
    for place, mark in enumerate(marks):
        end = min(marks[place + 1].at if place + 1 < len(marks) else until, until)
        if end <= mark.at:
            continue
        lost = sum((_overlap(mark.at, end, *one) for one in down), timedelta())
        found[mark.party] += end - mark.at - lost
        found[Party.OUTAGE] += lost
    return found


def merged(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Spans of time without overlaps."""
    found: list[tuple[datetime, datetime]] = []
    for began, ended in sorted(spans):
        if found and began <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ended))
        elif ended > began:
            found.append((began, ended))
    return found


def _overlap(start: datetime, end: datetime, began: datetime, ended: datetime) -> timedelta:
    return max(min(end, ended) - max(start, began), timedelta())
