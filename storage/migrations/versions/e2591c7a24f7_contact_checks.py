"""contact checks

Revision ID: e2591c7a24f7
Revises: d91e5a3c7f08
Create Date: 2026-11-25 12:40:00.000000
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision: str = "e2591c7a24f7"
down_revision: str | None = "d91e5a3c7f08"
branch_labels: str | None = None
depends_on: str | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "check_round",
        sa.Column("id", _ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("hand", "draw", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "running",
                "done",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("words", sa.String(length=200), server_default="", nullable=False),
        sa.Column("seed", sa.String(length=64), server_default="", nullable=False),
        sa.Column("rules", storage.types.Json(), nullable=True),
        sa.Column("people", storage.types.Json(), nullable=False),
        sa.Column("drawn", storage.types.Json(), nullable=True),
        sa.Column("made_by", _ID, nullable=True),
        sa.Column("made_at", storage.types.UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'draw') = (month IS NOT NULL)", name=op.f("ck_check_round_a_draw_is_of_a_month")
        ),
        sa.CheckConstraint(
            "kind = 'draw' OR made_by IS NOT NULL", name=op.f("ck_check_round_made_by_someone")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_check_round_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_round")),
        sa.UniqueConstraint("month", name=op.f("uq_check_round_month")),
    )
    with op.batch_alter_table("check_round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_round_state"), ["state"], unique=False)

    op.create_table(
        "contact_check",
        sa.Column("id", _ID, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("post_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("due_at", storage.types.UtcDateTime(), nullable=False),
        sa.Column("window", sa.Integer(), server_default="0", nullable=False),
        sa.Column("second", sa.Integer(), server_default="0", nullable=False),
        sa.Column("asked_at", storage.types.UtcDateTime(), nullable=True),
        sa.Column("delivered_at", storage.types.UtcDateTime(), nullable=True),
        sa.Column("answered_at", storage.types.UtcDateTime(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "answered",
                "missed",
                "not_delivered",
                "void",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("cause", sa.String(length=40), server_default="", nullable=False),
        sa.Column("settled_at", storage.types.UtcDateTime(), nullable=True),
        sa.Column("deputy_asked_at", storage.types.UtcDateTime(), nullable=True),
        sa.Column("deputy_at", storage.types.UtcDateTime(), nullable=True),
        sa.Column("head_told_at", storage.types.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "answered_at IS NULL OR outcome = 'answered'", name=op.f("ck_contact_check_answered_is_answered")
        ),
        sa.CheckConstraint(
            "outcome != 'answered' OR answered_at >= delivered_at",
            name=op.f("ck_contact_check_answered_after_delivery"),
        ),
        sa.CheckConstraint(
            "outcome != 'missed' OR delivered_at IS NOT NULL",
            name=op.f("ck_contact_check_missed_was_delivered"),
        ),
        sa.CheckConstraint(
            "outcome != 'missed' OR person_id IS NOT NULL", name=op.f("ck_contact_check_missed_by_someone")
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_contact_check_settled_when")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_check_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_contact_check_post_id")),
        sa.ForeignKeyConstraint(["round_id"], ["check_round.id"], name=op.f("fk_contact_check_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_check")),
    )
    with op.batch_alter_table("contact_check", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_check_outcome_due_at"), ["outcome", "due_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_check_person_id_outcome"), ["person_id", "outcome"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_contact_check_round_id"), ["round_id"], unique=False)

    op.create_table(
        "miss",
        sa.Column("id", _ID, nullable=False),
        sa.Column("check_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("post_id", _ID, nullable=False),
        sa.Column("at", storage.types.UtcDateTime(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "appealed",
                "proposed",
                "confirmed",
                "cancelled",
                "noted",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "talk",
                "criticism",
                "removal",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("appeal_until", storage.types.UtcDateTime(), nullable=False),
        sa.Column("appeal", sa.Text(), server_default="", nullable=False),
        sa.Column("appealed_at", storage.types.UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("decided_at", storage.types.UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state != 'appealed' OR appealed_at IS NOT NULL", name=op.f("ck_miss_appealed_when")
        ),
        sa.CheckConstraint(
            "state != 'cancelled' OR reason != ''", name=op.f("ck_miss_cancelled_for_a_reason")
        ),
        sa.CheckConstraint(
            "state NOT IN ('confirmed', 'cancelled') OR decided_by IS NOT NULL",
            name=op.f("ck_miss_a_person_decides"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('proposed', 'confirmed') OR step IS NOT NULL",
            name=op.f("ck_miss_a_step_is_proposed"),
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_miss_decided_by_someone")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by != person_id", name=op.f("ck_miss_nobody_decides_their_own")
        ),
        sa.ForeignKeyConstraint(["check_id"], ["contact_check.id"], name=op.f("fk_miss_check_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_miss_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_miss_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_miss_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_miss")),
        sa.UniqueConstraint("check_id", name=op.f("uq_miss_check_id")),
    )
    with op.batch_alter_table("miss", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_miss_person_id_at"), ["person_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_miss_state"), ["state"], unique=False)

    op.create_table(
        "paragraph",
        sa.Column("id", _ID, nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("miss_id", _ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", storage.types.UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", storage.types.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["miss_id"], ["miss.id"], name=op.f("fk_paragraph_miss_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paragraph")),
        sa.UniqueConstraint("miss_id", name=op.f("uq_paragraph_miss_id")),
    )
    with op.batch_alter_table("paragraph", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paragraph_period"), ["period"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("paragraph", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paragraph_period"))

    op.drop_table("paragraph")
    with op.batch_alter_table("miss", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_miss_state"))
        batch_op.drop_index(batch_op.f("ix_miss_person_id_at"))

    op.drop_table("miss")
    with op.batch_alter_table("contact_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_check_round_id"))
        batch_op.drop_index(batch_op.f("ix_contact_check_person_id_outcome"))
        batch_op.drop_index(batch_op.f("ix_contact_check_outcome_due_at"))

    op.drop_table("contact_check")
    with op.batch_alter_table("check_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_round_state"))

    op.drop_table("check_round")
