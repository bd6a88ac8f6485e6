"""发布 and 签发: what the office has seen is sealed and goes to its readers, once."""

from __future__ import annotations

from forms.problems import Refused
from reporting.programme import Role
from reporting.recipients import Part, may_have, outputs_in
from reporting.settings import Key
from services import assessing, correcting
from services.auditing import audit
from services.desk import Turn
from services.drafting import draft_message, name_of, newest, of_button, refresh, show_draft
from services.editions import Ordered, edition_of, record, seal
from services.receiving import receivers_of, receiving_groups
from services.sheets import sees_all
from storage import conversations, digests, editions, outbox, people, tasks
from storage.digests import Draft
from storage.editions import Sealed
from storage.outbox import Recipient
from storage.settings import in_force
from templates import edition_outputs as outputs
from templates.message import Button, Message, Reply
from templates.words import button, say


def show(turn: Turn) -> Reply:
    """通报: the newest draft; once it is published, with the buttons under which the groups get its outputs."""
    known = newest(turn)
    if known.published_at is None:
        return show_draft(turn)
    sealed = editions.of_period(turn.tx, known.period)[-1]
    return Reply((Message(draft_message(turn, known).text, _buttons(turn, sealed)),))


def publish(turn: Turn, name: str | None = None, version: int | None = None) -> Reply:
    """发布: what the admin has seen is sent, or goes to somebody else for release where that is set.

    When figures came in after the draft was shown, nothing is sent and the new draft is shown instead.
    """
    known = of_button(turn, name) if name else newest(turn)
    if not receivers_of(turn):
        raise Refused("no_group")
    if known.published_at is not None:
        return _publish_doubtful(turn, known)
    fresh = refresh(turn, known)
    if (version or known.version) != fresh.version:
        return _refreshed(turn, fresh)
    if in_force(turn.tx).get(Key.RELEASE):
        return _ask_release(turn, known)
    return _publish(turn, known)


def _refreshed(turn: Turn, fresh: Draft) -> Reply:
    return Reply((Message(say("compiling.refreshed")), draft_message(turn, fresh)), settled=True)


def _ask_release(turn: Turn, known: Draft) -> Reply:
    """Whoever else may release it is shown exactly what would be sent."""
    posts = [*people.posts(turn.tx, Role.ADMIN), *people.posts(turn.tx, Role.LEADER)]
    others = {post.person_id for post in posts} - {None, turn.person}
    if not others:
        raise Refused("no_releaser")
    digests.ask_release(turn.tx, known, turn.person)
    audit(turn, "ask_release", about=f"period:{known.period}", version=known.version, correction=known.number)
    shown = draft_message(turn, known)
    text = say("compiling.asks_release", name=turn.actor.name, text=shown.text)
    at = (name_of(known), known.version)
    buttons = ((button("release", *at), button("unrelease", *at)), (button("look", *at),))
    for person in sorted(one for one in others if one):
        key = f"release:{name_of(known)}:{known.version}:{person}"
        to = Recipient(person_id=person)
        outbox.put(turn.tx, key, "notice", to, Message(text, buttons).as_json(), turn.now)
    return Reply((Message(say("compiling.asked_release")),), settled=True)


def release(turn: Turn, name: str | None = None, version: int | None = None) -> Reply:
    """签发: by somebody else than who asked, of exactly what was shown."""
    known = _asked(turn, name, version)
    fresh = refresh(turn, known)
    if fresh.version != known.version:
        return _refreshed(turn, fresh)
    return _publish(turn, known)


def unrelease(turn: Turn, name: str | None = None, version: int | None = None) -> Reply:
    """不签发: whoever asked is told, and the draft stays."""
    known = _asked(turn, name, version)
    digests.ask_release(turn.tx, known, None)
    audit(turn, "unrelease", about=f"period:{known.period}", version=known.version)
    text = Message(say("compiling.not_released", name=turn.actor.name)).as_json()
    to = Recipient(person_id=known.asked_by)
    outbox.put(turn.tx, f"unrelease:{name_of(known)}:{known.version}", "notice", to, text, turn.now)
    return Reply((Message(say("compiling.unreleased")),), settled=True)


def _asked(turn: Turn, name: str | None, version: int | None) -> Draft:
    known = of_button(turn, name) if name else newest(turn)
    if known.published_at is not None:
        raise Refused("published")
    if known.asked_by is None or known.asked_version != known.version:
        raise Refused("not_asked")
    if version is not None and version != known.version:
        raise Refused("stale")
    if known.asked_by == turn.person:
        raise Refused("own_release")
    return known


