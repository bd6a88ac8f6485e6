"""Updates that were handled, and those that broke the program."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, bindparam, delete, insert, select

from storage.database import Tx
from storage.tables import dead_update, seen_update
from storage.types import UtcDateTime

_SEEN = select(seen_update.c.update_id).where(
    seen_update.c.bot_id == bindparam("bot"), seen_update.c.update_id == bindparam("number")
)
_COLUMNS = (seen_update.c.bot_id, seen_update.c.update_id, seen_update.c.seen_at)
_ADD_UNSEEN = (
    insert(seen_update)
    .from_select(
        _COLUMNS,
        select(
            bindparam("bot", type_=BigInteger),
            bindparam("number", type_=BigInteger),
            bindparam("now", type_=UtcDateTime),
        ).where(~_SEEN.exists()),
    )
    .execution_options(preserve_rowcount=True)
)


def first_time(tx: Tx, bot_id: int, update_id: int, now: datetime) -> bool:
    """Mark an update as handled in this transaction; False when it was before."""
    return tx.execute(_ADD_UNSEEN, {"bot": bot_id, "number": update_id, "now": now}).rowcount == 1


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
