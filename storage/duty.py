"""Who is on duty for a bot: the term that fences off whoever was before, and when updates were last taken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from storage.database import Tx
from storage.tables import duty
from storage.types import UtcDateTime

_TERM = select(duty.c.term).where(duty.c.bot_id == bindparam("bot"))


def begin(tx: Tx, bot_id: int, now: datetime) -> tuple[int, datetime | None]:
    """Begin a new term, which ends every earlier one; also returns when updates were last taken."""
    row = tx.execute(select(duty.c.term, duty.c.seen_at).where(duty.c.bot_id == bot_id)).one_or_none()
    if row is None:
        tx.execute(insert(duty).values(bot_id=bot_id, term=1, since=now))
        return 1, None
    tx.execute(update(duty).where(duty.c.bot_id == bot_id).values(term=row[0] + 1, since=now))
    return row[0] + 1, row[1]


def is_current(tx: Tx, bot_id: int, term: int) -> bool:
    """Whether no other program has taken over since."""
    return tx.execute(_TERM, {"bot": bot_id}).scalar() == term


def seen_by_all(tx: Tx, now: datetime) -> None:
    """Whatever was missed before now is dealt with otherwise."""
    tx.execute(update(duty).values(seen_at=now))


def listened(tx: Tx) -> datetime | None:
    """Up to when everything that people did is known."""
    at: datetime | None = tx.execute(select(func.max(duty.c.seen_at, type_=UtcDateTime()))).scalar()
    return at


def seen(tx: Tx, bot_id: int, now: datetime) -> None:
    """Updates were taken up to now."""
    tx.execute(update(duty).where(duty.c.bot_id == bot_id).values(seen_at=now))
