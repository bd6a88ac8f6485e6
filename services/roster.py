"""名册: the roster goes out as a workbook, comes back, is shown as changes, and takes effect with one press."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from forms.problems import Refused
from reporting.programme import OF_OFFICE, Role
from reporting.roster import Change, Kind, Known, Line, Mistake, compare, read_roster
from services import invite_lists, invites
from services.auditing import audit
from services.desk import Desk, Turn
from services.joining import post_name, release
from storage import drafts, holdings, outbox, people, roster
from storage.outbox import Recipient
from storage.people import Post
from templates.message import Attachment, Message, Reply
from templates.read_workbook import Read
from templates.roster_workbook import NAME, RosterRow, role_names, roster_workbook
from templates.words import button, refusal, say

MOST_SHOWN = 40
# After so long without an answer from another admin, whoever proposed may confirm alone.
PATIENCE = timedelta(days=3)


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


def known(desk: Desk, *, partial: bool = False) -> Known:
    """What a roster is read against; one that is ``partial`` need not name everybody."""
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
        frozenset() if partial else frozenset({*needed, (office, Role.ADMIN)}),
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
    try:
        return propose(turn, lines)
    except Refused as why:
        return Reply((Message(refusal(why)),))


def propose(turn: Turn, lines: Sequence[Line]) -> Reply:
    """What this roster would change, to be confirmed by a press."""
    changes = compare(lines, roster.seats(turn.tx))
    if not changes:
        raise Refused("roster_same")
    if (why := _leaves_no_admin(turn, changes)) is not None:
        raise why
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
    """不采用, by its sender or by the admin who was asked to agree."""
    found = _draft(turn, number)
    roster.drop_draft(turn.tx, number)
    if found.asked_at is not None:
        audit(turn, "roster_dropped", about=f"person:{found.person_id}")
        _tell_other(turn, found, say("roster.second_refused", name=turn.actor.name))
    return Reply((Message(say("roster.discarded")),), settled=True)


def _draft(turn: Turn, number: int) -> roster.Draft:
    """A roster that this person may decide about: their own, or one that they were asked to agree to."""
    found = roster.draft(turn.tx, number)
    if found is None or (found.person_id != turn.person and found.asked_at is None):
        raise Refused("stale")
    return found


def confirm(turn: Turn, number: int) -> Reply:
    """确认: exactly what was shown is done; when something changed meanwhile, it is shown anew."""
    found = _draft(turn, number)
    lines = [Line(unit, Role(role), name, phone) for unit, role, name, phone in found.rows]
    changes = compare(lines, roster.seats(turn.tx))
    if (why := _leaves_no_admin(turn, changes)) is not None:
        raise why
    if _shown(changes) != found.shown:
        roster.drop_draft(turn.tx, number)
        fresh = roster.put_draft(turn.tx, turn.person, found.rows, _shown(changes), turn.now)
        return Reply((Message(say("roster.moved")), _proposal(turn, changes, fresh)), settled=True)
    if found.person_id == turn.person and _needs_second(turn, changes, found):
        return _ask_second(turn, changes, found)
    for change in changes:
        _apply(turn, change)
    roster.drop_draft(turn.tx, number)
    if found.asked_at is not None:
        _tell_other(turn, found, say("roster.second_agreed", name=turn.actor.name))
    return _invited(turn, changes)


def _others(turn: Turn) -> list[Post]:
    """Admins who have joined, but for whoever asks."""
    posts = people.posts(turn.tx, Role.ADMIN)
    return [post for post in posts if post.person_id not in (None, turn.person)]


def _needs_second(turn: Turn, changes: Sequence[Change], draft: roster.Draft) -> bool:
    """Posts of the office give power, so two admins agree, unless there is one, or the other does not answer."""
    if not any(one.role in OF_OFFICE and one.kind is not Kind.PHONE for one in changes) or not _others(turn):
        return False
    if draft.asked_at is not None and turn.now - draft.asked_at < PATIENCE:
        raise Refused("roster_second")
    return draft.asked_at is None


def _ask_second(turn: Turn, changes: Sequence[Change], draft: roster.Draft) -> Reply:
    roster.ask_second(turn.tx, draft.id, turn.now)
    shown = _proposal(turn, changes, draft.id)
    text = say("settings.asks_second", name=turn.actor.name, preview=shown.text)
    for post in _others(turn):
        key, to = f"roster:{draft.id}:{post.id}", Recipient(post_id=post.id)
        outbox.put(turn.tx, key, "notice", to, Message(text, shown.buttons).as_json(), turn.now)
    audit(turn, "roster_asked", about=f"person:{turn.person}")
    return Reply((Message(say("roster.waits_second"), shown.buttons),), settled=True)


def _tell_other(turn: Turn, draft: roster.Draft, text: Markup) -> None:
    """Whoever sent the roster hears what another admin decided; the others, when its sender did."""
    others = {post.person_id for post in _others(turn) if post.person_id is not None}
    for person in sorted({draft.person_id} - {turn.person} or others):
        key, to = f"roster:{draft.id}:told:{person}", Recipient(person_id=person)
        outbox.put(turn.tx, key, "notice", to, Message(text).as_json(), turn.now)


def _invited(turn: Turn, changes: Sequence[Change]) -> Reply:
    """Codes for those who are new; what was given to others before stays good."""
    fresh = {(one.unit, one.role, one.seat) for one in changes if one.kind in (Kind.NEW, Kind.REPLACED)}
    posts = [post for post in people.posts(turn.tx) if (post.unit, post.role, post.seat) in fresh]
    made = invites.invite_all(turn, posts)
    said = Message(say("roster.done", changes=len(changes), invites=len(made)))
    if not made:
        return Reply((said,), settled=True)
    files = (invite_lists.pages(turn, made),)
    return Reply((said, invite_lists.listed(turn, made)), settled=True, attachments=files)


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
    people.end_invites(turn.tx, post.id, turn.now)
    if holder is not None:
        holdings.leave_post(turn.tx, post.id, "roster", turn.now)
        release(turn, post, holder)
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
