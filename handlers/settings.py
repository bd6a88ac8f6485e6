"""An admin's settings: typed lines, menus, and the buttons of a change order."""

from __future__ import annotations

from collections.abc import Callable

from forms.problems import Refused
from reporting.period import Period, parse_period
from reporting.permissions import Action
from services import holidays, menus, orders, settings, timing, unit_menus
from services.desk import Turn
from templates.message import Reply

ACTION = Action.SETTINGS

# Typed commands; what follows is the line.
TYPED: dict[str, Callable[[Turn, str], Reply]] = {**settings.COMMANDS, "undo": orders.undo}


def _day(turn: Turn, of: str, _: int) -> Reply:
    part, _dash, day = of.rpartition("-")
    menus.part_of(part)
    return timing.deadline(turn, f"{menus.PARTS[part]} {day}日")


def _preset(turn: Turn, of: str, _: int) -> Reply:
    return timing.reminders(turn, menus.PRESETS[_number(of, len(menus.PRESETS))])


def _number(of: str, below: int) -> int:
    if not of.isdecimal() or int(of) >= below:
        raise Refused("stale")
    return int(of)


def _period(of: str) -> Period:
    try:
        return parse_period(of)
    except ValueError:
        raise Refused("stale") from None


def _form(turn: Turn, of: str, version: int) -> Reply:
    keys = list(turn.programme.forms)
    return settings.rest_form(turn, keys[_number(of, len(keys))], bool(version))


# Buttons: what they are about, and a version where there is one.
PRESSED: dict[str, Callable[[Turn, str, int], Reply]] = {
    "pick": lambda turn, of, _: menus.pick(turn, of),
    "day": _day,
    "preset": _preset,
    "cap": lambda turn, of, _: timing.reminders(turn, f"上限 {of}"),
    "roll": lambda turn, of, _: holidays.roll(turn, of),
    "feasts": lambda turn, of, _: holidays.holiday_book(turn, _number(of, 2100)),
    "begin": lambda turn, of, _: timing.open_now(turn, _period(of)),
    "shut": lambda turn, of, _: timing.close(turn, _period(of)),
    "unshut": lambda turn, of, _: timing.reopen(turn, _period(of)),
    "formrest": _form,
    "work": lambda turn, of, _: menus.work_thresholds(turn, _number(of, 10**6)),
    "lines": lambda turn, of, _: settings.threshold_by_button(turn, of),
    "unit": lambda turn, of, _: unit_menus.pick(turn, of),
    "unitrest": lambda turn, of, version: settings.rest_unit(
        turn, unit_menus.picked(turn, of), bool(version)
    ),
    "unitclass": lambda turn, of, _: settings.class_by_button(turn, of),
    "grouprest": lambda turn, of, version: settings.rest_group(turn, _number(of, 10**9), bool(version)),
    "apply": lambda turn, of, version: orders.apply(turn, _number(of, 10**18), version),
    "both": lambda turn, of, version: orders.with_open(turn, _number(of, 10**18), version),
    "drop": lambda turn, of, version: orders.drop(turn, _number(of, 10**18), version),
    "undo": lambda turn, of, _: orders.undo_order(turn, _number(of, 10**18)),
}
