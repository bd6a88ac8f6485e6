"""What delivery did to letters: sent, put off, refused for good, or in doubt."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from forms.screening import find_secret
from forms.text import clean
from reporting.checking import IN_DOUBT
from reporting.programme import Role
from services.asking import open_question
from services.auditing import audit
from services.desk import Desk, Origin
from services.sheets import tell_admins, to_post
from storage import codes, conversations, outbox, people, updates
from storage.outbox import Letter, Recipient
from templates.message import SILENCE, Message, Reply
from templates.words import say

# Kinds that may be repeated when it is not known whether they arrived; leaders never get a digest twice.
REPEATABLE = frozenset(
    {
        "announce",
        "own",
        "prompt",
        "remind",
        "overdue",
        "chase",
        "review",
        "returned",
        "notice",
        "draft",
        "menu",
        "contact",
        "output",
        "edit",
    }
)
# About a day of attempts, as long as Telegram itself keeps what it could not hand over.
MOST_ATTEMPTS = 1500
# What may have arrived is not repeated for ever: a line that loses every answer would fill the phone.
MOST_REPEATS = 8


def claim(desk: Desk, held: Collection[str] = (), limit: int = 100) -> list[Letter]:
    """Letters that may go now, marked as being sent; none for addresses in ``held``."""
    return outbox.claim(desk.tx, desk.now, held, limit)


def file_of(desk: Desk, file_id: int) -> tuple[str, bytes]:
    return outbox.get_file(desk.tx, file_id)


def ref_of(desk: Desk, key: str) -> int:
    """The message's number that a letter arrived as; 0 when it has not."""
    return outbox.ref_of(desk.tx, key)


def sent(desk: Desk, letter: Letter, ref: int) -> None:
    """It arrived as message ``ref``; when it asks a question, that is the prompt's number."""
    if not outbox.sent(desk.tx, letter.id, letter.attempts, ref, desk.now):
        return
    if letter.asks_version is not None and letter.person_id is not None:
        conversations.prompted(desk.tx, letter.person_id, letter.asks_version, ref)


def roles_of(desk: Desk, letter: Letter) -> frozenset[str]:
    """What the reader of a letter is at this moment: the command menu shows no more than that."""
    who = people.actor(desk.tx, letter.address or "", desk.now)
    return frozenset(post.role for post in who.posts) if who else frozenset()


def flooded(desk: Desk, address: str) -> None:
    """Somebody writes faster than a person can; of strangers nothing is kept."""
    who = people.actor(desk.tx, address, desk.now)
    if who is not None:
        audit(desk, "flood", person=who.person_id)


def put_off(desk: Desk, letter: Letter, reason: str) -> None:
    """A passing failure. After very many attempts it is given up and the admins are told."""
    if letter.attempts >= MOST_ATTEMPTS:
        failed(desk, letter, reason)
        return
    outbox.again(desk.tx, letter.id, letter.attempts, reason)


def nobody(desk: Desk, letter: Letter) -> None:
    """Nobody holds the post, or the address cannot be written to: dropped with its reason."""
    reason = "unreachable" if letter.address else "nobody holds the post"
    if outbox.give_up(desk.tx, letter.id, letter.attempts, "dropped", reason) and letter.kind == "digest":
        _tell_undelivered(desk, letter)


def failed(desk: Desk, letter: Letter, reason: str) -> None:
    """It will never arrive as it is: the admins are told."""
    if outbox.give_up(desk.tx, letter.id, letter.attempts, "failed", reason):
        _tell_undelivered(desk, letter)


def unreachable(desk: Desk, letter: Letter, cause: str) -> None:
    """The address refused us for good (``cause`` is blocked, deactivated or gone): who must know is told once."""
    if not outbox.give_up(desk.tx, letter.id, letter.attempts, "dropped", cause) or letter.address is None:
        return
    if letter.person_id is not None:
        lost_contact(desk, letter.address, cause)
        return
    known = people.group_by_address(desk.tx, letter.address)
    people.put_group(desk.tx, letter.address, known.title if known else "", present=False)
    _tell_undelivered(desk, letter)


def _tell_undelivered(desk: Desk, letter: Letter) -> None:
    """Tell the admins, once for text and files of one digest; never of a notice, or it would have no end."""
    if letter.kind == "digest":
        about = _of_digest(letter.key)
        text = say("notices.digest_undelivered", title=_digest_title(letter.key))
    elif letter.person_id is not None and letter.kind != "notice":
        about = str(letter.id)
        text = say("notices.undelivered", name=people.person_name(desk.tx, letter.person_id))
    else:
        return
    tell_admins(desk, f"undelivered:{about}:{letter.attempts}", text)


def _of_digest(key: str) -> str:
    """``digest:2008-06:1`` of ``digest:2008-06:1:text``: the period and the group."""
    return ":".join(key.split(":")[:3])


def _digest_title(key: str) -> str:
    return say("notices.digest_title", period=key.split(":")[1])


