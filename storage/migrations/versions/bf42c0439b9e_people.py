"""people

Revision ID: bf42c0439b9e
Revises: c7d2e8f41b60
Create Date: 2026-11-25 04:34:32.551316
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision: str = "bf42c0439b9e"
down_revision: str | None = "c7d2e8f41b60"
branch_labels: str | None = None
depends_on: str | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_FORMER = ("liaison", "signatory", "admin")
_ROLES = ("liaison", "deputy", "signatory", "vice", "office", "leader", "admin")


def _roles(names: tuple[str, ...]) -> str:
    return f"role IN ({', '.join(repr(name) for name in names)})"


def upgrade() -> None:
    op.create_table(
        "wrong_code",
        sa.Column("id", _ID, nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("at", storage.types.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrong_code")),
    )
    with op.batch_alter_table("wrong_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wrong_code_at"), ["at"], unique=False)

    op.create_table(
        "leave",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("stand_in", _ID, nullable=False),
        sa.Column("since", storage.types.UtcDateTime(), nullable=False),
        sa.Column("until", storage.types.UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("made_at", storage.types.UtcDateTime(), nullable=False),
        sa.Column("ended_at", storage.types.UtcDateTime(), nullable=True),
        sa.CheckConstraint("person_id != stand_in", name=op.f("ck_leave_by_somebody_else")),
        sa.CheckConstraint("since < until", name=op.f("ck_leave_begins_before_it_ends")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leave_person_id")),
        sa.ForeignKeyConstraint(["stand_in"], ["person.id"], name=op.f("fk_leave_stand_in")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leave_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_leave_stand_in"), ["stand_in"], unique=False)

    op.create_table(
        "roster_draft",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("rows", storage.types.Json(), nullable=False),
        sa.Column("shown", storage.types.Json(), nullable=False),
        sa.Column("made_at", storage.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_roster_draft_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_draft")),
        sa.UniqueConstraint("person_id", name=op.f("uq_roster_draft_person_id")),
    )
    op.create_table(
        "post_holding",
        sa.Column("id", _ID, nullable=False),
        sa.Column("post_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("since", storage.types.UtcDateTime(), nullable=False),
        sa.Column("until", storage.types.UtcDateTime(), nullable=True),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("ended_why", sa.String(length=20), server_default="", nullable=False),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_post_holding_ends_after_it_began")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_post_holding_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_post_holding_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_holding")),
    )
    with op.batch_alter_table("post_holding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_holding_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_holding_post_id"), ["post_id"], unique=False)

    op.create_table(
        "request",
        sa.Column("id", _ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("replace", "erase", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("by_person", _ID, nullable=False),
        sa.Column("post_id", _ID, nullable=True),
        sa.Column("person_id", _ID, nullable=True),
        sa.Column("name", sa.String(length=60), server_default="", nullable=False),
        sa.Column("phone", sa.String(length=20), server_default="", nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "approved",
                "refused",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("made_at", storage.types.UtcDateTime(), nullable=False),
        sa.Column("decided_at", storage.types.UtcDateTime(), nullable=True),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("answer", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL)", name=op.f("ck_request_decided_when_decided")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_request_decided_by_someone")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by != by_person", name=op.f("ck_request_decided_by_another")
        ),
        sa.ForeignKeyConstraint(["by_person"], ["person.id"], name=op.f("fk_request_by_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_request_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_request_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_request_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    op.create_table(
        "group_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("group_id", _ID, nullable=False),
        sa.Column("expires_at", storage.types.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["group.id"], name=op.f("fk_group_code_group_id")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_group_code")),
    )
    with op.batch_alter_table("invite", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replaces", sa.Boolean(name="replaces_boolean"), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone", sa.String(length=20), server_default="", nullable=False))
        batch_op.add_column(sa.Column("erased_at", storage.types.UtcDateTime(), nullable=True))

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seat", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(
            sa.Column("planned_name", sa.String(length=60), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("planned_phone", sa.String(length=20), server_default="", nullable=False)
        )
        batch_op.drop_constraint(batch_op.f("uq_post_unit_role"), type_="unique")
        batch_op.drop_constraint(batch_op.f("ck_post_role"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_post_role"), _roles(_ROLES))
        batch_op.create_unique_constraint(batch_op.f("uq_post_unit_role_seat"), ["unit", "role", "seat"])
    op.execute(
        "INSERT INTO post_holding (post_id, person_id, since, why)"
        " SELECT id, person_id, since, 'join' FROM post WHERE person_id IS NOT NULL"
    )


def downgrade() -> None:
    """Posts that the former shape cannot hold are lost, with their invites."""
    former = f"{_roles(_FORMER)} AND seat = 1"
    op.execute(f"DELETE FROM invite WHERE post_id IN (SELECT id FROM post WHERE NOT ({former}))")  # noqa: S608
    op.execute(f"DELETE FROM post WHERE NOT ({former})")  # noqa: S608
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_post_role"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_post_role"), _roles(_FORMER))
        batch_op.drop_constraint(batch_op.f("uq_post_unit_role_seat"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_post_unit_role"), ["unit", "role"])
        batch_op.drop_column("planned_phone")
        batch_op.drop_column("planned_name")
        batch_op.drop_column("seat")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("erased_at")
        batch_op.drop_column("phone")

    with op.batch_alter_table("invite", schema=None) as batch_op:
        batch_op.drop_column("replaces")

    op.drop_table("group_code")
    op.drop_table("request")
    with op.batch_alter_table("post_holding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_post_holding_post_id"))
        batch_op.drop_index(batch_op.f("ix_post_holding_person_id"))

    op.drop_table("post_holding")
    op.drop_table("roster_draft")
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leave_stand_in"))
        batch_op.drop_index(batch_op.f("ix_leave_person_id"))

    op.drop_table("leave")
    with op.batch_alter_table("wrong_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wrong_code_at"))

    op.drop_table("wrong_code")
