"""The table of 表扬, 批评 and 扣分: what was proposed, and what a person decided about it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.schema import KEY, Id, metadata
from storage.types import ExactDecimal, UtcDateTime, choice

KINDS = ("praise", "criticism", "deduction")
STATES = ("proposed", "confirmed", "rejected")

# ``proposed_by`` is null where a rule proposed; ``source`` names what it stands on, once for each.
ledger = Table(
    "ledger",
    metadata,
    Column("id", Id, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("unit", KEY, ForeignKey("unit.key"), nullable=False),
    Column("kind", choice(*KINDS, name="kind"), nullable=False),
    Column("points", ExactDecimal),
    Column("reason", Text, nullable=False),
    Column("source", String(200), nullable=False, unique=True),
    Column("edition_id", Id, ForeignKey("edition.id")),
    Column("state", choice(*STATES, name="state"), nullable=False),
    Column("proposed_by", Id, ForeignKey("person.id")),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("decided_by", Id, ForeignKey("person.id")),
    Column("decided_at", UtcDateTime),
    # Why a proposal was not taken up.
    Column("note", Text, nullable=False, server_default=""),
    CheckConstraint("(kind = 'deduction') = (points IS NOT NULL)", name="points_are_deducted"),
    CheckConstraint("reason != ''", name="for_a_reason"),
    CheckConstraint("(state = 'proposed') = (decided_by IS NULL)", name="a_person_decides"),
    CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_when"),
    CheckConstraint(
        "decided_by IS NULL OR proposed_by IS NULL OR decided_by != proposed_by",
        name="nobody_decides_their_own",
    ),
    Index(None, "year", "state"),
)