def lost_contact(desk: Desk, address: str, cause: str) -> None:
    """Mark an address unreachable; a liaison's unit head is told once, of anyone else the office."""
    person = people.unreachable(desk.tx, address, cause)
    if person is None:
        return
    who = people.actor(desk.tx, address, desk.now)
    for post in who.posts if who else ():
        called = say("joining.post", unit=desk.called(post.unit), name=post.role)
        text = say("notices.unreachable", post=called, reason=say(f"notices.{cause}"))
        key = f"unreachable:{person}:{int(desk.now.timestamp())}:{post.id}"
        head = to_post(desk, post.unit, Role.SIGNATORY) if post.serves == Role.LIAISON else None
        if head is not None:
            outbox.put(desk.tx, key, "notice", head, Message(text).as_json(), desk.now)
        else:
            tell_admins(desk, key, text)


def moved(desk: Desk, letter: Letter, new_address: str) -> None:
    """The group became a supergroup: write there from now on, this letter first."""
    assert letter.address is not None
    migrated(desk, letter.address, new_address)
    outbox.again(desk.tx, letter.id, letter.attempts, "moved")


def in_doubt(desk: Desk, letter: Letter) -> None:
    """It is not known whether it arrived: a reminder is sent again, a digest waits for an admin's look."""
    if letter.kind in REPEATABLE and letter.attempts < MOST_REPEATS:
        outbox.again(desk.tx, letter.id, letter.attempts, f"{IN_DOUBT}, sent again")
        return
    if not outbox.give_up(desk.tx, letter.id, letter.attempts, "in_doubt", "no answer"):
        return
    if letter.kind != "digest":
        _tell_undelivered(desk, letter)
        return
    text = say("notices.in_doubt", title=_digest_title(letter.key))
    tell_admins(desk, f"in_doubt:{_of_digest(letter.key)}:{int(desk.now.timestamp())}", text)


def recover(desk: Desk) -> None:
    """On taking over: what a killed program had claimed is in doubt."""
    for letter in outbox.left_sending(desk.tx, desk.now):
        in_doubt(desk, letter)


def leave(desk: Desk, address: str, said: Message) -> None:
    """A reply that could not be said when it was due; strangers, whom nothing is kept about, go without it."""
    who, group = people.actor(desk.tx, address, desk.now), people.group_by_address(desk.tx, address)
    if who is not None:
        to = Recipient(person_id=who.person_id)
    elif group is not None:
        to = Recipient(group_id=group.id)
    else:
        return
    outbox.put(desk.tx, f"reply:{secrets.token_hex(8)}", "notice", to, said.as_json(), desk.now)


def prompted(desk: Desk, address: str, version: int, ref: int) -> None:
    """The question shown to this person went out as message ``ref``."""
    conversations.prompted_at(desk.tx, address, version, ref)


def unasked(desk: Desk) -> list[tuple[str, Message]]:
    """(address, question) of everyone whose question was never sent, or not recorded as sent."""
    return [
        (address, _after_restoring(desk, message, since))
        for address, since in conversations.unprompted(desk.tx)
        if (who := people.actor(desk.tx, address, desk.now)) and (message := open_question(desk, who))
    ]


def _after_restoring(desk: Desk, question: Message, since: datetime) -> Message:
    """Whoever answered more than a restored backup knows is told why they are asked that again."""
    if desk.shelf.restored_at is None or since >= desk.shelf.restored_at:
        return question
    return replace(question, text=say("notices.restored_again", question=question.text))


def bury(desk: Desk, reference: str, bot_id: int, update_id: int, trace: str) -> None:
    """Put a poisonous update aside; the admins get the same reference number as the person."""
    if not updates.first_time(desk.tx, bot_id, update_id, desk.now):
        return
    updates.bury(desk.tx, reference, bot_id, update_id, trace, desk.now)
    tell_admins(desk, f"broken:{reference}", say("notices.broken", reference=reference))


def conflict(desk: Desk) -> None:
    """Another program polls with our token: the admins are told once a day while it lasts."""
    if desk.shelf.programme is not None:
        tell_admins(desk, f"conflict:{desk.now.date()}", say("notices.conflict"))


def group_changed(desk: Desk, origin: Origin, title: str, present: bool) -> Reply:
    """The bot was put into a group (it introduces itself) or taken out of it. Anyone may do either."""
    known = people.group_by_address(desk.tx, origin.chat)
    people.put_group(desk.tx, origin.chat, "" if find_secret(title) else clean(title)[:255], present)
    if not present or (known is not None and known.state != "left"):
        return SILENCE
    return Reply((Message(say("joining.in_group")),))


def person_changed(desk: Desk, origin: Origin, reachable: bool) -> None:
    """A person blocked the bot, or opened it again."""
    if not reachable:
        lost_contact(desk, origin.address, "blocked")
        return
    who = people.actor(desk.tx, origin.address, desk.now)
    if who is not None:
        people.reached(desk.tx, who.person_id)


def migrated(desk: Desk, old: str, new: str) -> None:
    """A group's address changed. The new group may have announced itself first: its row gives the address up."""
    if people.group_by_address(desk.tx, old) is None:
        return
    stray = people.group_by_address(desk.tx, new)
    if stray is not None:
        people.put_group(desk.tx, new, stray.title, present=False)
        people.move_address(desk.tx, new, f"{new}/{stray.id}")
    people.move_address(desk.tx, old, new)


UPDATE_MEMORY = timedelta(days=7)


def housekeeping(desk: Desk) -> None:
    """Forget update numbers that can no longer come again, and wrong codes of long ago."""
    updates.forget_before(desk.tx, desk.now - UPDATE_MEMORY)
    codes.forget_before(desk.tx, desk.now - UPDATE_MEMORY)
