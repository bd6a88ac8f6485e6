"""praise, criticism and deductions for the annual assessment

Revision ID: f40a9c61d7e5
Revises: e2b8d6107a3c
Create Date: 2026-11-25 14:55:00.000000
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision: str = "f40a9c61d7e5"
down_revision: str | None = "e2b8d6107a3c"
branch_labels: str | None = None
depends_on: str | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", _ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("kind", _choice("kind", "praise", "criticism", "deduction"), nullable=False),
        sa.Column("points", storage.types.ExactDecimal(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("edition_id", _ID, nullable=True),
        sa.Column("state", _choice("state", "proposed", "confirmed", "rejected"), nullable=False),
        sa.Column("proposed_by", _ID, nullable=True),
        sa.Column("proposed_at", storage.types.UtcDateTime(), nullable=False),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("decided_at", storage.types.UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "(kind = 'deduction') = (points IS NOT NULL)", name=op.f("ck_ledger_points_are_deducted")
        ),
        sa.CheckConstraint("reason != ''", name=op.f("ck_ledger_for_a_reason")),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_by IS NULL)", name=op.f("ck_ledger_a_person_decides")
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_ledger_decided_when")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR proposed_by IS NULL OR decided_by != proposed_by",
            name=op.f("ck_ledger_nobody_decides_their_own"),
        ),
        sa.ForeignKeyConstraint(["unit"], ["unit.key"], name=op.f("fk_ledger_unit")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_ledger_edition_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_ledger_proposed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_ledger_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("source", name=op.f("uq_ledger_source")),
    )
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_year_state"), ["year", "state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_year_state"))

    op.drop_table("ledger")
