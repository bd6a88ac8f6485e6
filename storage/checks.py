"""联系畅通检查: rounds of checks, and one row for each person asked.

How a check's message fares stands in the outbox; it is read together with the check while that has no outcome.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from storage.contact_tables import check_round, contact_check
from storage.database import Tx
from storage.tables import outbox, post
from storage.types import UtcDateTime


@dataclass(frozen=True, slots=True)
class Round:
    id: int
    kind: str
    state: str
    month: str | None
    words: str
    seed: str
    rules: Mapping[str, Any] | None
    people: Any
    drawn: Any
    made_by: int | None
    made_at: datetime


_ROUND = (
    check_round.c.id,
    check_round.c.kind,
    check_round.c.state,
    check_round.c.month,
    check_round.c.words,
    check_round.c.seed,
    check_round.c.rules,
    check_round.c.people,
    check_round.c.drawn,
    check_round.c.made_by,
    check_round.c.made_at,
)


def add_hand(tx: Tx, words: str, posts: Collection[int], person: int, now: datetime) -> int:
    """Somebody wants these posts checked; nothing begins yet."""
    values = {"kind": "hand", "state": "proposed", "words": words, "people": list(posts)}
    return _add_round(tx, {**values, "made_by": person, "made_at": now})


def add_draw(
    tx: Tx, month: str, seed: str, rules: Mapping[str, Any], people: Any, drawn: Any, now: datetime
) -> int:
    """The draw of a month, whole: what it was made from and what came out."""
    values = {"kind": "draw", "state": "running", "month": month, "seed": seed, "rules": dict(rules)}
    return _add_round(tx, {**values, "people": people, "drawn": drawn, "made_at": now})


def _add_round(tx: Tx, values: Mapping[str, Any]) -> int:
    return int(tx.execute(insert(check_round).values(**values).returning(check_round.c.id)).scalar_one())


def round_by_id(tx: Tx, round_id: int) -> Round | None:
    row = tx.execute(select(*_ROUND).where(check_round.c.id == round_id)).one_or_none()
    return Round(*row) if row else None


def draws(tx: Tx) -> list[Round]:
    """Every month's draw, oldest first."""
    query = select(*_ROUND).where(check_round.c.kind == "draw").order_by(check_round.c.month)
    return [Round(*row) for row in tx.execute(query)]


def is_drawn(tx: Tx, month: str) -> bool:
    return tx.execute(select(check_round.c.id).where(check_round.c.month == month)).scalar() is not None


def move_round(tx: Tx, round_id: int, before: str, after: str) -> bool:
    """False when it is not in the state before any more."""
    mine = (check_round.c.id == round_id, check_round.c.state == before)
    return tx.execute(update(check_round).where(*mine).values(state=after)).rowcount == 1


def ended_rounds(tx: Tx) -> list[Round]:
    """Rounds by hand that run although nobody is waited for any more."""
    waiting = select(contact_check.c.id).where(
        contact_check.c.round_id == check_round.c.id, contact_check.c.outcome.is_(None)
    )
    query = select(*_ROUND).where(check_round.c.state == "running", check_round.c.kind == "hand")
    return [Round(*row) for row in tx.execute(query.where(~waiting.exists()).order_by(check_round.c.id))]


@dataclass(frozen=True, slots=True)
class Check:
    """``kind`` is the round's, hand or draw; ``window`` and ``second`` are seconds."""

    id: int
    round_id: int
    kind: str
    post_id: int
    person_id: int | None
    unit: str
    due_at: datetime
    window: int
    second: int
    asked_at: datetime | None
    delivered_at: datetime | None
    answered_at: datetime | None
    outcome: str | None
    cause: str
    settled_at: datetime | None
    deputy_asked_at: datetime | None
    deputy_at: datetime | None
    head_told_at: datetime | None

    @property
    def ends(self) -> datetime | None:
        """When the window ended, of a check that was delivered."""
        return None if self.delivered_at is None else self.delivered_at + timedelta(seconds=self.window)


