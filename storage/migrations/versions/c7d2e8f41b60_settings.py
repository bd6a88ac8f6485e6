"""settings, change orders, holidays, extensions, outages

Revision ID: c7d2e8f41b60
Revises: c7e19f4b2d60
Create Date: 2026-11-25 04:30:00.000000
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UtcDateTime

revision: str = "c7d2e8f41b60"
down_revision: str | None = "c7e19f4b2d60"
branch_labels: str | None = None
depends_on: str | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _choice(*names: str, name: str) -> sa.Enum:
    return sa.Enum(*names, name=name, native_enum=False, create_constraint=True, length=32)


def _person(
    name: str, table: str, *, nullable: bool = True
) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    foreign = sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_{table}_{name}"))
    return sa.Column(name, _ID, nullable=nullable), foreign


def upgrade() -> None:
    op.add_column("period", sa.Column("closed_at", UtcDateTime(), nullable=True))
    op.add_column("task", sa.Column("moved_at", UtcDateTime(), nullable=True))
    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=300), nullable=False),
        sa.Column("value", Json(), nullable=False),
        sa.PrimaryKeyConstraint("key", "scope", name=op.f("pk_setting")),
    )
    op.create_table(
        "holiday",
        sa.Column("date", sa.String(length=10), nullable=False),
        sa.Column("kind", _choice("holiday", "workday", name=op.f("ck_holiday_kind")), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("date", name=op.f("pk_holiday")),
    )
    _change_orders()
    _extensions()
    op.create_table(
        "outage",
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("began_at", name=op.f("pk_outage")),
    )
    op.create_table(
        "pulse",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse")),
    )


def _change_orders() -> None:
    states = _choice("proposed", "applied", "undone", "dropped", name=op.f("ck_change_order_state"))
    wanted, wanted_by = _person("proposed_by", "change_order", nullable=False)
    agreed, agreed_by = _person("agreed_by", "change_order")
    applied, applied_by = _person("applied_by", "change_order")
    undone, undone_by = _person("undone_by", "change_order")
    op.create_table(
        "change_order",
        sa.Column("id", _ID, nullable=False),
        sa.Column("command", sa.String(length=40), nullable=False),
        sa.Column("changes", Json(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("grave", sa.Boolean(), nullable=False),
        wanted,
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        agreed,
        applied,
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        undone,
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(applied_at IS NULL) = (applied_by IS NULL)", name=op.f("ck_change_order_applied_by_someone")
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_change_order_undone_by_someone")
        ),
        sa.CheckConstraint(
            "state NOT IN ('applied', 'undone') OR applied_at IS NOT NULL",
            name=op.f("ck_change_order_applied_when"),
        ),
        sa.CheckConstraint(
            "NOT grave OR applied_by IS NULL OR applied_by != agreed_by",
            name=op.f("ck_change_order_two_admins"),
        ),
        wanted_by,
        agreed_by,
        applied_by,
        undone_by,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_order")),
    )
    op.create_index(op.f("ix_change_order_state_id"), "change_order", ["state", "id"])


def _extensions() -> None:
    states = _choice("asked", "granted", "refused", name=op.f("ck_extension_state"))
    asked, asked_by = _person("asked_by", "extension", nullable=False)
    decided, decided_by = _person("decided_by", "extension")
    op.create_table(
        "extension",
        sa.Column("id", _ID, nullable=False),
        sa.Column("task_id", _ID, nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("state", states, nullable=False),
        asked,
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        decided,
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL)", name=op.f("ck_extension_decided_when")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_extension_decided_by_someone")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by != asked_by", name=op.f("ck_extension_nobody_grants_their_own")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_extension_task_id")),
        asked_by,
        decided_by,
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_task_id"), "extension", ["task_id"])


def downgrade() -> None:
    for table in ("pulse", "outage", "extension", "change_order", "holiday", "setting"):
        op.drop_table(table)
    op.drop_column("task", "moved_at")
    op.drop_column("period", "closed_at")
