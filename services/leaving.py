"""外出报备 and 销假: somebody is away for a time, somebody else of the unit stands in, the office knows."""

from __future__ import annotations

from datetime import date, timedelta

from forms.problems import Refused
from forms.text import clean
from reporting.leaves import read_absence, refuse_tangle
from reporting.programme import OF_OFFICE, Role
from services.auditing import audit
from services.desk import Desk, Turn
from services.sheets import to_office
from storage import leaves, outbox, people
from storage.leaves import Leave
from storage.outbox import Recipient
from storage.people import Post
from templates.message import Message, Reply
from templates.words import button, day_of, say

REASON_LENGTH = 120
# Whoever stands in for one of these must not do the other's work in the same unit: nobody signs their own filing.
_OPPOSITE = {
    Role.LIAISON: (Role.SIGNATORY, Role.VICE),
    Role.DEPUTY: (Role.SIGNATORY, Role.VICE),
    Role.SIGNATORY: (Role.LIAISON, Role.DEPUTY),
}


def report(turn: Turn, text: str) -> Reply:
    """外出报备 7月3日至7月10日 孙示例 出差."""
    if not clean(text):
        return _show(turn)
    today = turn.now.astimezone(turn.programme.zone).date()
    absence = read_absence(text, today)
    own = [post for post in turn.actor.posts if post.behalf is None]
    if not own:
        raise Refused("not_allowed")
    stand_in = _stand_in(turn, own, absence.stand_in)
    since, until = absence.span(turn.programme.zone)
    touching = leaves.touching(turn.tx, since, until, turn.person, stand_in)
    refuse_tangle(turn.person, stand_in, [(one.person_id, one.stand_in) for one in touching])
    reason = absence.reason[:REASON_LENGTH]
    number = leaves.add(turn.tx, turn.person, stand_in, since, until, reason, turn.now)
    days = {"first": absence.first.isoformat(), "last": absence.last.isoformat()}
    audit(turn, "leave", about=f"person:{turn.person}", after={"person": stand_in, **days})
    fields = {
        "first": day_of(absence.first),
        "last": day_of(absence.last),
        "stand_in": people.person_name(turn.tx, stand_in),
    }
    _tell(turn, number, own, stand_in, fields, reason)
    return Reply((Message(say("leaving.reported", **fields), ((button("backtowork", number),),)),))


def _stand_in(turn: Turn, own: list[Post], name: str) -> int:
    """Somebody of each unit (of the office for the office) who has joined, by name, and may do the work."""
    found: set[int] | None = None
    for post in own:
        others = [one for one in people.posts(turn.tx, unit_key=post.unit) if one.person_id is not None]
        fits = {one.person_id for one in others if one.person_id and _is_called(turn, one, name)}
        fits.discard(turn.person)
        opposite = _OPPOSITE.get(Role(post.role), ())
        if fits & {one.person_id for one in others if one.role in opposite}:
            raise Refused("leave_own_filing")
        found = fits if found is None else found & fits
    if not found or len(found) > 1:
        raise Refused("leave_nobody", name=name[:20])
    return found.pop()


def _is_called(desk: Desk, post: Post, name: str) -> bool:
    return post.person_id is not None and people.person_name(desk.tx, post.person_id) == name


def _tell(
    turn: Turn, number: int, own: list[Post], stand_in: int, fields: dict[str, str], reason: str
) -> None:
    """Whoever stands in, and the office."""
    posts = [say("joining.post", unit=turn.called(post.unit), name=post.role) for post in own]
    told = {"first": fields["first"], "last": fields["last"], "name": turn.actor.name, "posts": posts}
    text = Message(say("leaving.stand_in", **told)).as_json()
    outbox.put(turn.tx, f"leave:{number}", "notice", Recipient(person_id=stand_in), text, turn.now)
    if all(post.role in OF_OFFICE for post in own):
        return
    text = Message(say("leaving.office", **told, stand_in=fields["stand_in"], reason=reason)).as_json()
    for place, to in enumerate(to_office(turn)):
        outbox.put(turn.tx, f"leave:{number}:{place}", "notice", to, text, turn.now)


def _own(turn: Turn) -> list[Leave]:
    far = turn.now.replace(year=turn.now.year + 2)
    return [
        one for one in leaves.touching(turn.tx, turn.now, far, turn.person) if one.person_id == turn.person
    ]


def _show(turn: Turn) -> Reply:
    """Which days are reported; how to report some."""
    found = _own(turn)
    if not found:
        raise Refused("leave_how")
    zone = turn.programme.zone
    lines = [
        say(
            "leaving.line",
            first=day_of(one.since.astimezone(zone).date()),
            last=day_of(_last(turn, one)),
            stand_in=people.person_name(turn.tx, one.stand_in),
        )
        for one in found
    ]
    rows = tuple((button("backtowork", one.id),) for one in found[:1])
    return Reply((Message(say("leaving.list", lines=lines), rows),))


def _last(turn: Turn, one: Leave) -> date:
    return (one.until.astimezone(turn.programme.zone) - timedelta(days=1)).date()


def end(turn: Turn, number: int = 0) -> Reply:
    """销假: back at work; whoever stood in does not any more, from this moment."""
    found = [one for one in _own(turn) if number in (0, one.id)]
    if not found:
        raise Refused("leave_none")
    for one in found:
        leaves.end(turn.tx, one.id, turn.now)
        audit(turn, "leave_end", about=f"person:{turn.person}", before={"person": one.stand_in})
        text = Message(say("leaving.stand_in_over", name=turn.actor.name)).as_json()
        to = Recipient(person_id=one.stand_in)
        outbox.put(turn.tx, f"leave_end:{one.id}", "notice", to, text, turn.now)
    return Reply((Message(say("leaving.ended")),), settled=True)