_CHECK = (
    contact_check.c.id,
    contact_check.c.round_id,
    check_round.c.kind,
    contact_check.c.post_id,
    contact_check.c.person_id,
    post.c.unit,
    contact_check.c.due_at,
    contact_check.c.window,
    contact_check.c.second,
    contact_check.c.asked_at,
    contact_check.c.delivered_at,
    contact_check.c.answered_at,
    contact_check.c.outcome,
    contact_check.c.cause,
    contact_check.c.settled_at,
    contact_check.c.deputy_asked_at,
    contact_check.c.deputy_at,
    contact_check.c.head_told_at,
)
_FROM = contact_check.join(post, post.c.id == contact_check.c.post_id).join(
    check_round, check_round.c.id == contact_check.c.round_id
)


def add(tx: Tx, round_id: int, post_id: int, due_at: datetime) -> int:
    row = insert(contact_check).values(round_id=round_id, post_id=post_id, due_at=due_at)
    return int(tx.execute(row.returning(contact_check.c.id)).scalar_one())


def _read(tx: Tx, query: Select[Any]) -> list[Check]:
    rows: Iterable[Any] = tx.execute(query.order_by(contact_check.c.id))
    return [Check(*row) for row in rows]


def by_id(tx: Tx, check_id: int) -> Check | None:
    found = _read(tx, select(*_CHECK).select_from(_FROM).where(contact_check.c.id == check_id))
    return found[0] if found else None


def between(tx: Tx, since: datetime, until: datetime) -> list[Check]:
    """Checks that were asked, or could not be, within this time."""
    at = func.coalesce(contact_check.c.asked_at, contact_check.c.settled_at, type_=UtcDateTime())
    return _read(tx, select(*_CHECK).select_from(_FROM).where(at >= since, at < until))


def of_round(tx: Tx, round_id: int) -> list[Check]:
    return _read(tx, select(*_CHECK).select_from(_FROM).where(contact_check.c.round_id == round_id))


def of_person(tx: Tx, person_id: int, since: datetime) -> list[Check]:
    """What was asked of this person from then on."""
    mine = (contact_check.c.person_id == person_id, contact_check.c.asked_at >= since)
    return _read(tx, select(*_CHECK).select_from(_FROM).where(*mine))


def latest_of(tx: Tx, person_id: int) -> Check | None:
    query = select(*_CHECK).select_from(_FROM)
    found = _read(tx, query.where(contact_check.c.id == _newest(person_id)))
    return found[0] if found else None


def _newest(person_id: int) -> ScalarSelect[Any]:
    query = select(func.max(contact_check.c.id)).where(contact_check.c.person_id == person_id)
    return query.scalar_subquery()


def due(tx: Tx, now: datetime, limit: int | None = None) -> list[Check]:
    """Checks whose time has come and that nobody was asked yet, in the order in which they were made."""
    mine = (
        contact_check.c.outcome.is_(None),
        contact_check.c.asked_at.is_(None),
        contact_check.c.due_at <= now,
    )
    return _read(tx, select(*_CHECK).select_from(_FROM).where(*mine).limit(limit))


