"""history door

Revision ID: c7e19f4b2d60
Revises: 7c2f4be91a60
Create Date: 2026-11-25 04:50:00.000000
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision: str = "c7e19f4b2d60"
down_revision: str | None = "7c2f4be91a60"
branch_labels: str | None = None
depends_on: str | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_IDLE = "ck_conversation_idle_has_no_task"
_PROPOSAL = "ck_import_draft_proposal_has_task"
_NAMING = {
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}


def _conversation(check: str) -> sa.Table:
    """As it stands, for SQLite, which must copy a table to change one of its checks."""
    return sa.Table(
        "conversation",
        sa.MetaData(naming_convention=_NAMING),
        sa.Column("person_id", _ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("task_id", _ID, sa.ForeignKey("task.id")),
        sa.Column("question", sa.String(120), nullable=False),
        sa.Column("by_cell", sa.Boolean(name="by_cell_boolean"), nullable=False),
        sa.Column("marks", storage.types.Json()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prompt_ref", sa.BigInteger()),
        sa.Column("updated_at", storage.types.UtcDateTime(), nullable=False),
        sa.CheckConstraint(check, name=op.f(_IDLE)),
        sa.Index(None, "task_id"),
    )


def _draft(*checks: sa.CheckConstraint) -> sa.Table:
    return sa.Table(
        "import_draft",
        sa.MetaData(naming_convention=_NAMING),
        sa.Column("person_id", _ID, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("file_ref", sa.Text()),
        sa.Column("task_id", _ID, sa.ForeignKey("task.id")),
        sa.Column("proposal", storage.types.Json()),
        sa.Column("received_at", storage.types.UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
        sa.CheckConstraint(
            "(file_ref IS NULL) = (proposal IS NOT NULL)", name=op.f("ck_import_draft_read_or_not")
        ),
        *checks,
    )


def upgrade() -> None:
    """A question may be about no task: whether to load a file of earlier figures."""
    op.add_column(
        "history", sa.Column("source", sa.String(length=10), server_default="programme", nullable=False)
    )
    before = _conversation("(task_id IS NULL) = (question = 'idle')")
    with op.batch_alter_table("conversation", copy_from=before) as batch:
        batch.drop_constraint(op.f(_IDLE), type_="check")
        batch.create_check_constraint(op.f(_IDLE), "question != 'idle' OR task_id IS NULL")
    check = sa.CheckConstraint("(task_id IS NULL) = (proposal IS NULL)", name=op.f(_PROPOSAL))
    with op.batch_alter_table("import_draft", copy_from=_draft(check)) as batch:
        batch.drop_constraint(op.f(_PROPOSAL), type_="check")


def downgrade() -> None:
    """Questions and files about no task are forgotten: the older program cannot ask them."""
    op.execute("DELETE FROM import_draft WHERE task_id IS NULL AND proposal IS NOT NULL")
    op.execute("UPDATE conversation SET question = 'idle' WHERE task_id IS NULL")
    with op.batch_alter_table("import_draft", copy_from=_draft()) as batch:
        batch.create_check_constraint(op.f(_PROPOSAL), "(task_id IS NULL) = (proposal IS NULL)")
    with op.batch_alter_table(
        "conversation", copy_from=_conversation("question != 'idle' OR task_id IS NULL")
    ) as batch:
        batch.drop_constraint(op.f(_IDLE), type_="check")
        batch.create_check_constraint(op.f(_IDLE), "(task_id IS NULL) = (question = 'idle')")
    op.drop_column("history", "source")
