"""/units by buttons: the class, the unit, and what may be changed about it."""

from __future__ import annotations

from markupsafe import Markup

from forms.problems import Refused
from reporting.programme import Unit
from reporting.settings import Key, Scope
from services.desk import Desk, Turn
from services.picking import classes, unit_at, unit_buttons
from services.planning import class_of, plan_of
from templates.message import Button, Message, Reply
from templates.words import button, say


def units(turn: Turn) -> Reply:
    """Every unit under its class; buttons lead to each."""
    by_class = classes(turn)
    found = [
        {
            "name": name,
            "units": [
                say("settings.unit_name", name=one.called, rests=_rests(turn, one)) for _, one in group
            ],
        }
        for name, group in sorted(by_class.items())
    ]
    return Reply((Message(say("settings.units", groups=found), unit_buttons(turn, _button)),))


def _rests(desk: Desk, unit: Unit) -> bool:
    return bool(plan_of(desk).settings.get(Key.UNIT_RESTS, Scope(unit=unit.key)))


def _button(of: str, label: str) -> Button:
    return button("unit", of, label=label)


def pick(turn: Turn, of: str) -> Reply:
    """A class opens into its units, a unit into what may be changed."""
    unit = unit_at(turn, of)
    if unit is None:
        return Reply((Message(say("settings.which_unit"), unit_buttons(turn, _button, of)),))
    place, rests, kind = of[1:], _rests(turn, unit), class_of(turn, plan_of(turn).settings, unit.key)
    label = say("settings.unit_rest_label", rests=rests)
    rows = [(button("unitrest", of, 0 if rests else 1, label=label.unescape()),)]
    rows += [
        (button("unitclass", f"{place}-{number}", label=_class_label(name).unescape()),)
        for number, name in enumerate(_names(turn))
        if name != kind
    ]
    return Reply((Message(say("settings.one_unit", name=unit.called, kind=kind, rests=rests), tuple(rows)),))


def _class_label(name: str) -> Markup:
    return say("settings.unit_class_label", name=name)


def _names(desk: Desk) -> list[str]:
    """The classes there are, in an order that a button may count on."""
    return sorted(name for name in classes(desk) if name)


def picked(turn: Turn, of: str) -> Unit:
    """The unit that a button of one unit names."""
    unit = unit_at(turn, of)
    if unit is None:
        raise Refused("stale")
    return unit


def picked_class(turn: Turn, of: str) -> tuple[Unit, str]:
    """(unit, class) of ``7-1``."""
    place, _, number = of.partition("-")
    names = _names(turn)
    if not number.isdecimal() or int(number) >= len(names):
        raise Refused("stale")
    return picked(turn, f"u{place}"), names[int(number)]