def waiting(tx: Tx) -> set[int]:
    """Posts that somebody is being asked for."""
    query = select(contact_check.c.post_id).where(
        contact_check.c.outcome.is_(None), contact_check.c.asked_at.is_not(None)
    )
    return set(tx.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Asked:
    """A check without an outcome, and how its message fares: the outbox's state, reason and moment of delivery.

    ``again``: the second ping was written too.
    """

    check: Check
    state: str
    reason: str
    sent_at: datetime | None
    ref: int | None
    again: bool


def ping_key(check_id: int, number: int = 1) -> str:
    return f"contact:{check_id}:{number}"


def _key(number: int) -> ColumnElement[str]:
    return literal("contact:").concat(cast(contact_check.c.id, String)).concat(f":{number}")


_SECOND = outbox.alias("second")
_PINGS = _FROM.join(outbox, outbox.c.key == _key(1)).outerjoin(_SECOND, _SECOND.c.key == _key(2))
_OPEN = and_(contact_check.c.outcome.is_(None), contact_check.c.asked_at.is_not(None))
_LETTER = (outbox.c.state, outbox.c.reason, outbox.c.sent_at, outbox.c.message_ref, _SECOND.c.id.is_not(None))
_ASKED = select(*_CHECK, *_LETTER).select_from(_PINGS).where(_OPEN).order_by(contact_check.c.id)
_ASKED_OF = _ASKED.where(contact_check.c.person_id == bindparam("person"))


def asked(tx: Tx) -> list[Asked]:
    """Everybody who is being asked now."""
    return [_asked(row) for row in tx.execute(_ASKED)]


def _asked(row: Sequence[Any]) -> Asked:
    letter = len(_LETTER)
    return Asked(Check(*row[:-letter]), *row[-letter:])


def asked_of(tx: Tx, person_id: int) -> list[Asked]:
    """What this person is being asked now."""
    return [_asked(row) for row in tx.execute(_ASKED_OF, {"person": person_id})]


def refs(tx: Tx, check_id: int) -> set[int]:
    """Numbers of the messages that asked this."""
    keys = [ping_key(check_id), ping_key(check_id, 2)]
    return set(tx.execute(select(outbox.c.message_ref).where(outbox.c.key.in_(keys))).scalars()) - {None}


def ask(tx: Tx, check_id: int, person_id: int, window: int, second: int, now: datetime) -> None:
    """This person is asked from now on, under these rules."""
    tx.execute(
        update(contact_check)
        .where(contact_check.c.id == check_id)
        .values(person_id=person_id, window=window, second=second, asked_at=now)
    )


def settle(
    tx: Tx,
    check_id: int,
    outcome: str,
    cause: str,
    now: datetime,
    delivered_at: datetime | None = None,
    answered_at: datetime | None = None,
) -> bool:
    """The outcome, once: False when another transaction was first."""
    done = tx.execute(
        update(contact_check)
        .where(contact_check.c.id == check_id, contact_check.c.outcome.is_(None))
        .values(
            outcome=outcome,
            cause=cause,
            settled_at=now,
            delivered_at=delivered_at,
            answered_at=answered_at,
        )
    )
    return done.rowcount == 1


def mark(tx: Tx, check_id: int, **moments: datetime) -> None:
    """After a miss: ``deputy_asked_at``, ``deputy_at``, ``head_told_at``."""
    tx.execute(update(contact_check).where(contact_check.c.id == check_id).values(**moments))


def escalating(tx: Tx) -> list[Check]:
    """Misses whose deputy was asked and neither has answered nor has the signatory been told."""
    mine = (
        contact_check.c.outcome == "missed",
        contact_check.c.deputy_asked_at.is_not(None),
        contact_check.c.deputy_at.is_(None),
        contact_check.c.head_told_at.is_(None),
    )
    return _read(tx, select(*_CHECK).select_from(_FROM).where(*mine))


def last_of_posts(tx: Tx) -> dict[int, datetime]:
    """When each post was last checked, or will be."""
    at = func.coalesce(contact_check.c.asked_at, contact_check.c.due_at, type_=UtcDateTime())
    query = select(contact_check.c.post_id, func.max(at, type_=UtcDateTime())).group_by(
        contact_check.c.post_id
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def count_drawn(tx: Tx) -> dict[int, int]:
    """How often each post was drawn."""
    query = (
        select(contact_check.c.post_id, func.count())
        .join(check_round, check_round.c.id == contact_check.c.round_id)
        .where(check_round.c.kind == "draw")
        .group_by(contact_check.c.post_id)
    )
    return {row[0]: row[1] for row in tx.execute(query)}
