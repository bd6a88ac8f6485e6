"""a second admin agrees to a roster

Revision ID: b7d04f6a1c93
Revises: e2591c7a24f7
Create Date: 2026-11-25 13:45:00.000000
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision: str = "b7d04f6a1c93"
down_revision: str | None = "e2591c7a24f7"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("roster_draft", sa.Column("asked_at", storage.types.UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("roster_draft", schema=None) as batch_op:
        batch_op.drop_column("asked_at")
