"""Picking a unit by buttons: the classes first, where there are many."""

from __future__ import annotations

import re
from collections.abc import Callable

from forms.problems import Refused
from reporting.programme import Unit
from services.desk import Desk
from services.planning import class_of, plan_of
from templates.message import Button
from templates.words import say

MOST_UNITS = 12
A_ROW = 2

_PICKED = re.compile(r"([cu])(\d{1,4})")


def classes(desk: Desk) -> dict[str, list[tuple[int, Unit]]]:
    """Units with their places in the programme, by class."""
    settings, found = plan_of(desk).settings, dict[str, list[tuple[int, Unit]]]()
    for place, unit in enumerate(desk.programme.units.values()):
        found.setdefault(class_of(desk, settings, unit.key), []).append((place, unit))
    return found


def unit_buttons(
    desk: Desk, made: Callable[[str, str], Button], of: str = ""
) -> tuple[tuple[Button, ...], ...]:
    """Buttons about ``u7`` for units, or ``c1`` for classes when there are too many units to show.

    ``made`` makes one of what it is about and its label.
    """
    by_class = classes(desk)
    if not of and len(desk.programme.units) > MOST_UNITS:
        return tuple(
            (made(f"c{place}", say("settings.class_label", name=name, count=len(units)).unescape()),)
            for place, (name, units) in enumerate(by_class.items())
        )
    shown = list(by_class.values())
    if of:
        shown = [shown[_place(of, len(shown))]]
    found = [made(f"u{place}", unit.called) for units in shown for place, unit in units]
    return tuple(tuple(found[at : at + A_ROW]) for at in range(0, len(found), A_ROW))


def _place(of: str, below: int) -> int:
    match = _PICKED.fullmatch(of)
    if match is None or int(match[2]) >= below:
        raise Refused("stale")
    return int(match[2])


def unit_at(desk: Desk, of: str) -> Unit | None:
    """The unit that a button names; None for a class."""
    if of.startswith("c"):
        return None
    units = list(desk.programme.units.values())
    return units[_place(of, len(units))]
