"""Messages to be delivered, and files that go with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, false, func, insert, select, update

from storage.database import Tx
from storage.leaves import in_force
from storage.tables import OUTBOX_STATES, contact, file, group, leave, outbox, post
from storage.types import UtcDateTime


@dataclass(frozen=True, slots=True)
class Recipient:
    """Exactly one of a post, a person and a group."""

    post_id: int | None = None
    person_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed outbox row. ``address`` is None when nobody can be written to.

    ``person_id`` is who will read it, None for a group; ``attempts`` counts this one.
    """

    id: int
    key: str
    kind: str
    address: str | None
    reachable: bool
    person_id: int | None
    message: Mapping[str, Any]
    file_id: int | None
    asks_version: int | None
    attempts: int


def put(
    tx: Tx,
    key: str,
    kind: str,
    to: Recipient,
    message: Mapping[str, Any],
    now: datetime,
    *,
    file_id: int | None = None,
    asks_version: int | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Write a message to be delivered; False when one with this key was written before."""
    if is_written(tx, key):
        return False
    tx.execute(
        insert(outbox).values(
            key=key,
            kind=kind,
            post_id=to.post_id,
            person_id=to.person_id,
            group_id=to.group_id,
            message=dict(message),
            file_id=file_id,
            asks_version=asks_version,
            state="pending",
            attempts=0,
            not_before=not_before or now,
            created_at=now,
        )
    )
    return True


def is_written(tx: Tx, key: str) -> bool:
    return tx.execute(select(outbox.c.id).where(outbox.c.key == key)).scalar() is not None


def keys_like(tx: Tx, part: str) -> set[str]:
    """Keys that contain this text."""
    return set(tx.execute(select(outbox.c.key).where(outbox.c.key.contains(part, autoescape=True))).scalars())


# Whoever stands in reads what is written to the post of a person who is away.
_STAND_IN = (
    select(leave.c.stand_in)
    .where(leave.c.person_id == post.c.person_id, in_force(bindparam("now", type_=UtcDateTime)))
    .limit(1)
    .scalar_subquery()
)
# While nobody is liaison, the unit's deputy is: they read what comes for the post.
_other = post.alias()
_DEPUTY = (
    select(_other.c.person_id)
    .where(
        post.c.role == "liaison",
        _other.c.unit == post.c.unit,
        _other.c.role == "deputy",
        _other.c.person_id.is_not(None),
    )
    .order_by(_other.c.id)
    .limit(1)
    .correlate(post)
    .scalar_subquery()
)
_HOLDER = func.coalesce(outbox.c.person_id, _STAND_IN, post.c.person_id, _DEPUTY)
_ADDRESS = func.coalesce(contact.c.address, group.c.address)
_LETTER = (
    select(
        outbox.c.id,
        outbox.c.key,
        outbox.c.kind,
        _ADDRESS,
        func.coalesce(
            case(
                (outbox.c.group_id.is_not(None), group.c.state == "registered"),
                else_=contact.c.state == "active",
            ),
            false(),
        ),
        _HOLDER,
        outbox.c.message,
        outbox.c.file_id,
        outbox.c.asks_version,
        outbox.c.attempts,
    )
    .select_from(
        outbox.outerjoin(post, post.c.id == outbox.c.post_id)
        .outerjoin(contact, contact.c.person_id == _HOLDER)
        .outerjoin(group, group.c.id == outbox.c.group_id)
    )
    .order_by(outbox.c.id)
)


def _read(tx: Tx, query: Select[Any], now: datetime) -> list[Letter]:
    return [Letter(*row) for row in tx.execute(query, {"now": now})]


def claim(tx: Tx, now: datetime, held: Collection[str] = (), limit: int = 100) -> list[Letter]:
    """Take pending letters that may go now, oldest first, and mark them as being sent.

    A letter waits while an older one to the same recipient waits or is being sent: order is kept, and one
    is taken at a time. Nothing is taken for addresses in ``held``.
    """
    oldest = (
        select(func.min(outbox.c.id))
        .where(outbox.c.state.in_(("pending", "sending")))
        .group_by(outbox.c.post_id, outbox.c.person_id, outbox.c.group_id)
    )
    may_go = (outbox.c.id.in_(oldest), outbox.c.state == "pending", outbox.c.not_before <= now)
    query = _LETTER.where(*may_go).limit(limit).with_for_update(skip_locked=True, of=outbox)
    if held:
        query = query.where(_ADDRESS.is_(None) | _ADDRESS.not_in(list(held)))
    letters = _read(tx, query, now)
    if letters:
        tx.execute(
            update(outbox)
            .where(outbox.c.id.in_([letter.id for letter in letters]))
            .values(state="sending", attempts=outbox.c.attempts + 1)
        )
    return [replace(letter, attempts=letter.attempts + 1) for letter in letters]


def sent(tx: Tx, letter_id: int, attempts: int, message_ref: int, now: datetime) -> bool:
    """It arrived. False when another program has taken it up since: then nothing changes, here and below."""
    return _now(tx, letter_id, attempts, state="sent", sent_at=now, message_ref=message_ref, reason="")


def again(tx: Tx, letter_id: int, attempts: int, reason: str) -> bool:
    """A passing failure: it waits to be sent again."""
    return _now(tx, letter_id, attempts, state="pending", reason=reason[:200])


def give_up(tx: Tx, letter_id: int, attempts: int, state: str, reason: str) -> bool:
    """A lasting end without delivery: ``failed``, ``dropped`` or ``in_doubt``."""
    return _now(tx, letter_id, attempts, state=state, reason=reason[:200])


def take_back(tx: Tx, key: str, reason: str) -> bool:
    """Not sent any more; False when it is on its way already."""
    mine = (outbox.c.key == key, outbox.c.state == "pending")
    done = tx.execute(update(outbox).where(*mine).values(state="dropped", reason=reason))
    return bool(done.rowcount)


def _now(tx: Tx, letter_id: int, attempts: int, **values: Any) -> bool:
    """Every claim counts an attempt: the count tells this attempt from a later one."""
    mine = (
        outbox.c.id == letter_id,
        outbox.c.attempts == attempts,
        outbox.c.state.in_(("pending", "sending")),
    )
    return bool(tx.execute(update(outbox).where(*mine).values(**values)).rowcount)


def release(tx: Tx, key_start: str, now: datetime) -> int:
    """Send again what is in doubt, failed or was dropped among keys that begin so; returns how many."""
    done = tx.execute(
        update(outbox)
        .where(
            outbox.c.key.startswith(key_start, autoescape=True),
            outbox.c.state.in_(("in_doubt", "failed", "dropped")),
        )
        .values(state="pending", not_before=now)
    )
    return int(done.rowcount)


def hold(tx: Tx, reason: str, but: Collection[str]) -> int:
    """Nothing that waits goes out, except these kinds: digests until an admin says so, the rest never. How many."""
    waiting = (outbox.c.state.in_(("pending", "sending")), outbox.c.kind.not_in(list(but)))
    state = case((outbox.c.kind == "digest", "in_doubt"), else_="dropped")
    return int(tx.execute(update(outbox).where(*waiting).values(state=state, reason=reason)).rowcount)


def left_sending(tx: Tx, now: datetime) -> list[Letter]:
    """Letters that a killed program had claimed."""
    return _read(tx, _LETTER.where(outbox.c.state == "sending"), now)


def count_waiting(tx: Tx, now: datetime) -> int:
    """Letters that are being sent or may go now."""
    query = select(func.count()).where(outbox.c.state.in_(("pending", "sending")), outbox.c.not_before <= now)
    return int(tx.execute(query.select_from(outbox)).scalar_one())


def count_to_people(tx: Tx, kinds: Collection[str], since: datetime, now: datetime) -> dict[int, int]:
    """How many messages of these kinds were written to each person from ``since`` on."""
    read = (
        select(_HOLDER.label("holder"))
        .select_from(outbox.outerjoin(post, post.c.id == outbox.c.post_id))
        .where(outbox.c.kind.in_(list(kinds)), outbox.c.created_at >= since)
        .subquery()
    )
    query = select(read.c.holder, func.count()).where(read.c.holder.is_not(None)).group_by(read.c.holder)
    return {row[0]: row[1] for row in tx.execute(query, {"now": now})}


def count_unreported(tx: Tx) -> int:
    """Notices in doubt: of anything else in doubt somebody was told by a notice."""
    query = select(func.count()).where(outbox.c.state == "in_doubt", outbox.c.kind == "notice")
    return int(tx.execute(query.select_from(outbox)).scalar_one())


def by_state(tx: Tx) -> dict[str, int]:
    """How many letters are in each state."""
    query = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    return dict.fromkeys(OUTBOX_STATES, 0) | {row[0]: row[1] for row in tx.execute(query)}


def oldest_waiting(tx: Tx, now: datetime) -> datetime | None:
    """Since when the oldest letter waits that may go."""
    waits = (outbox.c.state.in_(("pending", "sending")), outbox.c.not_before <= now)
    return tx.execute(select(func.min(outbox.c.not_before)).where(*waits)).scalar()


def ref_of(tx: Tx, key: str) -> int:
    """The number of the message that a letter arrived as; 0 when it has not."""
    return tx.execute(select(outbox.c.message_ref).where(outbox.c.key == key)).scalar() or 0


def put_file(tx: Tx, key: str, kind: str, to: Recipient, name: str, content: bytes, now: datetime) -> None:
    """A letter that is a file."""
    put(tx, key, kind, to, {"text": "", "buttons": []}, now, file_id=add_file(tx, name, content))


def add_file(tx: Tx, name: str, content: bytes) -> int:
    return int(tx.execute(insert(file).values(name=name, content=content).returning(file.c.id)).scalar_one())


def get_file(tx: Tx, file_id: int) -> tuple[str, bytes]:
    """(name, content)."""
    row = tx.execute(select(file.c.name, file.c.content).where(file.c.id == file_id)).one()
    return row[0], row[1]


@dataclass(frozen=True, slots=True)
class Prompted:
    """One reminder of a task, by ``form`` and ``unit``: what became of it."""

    form: str
    unit: str
    kind: str
    state: str
    reason: str
    created_at: datetime
    sent_at: datetime | None


def prompts_of(tx: Tx, period: str, kinds: Collection[str]) -> list[Prompted]:
    """Every reminder of a period's tasks, oldest first. Their keys are ``kind:period:form:unit:…``."""
    query = select(
        outbox.c.key, outbox.c.kind, outbox.c.state, outbox.c.reason, outbox.c.created_at, outbox.c.sent_at
    ).where(outbox.c.kind.in_(list(kinds)), outbox.c.key.contains(f":{period}:", autoescape=True))
    found = []
    for row in tx.execute(query.order_by(outbox.c.id)):
        _, _, form, unit, *_ = row.key.split(":")
        found.append(Prompted(form, unit, row.kind, row.state, row.reason, row.created_at, row.sent_at))
    return found