def _publish(turn: Turn, known: Draft) -> Reply:
    digests.publish(turn.tx, known, turn.person, turn.now)
    sealed = seal(turn, known.period, known.snapshot, known.number)
    verb = "correct" if known.number else "publish"
    audit(
        turn,
        verb,
        about=f"period:{known.period}",
        edition=sealed.hash,
        asked=known.asked_by,
        number=known.number,
    )
    if not known.number:
        for task in tasks.of_period(turn.tx, known.period):
            conversations.end_task(turn.tx, task.id, turn.now)
    _send(turn, sealed)
    count = len(receiving_groups(turn))
    text = say("correcting.published", groups=count, number=known.number)
    if not known.number:
        text = say("compiling.published", groups=count, proposals=assessing.propose_from(turn, sealed))
    return Reply((Message(text),), settled=True)


def _send(turn: Turn, sealed: Sealed) -> None:
    """Everybody gets their parts; what is to be made is only named, and made after the commit.

    Of a correction the message alone is sent: what else is wanted hangs on its buttons.
    """
    message = readers_message(turn, sealed)
    for one in receivers_of(turn):
        if sealed.number:
            correcting.send(turn, sealed, one.key, one.to, message)
            continue
        start = f"digest:{sealed.period}:{one.key}"
        for part in one.parts:
            if part is Part.MESSAGE:
                outbox.put(turn.tx, f"{start}:text", "digest", one.to, message.as_json(), turn.now)
            for output in outputs_in(part, sealed.snapshot["outputs"]):
                of = Ordered(output, sealed.id).as_json()
                outbox.put(turn.tx, f"{start}:{output}", "digest", one.to, of, turn.now)


def readers_message(turn: Turn, sealed: Sealed) -> Message:
    """What the groups read, with a button for each thing that can be had besides."""
    made = outputs.message(edition_of(turn, sealed))
    record(turn, sealed.id, outputs.MESSAGE, str(made.text).encode())
    return Message(made.text, _buttons(turn, sealed))


def _buttons(turn: Turn, sealed: Sealed) -> tuple[tuple[Button, ...], ...]:
    names = sealed.snapshot["outputs"]
    titles = {
        turn.form(one["form_id"]).key: turn.form(one["form_id"]).short for one in sealed.snapshot["sheets"]
    }
    whole, works = [], []
    for place, name in enumerate(names):
        if (key := name.removeprefix(outputs.SHEET)) in titles:
            works.append(button("get", sealed.id, place, label=titles[key]))
        elif name not in outputs_in(Part.PICTURES, names):
            whole.append(button("get", sealed.id, place, label=say("receiving.part", name=name).unescape()))
    if outputs_in(Part.PICTURES, names):
        whole.append(button("pictures", sealed.id))
    return tuple(filter(None, (tuple(whole), *_pairs(works))))


def _pairs(found: list[Button]) -> list[tuple[Button, ...]]:
    return [tuple(found[place : place + 2]) for place in range(0, len(found), 2)]


def get(turn: Turn, edition: int, place: int) -> Reply:
    """A button under a published digest: that output, in the chat where it was pressed."""
    sealed = _edition(turn, edition)
    names = sealed.snapshot["outputs"]
    if not 0 <= place < len(names):
        raise Refused("stale")
    return _hand_out(turn, sealed, [names[place]])


def pictures(turn: Turn, edition: int) -> Reply:
    """图片."""
    sealed = _edition(turn, edition)
    return _hand_out(turn, sealed, outputs_in(Part.PICTURES, sealed.snapshot["outputs"]))


def _edition(turn: Turn, number: int) -> Sealed:
    found = editions.find(turn.tx, number)
    if found is None:
        raise Refused("stale")
    return found


def _hand_out(turn: Turn, sealed: Sealed, names: list[str]) -> Reply:
    """At most once a minute for each chat and output: impatient thumbs cost the group nothing."""
    to, chat, parts = _asker(turn)
    if not all(parts is None or may_have(name, parts) for name in names):
        raise Refused("not_allowed")
    for name in names:
        key = f"get:{sealed.id}:{name}:{chat}:{turn.now:%Y%m%d%H%M}"
        outbox.put(turn.tx, key, "output", to, Ordered(name, sealed.id).as_json(), turn.now)
    return Reply(toast=say("receiving.coming").unescape())


def _asker(turn: Turn) -> tuple[Recipient, str, tuple[Part, ...] | None]:
    """Where it goes, and the parts that are meant for there; None for the office and leaders, who see everything."""
    group = people.group_by_address(turn.tx, turn.origin.chat)
    if group is not None:
        parts = next((one.parts for one in receivers_of(turn) if one.key == str(group.id)), ())
        return Recipient(group_id=group.id), str(group.id), parts
    key, to = f"p{turn.person}", Recipient(person_id=turn.person)
    if sees_all(turn.actor):
        return to, key, None
    return to, key, next((one.parts for one in receivers_of(turn) if one.key == key), ())


def _publish_doubtful(turn: Turn, known: Draft) -> Reply:
    """After publishing only what is in doubt, or was dropped, is sent again: the admin has looked."""
    again = outbox.release(turn.tx, f"digest:{known.period}:", turn.now)
    if not again:
        raise Refused("published")
    return Reply((Message(say("compiling.republished")),), settled=True)
