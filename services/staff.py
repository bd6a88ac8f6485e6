"""人员: who holds which post, as a list, by buttons, and changed by one typed line."""

from __future__ import annotations

from collections.abc import Sequence

from forms.problems import Refused
from forms.text import clean
from reporting.programme import Role, Unit
from reporting.roster import SINGLE, Line, Seat, read_roster
from services.desk import Desk, Turn
from services.naming import unit_named
from services.picking import unit_at, unit_buttons
from services.roster import known, propose
from storage import holdings, people, roster
from templates.message import Button, Message, Reply
from templates.words import button, say, when

# More would not be read on a phone: then the units are buttons.
MOST_LISTED = 40
OFF = ("免去", "免职")


def who(turn: Turn, text: str) -> Reply:
    """人员: everybody, or how many of whom and the units as buttons; 人员 县交警大队: that unit with who was before."""
    wanted = clean(text)
    if wanted:
        return of_unit(turn, unit_named(turn, wanted))
    seats = roster.seats(turn.tx)
    if len(seats) <= MOST_LISTED:
        lines = [_line(turn, seat) for seat in seats]
        return Reply((Message(say("roster.people", lines=lines), unit_buttons(turn, _button)),))
    waiting = [_line(turn, seat) for seat in seats if seat.name and not _has_joined(turn, seat)]
    office = [_line(turn, seat) for seat in seats if seat.unit == turn.programme.rules.office]
    text_ = say(
        "roster.people_short",
        all=len(seats),
        joined=sum(_has_joined(turn, seat) for seat in seats),
        absent=len(waiting),
        vacant=sum(not seat.name for seat in seats),
        lines=office,
        others=waiting[:MOST_LISTED],
        more=max(len(waiting) - MOST_LISTED, 0),
    )
    return Reply((Message(text_, unit_buttons(turn, _button)),))


def _button(of: str, label: str) -> Button:
    return button("staff", of, label=label)


def pick(turn: Turn, of: str) -> Reply:
    """A button of the list: a class opens into its units, a unit shows its people."""
    unit = unit_at(turn, of)
    if unit is None:
        return Reply((Message(say("settings.which_unit"), unit_buttons(turn, _button, of)),))
    return of_unit(turn, unit)


def of_unit(turn: Turn, unit: Unit) -> Reply:
    seats = [seat for seat in roster.seats(turn.tx) if seat.unit == unit.key]
    lines = [_line(turn, seat, _before(turn, seat)) for seat in seats]
    may_change = turn.actor.holds(Role.ADMIN) is not None
    rows = tuple((_off(seat),) for seat in seats if seat.name and may_change)
    text = say("roster.unit_people", lines=lines, unit=unit.called, may_change=may_change)
    return Reply((Message(text, rows),))


def _off(seat: Seat) -> Button:
    role = str(say("joining.role", name=str(seat.role)))
    return button("unseat", seat.post, label=say("roster.off_label", role=role, name=seat.name).unescape())


def _has_joined(desk: Desk, seat: Seat) -> bool:
    return people.post_by_id(desk.tx, seat.post).person_id is not None


def _line(desk: Desk, seat: Seat, before: Sequence[str] = ()) -> str:
    return say(
        "roster.person",
        post=say("joining.post", unit=desk.called(seat.unit), name=str(seat.role)),
        name=seat.name,
        phone=seat.phone,
        held=_has_joined(desk, seat),
        before=before,
    )


def _before(desk: Desk, seat: Seat) -> list[str]:
    zone = desk.programme.zone
    return [
        str(say("roster.before", name=one.name, since=when(one.since, zone), until=when(one.until, zone)))
        for one in holdings.of_post(desk.tx, seat.post)
        if one.until is not None
    ]


# By one line


def change(turn: Turn, text: str) -> Reply:
    """人员 县交警大队 副联络员 吴示例 13900000001; 人员 县交警大队 副联络员 免去 吴示例."""
    words = clean(text).split()
    if len(words) < 3:
        raise Refused("staff_how")
    unit, role, *rest = words
    seats = roster.seats(turn.tx)
    if rest[0] in OFF:
        return _take_off(turn, _seat(turn, seats, unit, role, " ".join(rest[1:])))
    phone = rest.pop() if len(rest) > 1 and not rest[-1].isalpha() else ""
    lines, mistakes = read_roster([(unit, role, " ".join(rest), phone)], known(turn, partial=True))
    if mistakes:
        wrong = [say("roster.mistake", key=one.key, got=one.got) for one in mistakes]
        return Reply((Message(say("roster.line_wrong", lines=wrong)),))
    return propose(turn, [*_without(seats, lines[0]), lines[0]])


def _without(seats: Sequence[Seat], line: Line) -> list[Line]:
    """The roster as it stands, but for whom the line replaces or repeats."""
    return [
        Line(seat.unit, seat.role, seat.name, seat.phone)
        for seat in seats
        if (seat.unit, seat.role) != (line.unit, line.role)
        or (line.role not in SINGLE and seat.name != line.name)
    ]


def _seat(desk: Desk, seats: Sequence[Seat], unit: str, role: str, name: str) -> Seat:
    """The one seat that is meant; the name may be left out where only one is taken."""
    names = known(desk)
    at = (names.units.get(unit), names.roles.get(role))
    found = [one for one in seats if (one.unit, one.role) == at and one.name and name in ("", one.name)]
    if len(found) != 1:
        raise Refused("staff_nobody")
    return found[0]


def unseat(turn: Turn, post: int) -> Reply:
    """免去, by button."""
    seat = next((one for one in roster.seats(turn.tx) if one.post == post and one.name), None)
    if seat is None:
        raise Refused("stale")
    return _take_off(turn, seat)


def _take_off(turn: Turn, seat: Seat) -> Reply:
    kept = [one for one in roster.seats(turn.tx) if one.post != seat.post]
    return propose(turn, [Line(one.unit, one.role, one.name, one.phone) for one in kept])
