"""on duty

Revision ID: 7c2f91d40b6e
Revises: bf42c0439b9e
Create Date: 2026-11-25 12:10:00.000000
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision: str = "7c2f91d40b6e"
down_revision: str | None = "bf42c0439b9e"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("since", storage.types.UtcDateTime(), nullable=False),
        sa.Column("seen_at", storage.types.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", name=op.f("pk_duty")),
    )


def downgrade() -> None:
    op.drop_table("duty")
