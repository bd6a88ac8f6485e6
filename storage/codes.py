"""Codes that fitted nothing, and who sent them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, insert, select

from storage.database import Tx
from storage.tables import wrong_code


def add(tx: Tx, sender: str, now: datetime) -> None:
    tx.execute(insert(wrong_code).values(sender=sender, at=now))


def count(tx: Tx, since: datetime, sender: str | None = None) -> int:
    """How many since then, of one sender or of all."""
    query = select(func.count()).select_from(wrong_code).where(wrong_code.c.at > since)
    return int(
        tx.execute(query if sender is None else query.where(wrong_code.c.sender == sender)).scalar_one()
    )


def forget_before(tx: Tx, moment: datetime) -> None:
    tx.execute(delete(wrong_code).where(wrong_code.c.at < moment))
