"""audit chain

Revision ID: a3d41c7be902
Revises: 5b1c7e0d2a94
Create Date: 2026-11-25 04:15:00.000000
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision: str = "a3d41c7be902"
down_revision: str | None = "5b1c7e0d2a94"
branch_labels: str | None = None
depends_on: str | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Plain ADD COLUMNs: a rebuilt table would lose the triggers that keep events as they are."""
    op.add_column("event", sa.Column("update_id", sa.BigInteger(), nullable=True))
    op.add_column("event", sa.Column("about", sa.String(length=80), server_default="", nullable=False))
    op.add_column("event", sa.Column("before", storage.types.Json(), nullable=True))
    op.add_column("event", sa.Column("after", storage.types.Json(), nullable=True))
    op.create_table(
        "seal",
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_seal_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("event_id", name=op.f("uq_seal_event_id")),
        sa.UniqueConstraint("previous", name=op.f("uq_seal_previous")),
    )
    for statement in append_only(op.get_bind().dialect.name):
        op.execute(statement)


def append_only(dialect: str) -> list[str]:
    """The triggers that the events have; on PostgreSQL their function is there already."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER seal_no_{verb} BEFORE {verb} ON seal "
            "BEGIN SELECT RAISE(ABORT, 'seal is append-only'); END"
            for verb in ("update", "delete")
        ]
    return [
        "CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE ON seal "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ]


def downgrade() -> None:
    """SQLite drops a column in place since 3.35, so the triggers of the events stay."""
    op.drop_table("seal")
    for name in ("after", "before", "about", "update_id"):
        op.drop_column("event", name)
