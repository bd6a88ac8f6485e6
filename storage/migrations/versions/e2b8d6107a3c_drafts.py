"""drafts with what the office wrote, and drafts of corrections

Revision ID: e2b8d6107a3c
Revises: b7d04f6a1c93
Create Date: 2026-11-25 12:05:00.000000
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision: str = "e2b8d6107a3c"
down_revision: str | None = "b7d04f6a1c93"
branch_labels: str | None = None
depends_on: str | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = "period, version, snapshot, drafted_at, published_at, published_by"


def upgrade() -> None:
    """The key becomes (period, number): the table is written anew, with what stood in it."""
    more = [
        sa.Column("paragraphs", storage.types.Json(), nullable=False),
        sa.Column("dropped", storage.types.Json(), nullable=False),
        sa.Column("first", storage.types.Json(), nullable=False),
        sa.Column("asked_by", _ID, nullable=True),
        sa.Column("asked_version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_digest_asked_by")),
    ]
    number = [sa.Column("number", sa.Integer(), nullable=False, autoincrement=False)]
    _anew(
        number,
        more,
        ["period", "number"],
        f"{KEPT}, number, paragraphs, dropped, first",
        "0, '{}', '[]', '[]'",
    )


def downgrade() -> None:
    """Drafts of corrections go; what was published of them stands among the editions."""
    op.execute("DELETE FROM digest WHERE number > 0")
    _anew([], [], ["period"], KEPT, "")


def _anew(
    keys: list[sa.Column[int]],
    more: list[sa.schema.SchemaItem],
    primary: list[str],
    columns: str,
    values: str,
) -> None:
    op.execute(f"CREATE TABLE digest_before AS SELECT {KEPT} FROM digest")  # noqa: S608 - our own names
    op.drop_table("digest")
    op.create_table(
        "digest",
        sa.Column("period", sa.String(length=10), nullable=False),
        *keys,
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("snapshot", storage.types.Json(), nullable=False),
        sa.Column("drafted_at", storage.types.UtcDateTime(), nullable=False),
        sa.Column("published_at", storage.types.UtcDateTime(), nullable=True),
        sa.Column("published_by", _ID, nullable=True),
        *more,
        sa.CheckConstraint(
            "(published_at IS NULL) = (published_by IS NULL)", name=op.f("ck_digest_published_by_someone")
        ),
        sa.ForeignKeyConstraint(["period"], ["period.key"], name=op.f("fk_digest_period")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_digest_published_by")),
        sa.PrimaryKeyConstraint(*primary, name=op.f("pk_digest")),
    )
    found = f"SELECT {KEPT}{', ' + values if values else ''} FROM digest_before"  # noqa: S608
    op.execute(f"INSERT INTO digest ({columns}) {found}")
    op.drop_table("digest_before")
