"""名册: the roster goes out as a workbook, comes back, is shown as changes, and takes effect with one press."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from forms.problems import Refused
from reporting.programme import Role
from reporting.roster import Change, Kind, Known, Line, Mistake, Seat, compare, read_roster
from services import invites
from services.auditing import audit
from services.desk import Desk, Turn
from services.invites import NewInvite
from services.joining import post_name
from storage import drafts, holdings, outbox, people, roster
from storage.outbox import Recipient
from storage.people import Post
from templates.invite_pages import NAME as PAGES
from templates.invite_pages import Card, invite_pages
from templates.message import Attachment, Message, Reply
from templates.read_workbook import Read
from templates.roster_workbook import NAME, RosterRow, role_names, roster_workbook
from templates.words import button, refusal, say, when

MOST_SHOWN = 40


def send(turn: Turn) -> Reply:
    """名册: as things stand, to be filled in and sent back."""
    said = Message(say("roster.sent"))
    return Reply((said,), attachments=(Attachment(NAME, _book(turn, _rows(turn))),))


def _book(desk: Desk, rows: Sequence[RosterRow], wrong: dict[str, str] | None = None) -> bytes:
    units = [unit.called for unit in desk.programme.units.values()]
    return roster_workbook(desk.programme.rules.title, units, rows, wrong)


def _rows(desk: Desk) -> list[RosterRow]:
    """Every post in the order of units and roles; whoever owes a report has its rows even while vacant."""
    order = list(desk.programme.units)
    seats = sorted(roster.seats(desk.tx), key=lambda one: (order.index(one.unit), list(Role).index(one.role)))
    held = {post.id for post in people.posts(desk.tx) if post.person_id is not None}
    words = {role: name for name, role in role_names().items()}
    return [
        RosterRow(
            desk.called(seat.unit),
            words[seat.role],
            seat.name,
            seat.phone,
            str(say("roster.joined", held=seat.post in held)) if seat.name else "",
        )
        for seat in seats
        if seat.unit in order
    ]


def known(desk: Desk) -> Known:
    """What a roster is read against."""
    units = desk.programme.units
    needed = {
        (unit, role)
        for form in desk.programme.forms.values()
        for unit in form.units
        for role in (Role.LIAISON, Role.SIGNATORY)
    }
    office = desk.programme.rules.office
    return Known(
        {name: unit.key for unit in units.values() for name in (unit.called, unit.name)},
        role_names(),
        office,
        frozenset({*needed, (office, Role.ADMIN)}),
        {unit.key: unit.called for unit in units.values()},
    )


def show(turn: Turn, file_ref: str, read: Read) -> Reply:
    """A roster was read: every mistake with its cell, or what it would change. Nothing changes yet."""
    if drafts.file_of(turn.tx, turn.person) != file_ref or read.roster is None:
        return Reply()
    drafts.drop(turn.tx, turn.person)
    lines, mistakes = read_roster(read.roster, known(turn), read.above)
    if mistakes:
        return _mistaken(turn, read, mistakes)
    changes = compare(lines, roster.seats(turn.tx))
    if not changes:
        return Reply((Message(refusal(Refused("roster_same"))),))
    if why := _leaves_no_admin(turn, changes):
        return Reply((Message(refusal(why)),))
    number = roster.put_draft(turn.tx, turn.person, _as_json(lines), _shown(changes), turn.now)
    return Reply((_proposal(turn, changes, number),))


def _mistaken(turn: Turn, read: Read, mistakes: list[Mistake]) -> Reply:
    """All of them at once, and the file again with its cells red."""
    notes = {one.cell: str(say("roster.mistake", key=one.key, got=one.got)) for one in mistakes}
    lines = [say("roster.mistake_line", cell=one.cell, says=notes[one.cell]) for one in mistakes[:MOST_SHOWN]]
    if not all(one.cell for one in mistakes):
        lines = [say("roster.mistake", key=one.key, got=one.got) for one in mistakes[:MOST_SHOWN]]
    said = Message(say("roster.mistakes", lines=lines, count=len(mistakes)))
    rows = [RosterRow(*(text[:200] for text in row[:4])) for row in read.roster or ()]
    shift = 3 - read.above  # our own sheet has its headings in the third row
    moved = {
        f"{cell[0]}{int(cell[1:]) + shift}": note
        for cell, note in notes.items()
        if cell and cell[1:].isdecimal()
    }
    return Reply((said,), attachments=(Attachment(NAME, _book(turn, rows, moved)),))


def _leaves_no_admin(desk: Desk, changes: Sequence[Change]) -> Refused | None:
    """Somebody who has joined must remain an admin, or nobody could change anything any more."""
    gone = {one.post for one in changes if one.role is Role.ADMIN and one.kind in (Kind.ENDED, Kind.REPLACED)}
    stay = [
        post
        for post in people.posts(desk.tx, Role.ADMIN)
        if post.person_id is not None and post.id not in gone
    ]
    return None if stay else Refused("last_admin")


def _as_json(lines: Sequence[Line]) -> list[list[str]]:
    return [[line.unit, str(line.role), line.name, line.phone] for line in lines]


def _shown(changes: Sequence[Change]) -> list[Any]:
    """What was shown, to be held against what would then be done."""
    return [[one.kind, one.unit, one.role, one.seat, one.was, one.name, one.phone] for one in changes]


def _proposal(desk: Desk, changes: Sequence[Change], number: int) -> Message:
    lines = [
        say(
            "roster.change",
            kind=str(one.kind),
            post=say("joining.post", unit=desk.called(one.unit), name=str(one.role)),
            was=one.was,
            name=one.name,
        )
        for one in changes[:MOST_SHOWN]
    ]
    counts = {kind: sum(one.kind is kind for one in changes) for kind in Kind}
    text = say(
        "roster.proposal",
        lines=lines,
        more=max(len(changes) - MOST_SHOWN, 0),
        new=counts[Kind.NEW],
        replaced=counts[Kind.REPLACED],
        ended=counts[Kind.ENDED],
        phones=counts[Kind.PHONE],
    )
    return Message(text, ((button("rosterset", number), button("rosterdrop", number)),))


def discard(turn: Turn, number: int) -> Reply:
    if not roster.drop_draft(turn.tx, turn.person, number):
        raise Refused("stale")
    return Reply((Message(say("roster.discarded")),), settled=True)


def confirm(turn: Turn, number: int) -> Reply:
    """确认: exactly what was shown is done; when something changed meanwhile, it is shown anew."""
    found = roster.draft(turn.tx, turn.person, number)
    if found is None:
        raise Refused("stale")
    lines = [Line(unit, Role(role), name, phone) for unit, role, name, phone in found.rows]
    changes = compare(lines, roster.seats(turn.tx))
    if (why := _leaves_no_admin(turn, changes)) is not None:
        raise why
    if _shown(changes) != found.shown:
        fresh = roster.put_draft(turn.tx, turn.person, found.rows, _shown(changes), turn.now)
        return Reply((Message(say("roster.moved")), _proposal(turn, changes, fresh)), settled=True)
    for change in changes:
        _apply(turn, change)
    roster.drop_draft(turn.tx, turn.person, number)
    made = invites.invite_all(turn, [post for post in people.posts(turn.tx) if post.planned_name])
    return _invited(turn, made, len(changes))


def _apply(turn: Turn, change: Change) -> None:
    if change.post is None:
        people.add_post(turn.tx, change.unit, change.role, change.seat)
    post = next(one for one in people.posts(turn.tx, change.role, change.unit) if one.seat == change.seat)
    holder = post.person_id
    if change.kind is Kind.PHONE:
        if holder is not None:
            people.set_phone(turn.tx, holder, change.phone)
        else:
            holdings.plan(turn.tx, post.id, post.planned_name, change.phone)
        audit(turn, "roster_phone", about=f"post:{post.id}")
        return
    if holder is not None:
        holdings.leave_post(turn.tx, post.id, "roster", turn.now)
        _tell_former(turn, post, holder)
    holdings.plan(turn.tx, post.id, change.name, change.phone)
    before = {"person": holder} if holder is not None else None
    audit(turn, f"roster_{change.kind}", about=f"post:{post.id}", before=before, seat=change.seat)


def _tell_former(turn: Turn, post: Post, former: int) -> None:
    """Whoever is taken off a post is told, and sees no commands that are no longer theirs."""
    to, at = Recipient(person_id=former), f"{post.id}:{turn.origin.update_id}"
    text = Message(say("roster.taken_off", post=post_name(turn, post))).as_json()
    outbox.put(turn.tx, f"taken_off:{at}", "notice", to, text, turn.now)
    outbox.put(turn.tx, f"menu:{at}", "menu", to, {"text": "", "buttons": []}, turn.now)


def _invited(turn: Turn, made: Sequence[NewInvite], changes: int) -> Reply:
    said = Message(say("roster.done", changes=changes, invites=len(made)))
    if not made:
        return Reply((said,), settled=True)
    return Reply((said, _list(turn, made)), settled=True, attachments=(pages(turn, made),))


def _list(desk: Desk, made: Sequence[NewInvite]) -> Message:
    rows = [
        say(
            "roster.invite",
            post=say("joining.post", unit=one.unit_name, name=one.role),
            name=one.name,
            code=one.code,
            link=desk.link(one.code),
        )
        for one in made
    ]
    return Message(say("roster.invites", rows=rows))


def pages(desk: Desk, made: Sequence[NewInvite]) -> Attachment:
    """Drawn after the commit: the transaction does not wait for it."""
    until = str(say("roster.until", until=when(desk.now + invites.INVITE_LIFE, desk.programme.zone)))
    cards = [
        Card(
            desk.programme.rules.title,
            str(say("joining.post", unit=one.unit_name, name=one.role)),
            one.name,
            one.code,
            desk.link(one.code),
            until,
        )
        for one in made
    ]
    return Attachment(PAGES, drawn=partial(invite_pages, cards))


def invite_missing(turn: Turn) -> Reply:
    """邀请码: fresh ones for whoever is meant for a post and has not joined."""
    waiting = [post for post in people.posts(turn.tx) if post.person_id is None and post.planned_name]
    if not waiting:
        raise Refused("nobody_to_invite")
    made = invites.invite_all(turn, waiting)
    return Reply((_list(turn, made),), attachments=(pages(turn, made),))


def who(turn: Turn, text: str) -> Reply:
    """人员, or 人员 县交警大队: who holds what, how they are reached, and who held it before."""
    wanted = text.strip()
    units = {unit.key for unit in turn.programme.units.values() if wanted in ("", unit.called, unit.name)}
    if not units:
        raise Refused("no_such_unit", name=wanted[:30])
    lines = [
        say(
            "roster.person",
            post=say("joining.post", unit=turn.called(seat.unit), name=str(seat.role)),
            name=seat.name,
            phone=seat.phone,
            held=people.post_by_id(turn.tx, seat.post).person_id is not None,
            before=_before(turn, seat) if wanted else [],
        )
        for seat in roster.seats(turn.tx)
        if seat.unit in units
    ]
    return Reply((Message(say("roster.people", lines=lines)),))


def _before(desk: Desk, seat: Seat) -> list[str]:
    zone = desk.programme.zone
    return [
        str(say("roster.before", name=one.name, since=when(one.since, zone), until=when(one.until, zone)))
        for one in holdings.of_post(desk.tx, seat.post)
        if one.until is not None
    ]
