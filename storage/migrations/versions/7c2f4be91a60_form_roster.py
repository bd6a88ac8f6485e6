"""form roster

Revision ID: 7c2f4be91a60
Revises: a3d41c7be902
Create Date: 2026-11-25 04:30:00.000000
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "7c2f4be91a60"
down_revision: str | None = "a3d41c7be902"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Forms of one period beside their definition: the list of records is part of what was opened."""
    with op.batch_alter_table("form") as form:
        form.add_column(sa.Column("roster", sa.String(length=10), server_default="", nullable=False))
        form.drop_constraint(op.f("uq_form_key_version"), type_="unique")
        form.create_unique_constraint(op.f("uq_form_key_version_roster"), ["key", "version", "roster"])


def downgrade() -> None:
    """Only the definitions stay, so a county that has opened lists cannot go back."""
    with op.batch_alter_table("form") as form:
        form.drop_constraint(op.f("uq_form_key_version_roster"), type_="unique")
        form.create_unique_constraint(op.f("uq_form_key_version"), ["key", "version"])
        form.drop_column("roster")
