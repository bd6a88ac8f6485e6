"""Updates that were handled, and those that broke the program."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select

from storage.database import Tx
from storage.tables import dead_update, seen_update

_SEEN = select(seen_update.c.update_id).where(
    seen_update.c.bot_id == bindparam("bot"), seen_update.c.update_id == bindparam("number")
)
_ADD = insert(seen_update)


def first_time(tx: Tx, bot_id: int, update_id: int, now: datetime) -> bool:
    """Mark an update as handled in this transaction; False when it was before."""
    if tx.execute(_SEEN, {"bot": bot_id, "number": update_id}).scalar() is not None:
        return False
    tx.execute(_ADD, {"bot_id": bot_id, "update_id": update_id, "seen_at": now})
    return True


def bury(tx: Tx, reference: str, bot_id: int, update_id: int, trace: str, now: datetime) -> None:
    """Put an update aside that cannot be handled; ``trace`` must not contain what people typed."""
    tx.execute(
        insert(dead_update).values(
            reference=reference, bot_id=bot_id, update_id=update_id, trace=trace, at=now
        )
    )


def forget_before(tx: Tx, moment: datetime) -> None:
    """Telegram keeps updates for 24 hours; older numbers need not be remembered."""
    tx.execute(delete(seen_update).where(seen_update.c.seen_at < moment))
