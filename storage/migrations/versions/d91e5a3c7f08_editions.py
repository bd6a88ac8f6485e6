"""editions

Revision ID: d91e5a3c7f08
Revises: 7c2f91d40b6e
Create Date: 2026-11-25 11:10:00.000000
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision: str = "d91e5a3c7f08"
down_revision: str | None = "7c2f91d40b6e"
branch_labels: str | None = None
depends_on: str | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("edition", "edition_output")


def upgrade() -> None:
    op.create_table(
        "edition",
        sa.Column("id", _ID, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("snapshot", storage.types.Json(), nullable=False),
        sa.Column("prints", storage.types.Json(), nullable=False),
        sa.Column("answers", storage.types.Json(), nullable=False),
        sa.Column("released_by", _ID, nullable=False),
        sa.Column("sealed_at", storage.types.UtcDateTime(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_edition_number_counts")),
        sa.ForeignKeyConstraint(["period"], ["period.key"], name=op.f("fk_edition_period")),
        sa.ForeignKeyConstraint(["released_by"], ["person.id"], name=op.f("fk_edition_released_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("period", "number", name=op.f("uq_edition_period_number")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_edition_year_serial")),
        sa.UniqueConstraint("previous", name=op.f("uq_edition_previous")),
    )
    op.create_table(
        "edition_output",
        sa.Column("edition_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_id", _ID, nullable=True),
        sa.Column("made_at", storage.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_edition_output_edition_id")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_edition_output_file_id")),
        sa.PrimaryKeyConstraint("edition_id", "name", name=op.f("pk_edition_output")),
    )
    for statement in append_only(op.get_bind().dialect.name):
        op.execute(statement)


def append_only(dialect: str) -> list[str]:
    """The triggers that answers and events have; on PostgreSQL their function is there already."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in TABLES
            for verb in ("update", "delete")
        ]
    return [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        for table in TABLES
    ]


def downgrade() -> None:
    op.drop_table("edition_output")
    op.drop_table("edition")
