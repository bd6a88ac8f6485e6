"""The draft of a digest, or of its correction: kept up to date, written into by the office, shown before it goes."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from forms.problems import Refused
from forms.text import clean
from reporting.edition import Paragraph
from reporting.recipients import Part, outputs_in
from services.auditing import audit
from services.desk import Desk, Turn
from services.editions import Ordered, earlier_of, read
from services.receiving import receivers
from services.sheets import to_admins
from services.snapshots import snapshot
from storage import digests, outbox, tasks
from storage.digests import Draft
from storage.outbox import Recipient
from templates import edition_outputs as outputs
from templates.message import Button, Message, Reply
from templates.words import button, say

LONGEST = 600
AWAY = ("无", "删除", "不写")


def draft(desk: Desk, period: str) -> None:
    """Make the draft of a period and show it to the admins; made again, it says who has come in since."""
    known = digests.of_period(desk.tx, period)
    late = _come_since(desk, known) if known else []
    version = digests.put(desk.tx, period, snapshot(desk, period, known), desk.now)
    audit(desk, "draft", about=f"period:{period}", version=version)
    show_to_admins(desk, pending(desk, period), late)


def _come_since(desk: Desk, known: Draft) -> list[str]:
    """Units that have signed since a draft was made."""
    found = [
        task
        for task in tasks.of_period(desk.tx, known.period)
        if task.signed_at and task.signed_at > known.drafted_at
    ]
    return list(dict.fromkeys(desk.called(task.unit) for task in found))


def show_to_admins(desk: Desk, known: Draft, late: list[str]) -> None:
    message = draft_message(desk, known, late)
    for number, admin in enumerate(to_admins(desk)):
        key = f"draft:{known.period}:{known.number}:{known.version}:{number}"
        outbox.put(desk.tx, key, "draft", admin, message.as_json(), desk.now)


def pending(desk: Desk, period: str, number: int = 0) -> Draft:
    found = digests.of_period(desk.tx, period, number)
    if found is None:
        raise Refused("no_draft")
    return found


def newest(desk: Desk) -> Draft:
    """The newest period's draft; of one that is published, its correction on the way if there is one."""
    found = digests.all_by_period(desk.tx)
    if not found:
        raise Refused("no_draft")
    waiting = [one for one in digests.waiting_corrections(desk.tx) if one.snapshot.get("differs")]
    period = max(found)
    return waiting[-1] if waiting and found[period].published_at else found[period]


def of_button(desk: Desk, name: str) -> Draft:
    """The draft that a button names: ``2008-06``, ``2008-06-c1`` for 更正第1号."""
    period, _, number = name.partition("-c")
    return pending(desk, period, int(number) if number.isdecimal() else 0)


def name_of(known: Draft) -> str:
    return f"{known.period}-c{known.number}" if known.number else known.period


def show_draft(turn: Turn) -> Reply:
    """通报: the newest draft, made again when figures have changed since."""
    return Reply((draft_message(turn, refresh(turn, newest(turn))),))


def refresh(desk: Desk, known: Draft) -> Draft:
    """Bring a draft up to date; unchanged, published or not, it is returned as it is."""
    if known.published_at is not None:
        return known
    fresh = snapshot(desk, known.period, known)
    if fresh == known.snapshot:
        return known
    digests.put(desk.tx, known.period, fresh, desk.now, known.number)
    return pending(desk, known.period, known.number)


def draft_message(desk: Desk, known: Draft, late: list[str] | None = None) -> Message:
    edition = read(desk, known.snapshot, earlier_of(desk, known.period))
    text = say(
        "compiling.draft",
        text=_body(known, outputs.message(edition).text),
        to=receivers(desk),
        late=late or [],
        version=known.version,
        published=known.published_at is not None,
        words=[(str(one), edition.paragraphs[one]) for one in Paragraph if one in edition.paragraphs],
    )
    return Message(text, () if known.published_at else _buttons(known))


def _body(known: Draft, text: Markup) -> Markup:
    if not known.number:
        return text
    return say("correcting.proposed", number=known.number, lines=known.snapshot["differs"], text=text)


def _buttons(known: Draft) -> tuple[tuple[Button, ...], ...]:
    name, version = name_of(known), known.version
    return ((button("publish", name, version),), (button("look", name, version),))


def look(turn: Turn, name: str, _version: int) -> Reply:
    """预览各件: everything that would be sent, to whoever asks, in the order in which it would be sent."""
    known = refresh(turn, of_button(turn, name))
    edition = read(turn, known.snapshot, earlier_of(turn, known.period))
    to = Recipient(person_id=turn.person)
    every = outputs.names_of(edition)
    names = [name for part in Part for name in outputs_in(part, every)]
    for output in names:
        of = Ordered(output, period=known.period, number=known.number)
        key = f"look:{name}:{known.version}:{output}:{turn.person}:{turn.origin.update_id}"
        outbox.put(turn.tx, key, "output", to, of.as_json(), turn.now)
    return Reply((Message(say("compiling.looking", count=len(names))),))


def opening(turn: Turn, text: str) -> Reply:
    """开头语 ……"""
    return _write(turn, Paragraph.OPENING, text)


def assessment(turn: Turn, text: str) -> Reply:
    """评价 ……"""
    return _write(turn, Paragraph.ASSESSMENT, text)


def requests(turn: Turn, text: str) -> Reply:
    """要求 ……"""
    return _write(turn, Paragraph.REQUESTS, text)


def _write(turn: Turn, paragraph: Paragraph, text: str) -> Reply:
    """The office's own words; figures are made from what was reported and cannot be written."""
    known, said = open_draft(turn), clean(text)
    if not said:
        return Reply(
            (
                Message(
                    say("compiling.write", paragraph_=str(paragraph), now=known.paragraphs.get(paragraph, ""))
                ),
            )
        )
    if len(said) > LONGEST:
        raise Refused("paragraph_long", limit=LONGEST)
    paragraphs = {key: value for key, value in known.paragraphs.items() if key != paragraph}
    if said not in AWAY:
        paragraphs[str(paragraph)] = said
    audit(
        turn,
        "edit_digest",
        about=f"period:{known.period}",
        before=known.paragraphs.get(paragraph),
        after=paragraphs.get(paragraph),
        paragraph=str(paragraph),
    )
    digests.edit(turn.tx, known, paragraphs=paragraphs, dropped=known.dropped, first=known.first)
    fresh = refresh(turn, replace(known, paragraphs=paragraphs))
    return Reply((Message(say("compiling.written", paragraph_=str(paragraph))), draft_message(turn, fresh)))


def open_draft(turn: Turn) -> Draft:
    """The newest draft, while it can still be changed."""
    known = newest(turn)
    if known.published_at is not None:
        raise Refused("published")
    return known


WRITING = {"opening": opening, "comment": assessment, "demands": requests}
