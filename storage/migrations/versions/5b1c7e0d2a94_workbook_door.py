"""workbook door

Revision ID: 5b1c7e0d2a94
Revises: 104eb027cb70
Create Date: 2026-11-23 07:30:00.000000
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision: str = "5b1c7e0d2a94"
down_revision: str | None = "104eb027cb70"
branch_labels: str | None = None
depends_on: str | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """A plain ADD COLUMN: a rebuilt table would lose the triggers that keep answers as they are."""
    op.add_column("answer", sa.Column("source", sa.String(length=10), server_default="chat", nullable=False))
    op.create_table(
        "import_draft",
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("file_ref", sa.Text(), nullable=True),
        sa.Column("task_id", _ID, nullable=True),
        sa.Column("proposal", storage.types.Json(), nullable=True),
        sa.Column("received_at", storage.types.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "(task_id IS NULL) = (proposal IS NULL)", name=op.f("ck_import_draft_proposal_has_task")
        ),
        sa.CheckConstraint(
            "(file_ref IS NULL) = (proposal IS NOT NULL)", name=op.f("ck_import_draft_read_or_not")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_import_draft_person_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_import_draft_task_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_import_draft")),
    )


def downgrade() -> None:
    """SQLite drops a column in place since 3.35, so the triggers stay here too."""
    op.drop_table("import_draft")
    op.drop_column("answer", "source")
