"""The tables of 联系畅通检查: rounds, checks, misses, and what is drafted for a circular."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.schema import KEY, Id, metadata
from storage.types import Json, UtcDateTime, choice

OUTCOMES = ("answered", "missed", "not_delivered", "void")
STEPS = ("talk", "criticism", "removal")
MISS_STATES = ("open", "appealed", "proposed", "confirmed", "cancelled", "noted")

# One order to check somebody: by hand, waiting for its maker's word, or a month's draw. A draw keeps everything
# that it can be repeated from: the seed, the rules, who could be drawn.
check_round = Table(
    "check_round",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", choice("hand", "draw", name="kind"), nullable=False),
    Column("state", choice("proposed", "running", "done", "dropped", name="state"), nullable=False),
    Column("month", String(7), unique=True),
    Column("words", String(200), nullable=False, server_default=""),
    Column("seed", String(64), nullable=False, server_default=""),
    Column("rules", Json),
    Column("people", Json, nullable=False),
    Column("drawn", Json),
    Column("made_by", Id, ForeignKey("person.id")),
    Column("made_at", UtcDateTime, nullable=False),
    CheckConstraint("(kind = 'draw') = (month IS NOT NULL)", name="a_draw_is_of_a_month"),
    CheckConstraint("kind = 'draw' OR made_by IS NOT NULL", name="made_by_someone"),
    Index(None, "state"),
)

# One person asked once. Times are kept with it, so that a setting changed meanwhile changes nothing. Until it has
# an outcome its delivery stands in the outbox alone; ``person_id`` is null while nobody holds the post.
contact_check = Table(
    "contact_check",
    metadata,
    Column("id", Id, primary_key=True),
    Column("round_id", Id, ForeignKey("check_round.id"), nullable=False),
    Column("post_id", Id, ForeignKey("post.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("due_at", UtcDateTime, nullable=False),
    # Seconds: how long one may take, and when the second ping follows (0 for never).
    Column("window", Integer, nullable=False, server_default="0"),
    Column("second", Integer, nullable=False, server_default="0"),
    Column("asked_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("outcome", choice(*OUTCOMES, name="outcome")),
    Column("cause", KEY, nullable=False, server_default=""),
    Column("settled_at", UtcDateTime),
    # After a miss: the unit's deputy was asked, answered, and its signatory was told.
    Column("deputy_asked_at", UtcDateTime),
    Column("deputy_at", UtcDateTime),
    Column("head_told_at", UtcDateTime),
    CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_when"),
    CheckConstraint("answered_at IS NULL OR outcome = 'answered'", name="answered_is_answered"),
    CheckConstraint("outcome != 'answered' OR answered_at >= delivered_at", name="answered_after_delivery"),
    CheckConstraint("outcome != 'missed' OR delivered_at IS NOT NULL", name="missed_was_delivered"),
    CheckConstraint("outcome != 'missed' OR person_id IS NOT NULL", name="missed_by_someone"),
    Index(None, "outcome", "due_at"),
    Index(None, "person_id", "outcome"),
    Index(None, "round_id"),
)

# A check that was not answered while on duty (联系不通): what it leads to, the appeal, and who decided.
miss = Table(
    "miss",
    metadata,
    Column("id", Id, primary_key=True),
    Column("check_id", Id, ForeignKey("contact_check.id"), nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("post_id", Id, ForeignKey("post.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", choice(*MISS_STATES, name="state"), nullable=False),
    # As proposed: which miss in its window it is, and the step that this calls for.
    Column("count", Integer, nullable=False, server_default="0"),
    Column("step", choice(*STEPS, name="step")),
    Column("appeal_until", UtcDateTime, nullable=False),
    Column("appeal", Text, nullable=False, server_default=""),
    Column("appealed_at", UtcDateTime),
    # Why an appeal was not followed, or why the miss was cancelled.
    Column("reason", Text, nullable=False, server_default=""),
    Column("decided_by", Id, ForeignKey("person.id")),
    Column("decided_at", UtcDateTime),
    CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_someone"),
    CheckConstraint(
        "state NOT IN ('confirmed', 'cancelled') OR decided_by IS NOT NULL", name="a_person_decides"
    ),
    CheckConstraint("decided_by IS NULL OR decided_by != person_id", name="nobody_decides_their_own"),
    CheckConstraint("state != 'appealed' OR appealed_at IS NOT NULL", name="appealed_when"),
    CheckConstraint("state != 'cancelled' OR reason != ''", name="cancelled_for_a_reason"),
    CheckConstraint("state NOT IN ('proposed', 'confirmed') OR step IS NOT NULL", name="a_step_is_proposed"),
    Index(None, "person_id", "at"),
    Index(None, "state"),
)

# What is drafted for the circular of a period (通报批评); the digest takes up what is not withdrawn.
paragraph = Table(
    "paragraph",
    metadata,
    Column("id", Id, primary_key=True),
    Column("period", String(10), nullable=False),
    Column("kind", KEY, nullable=False),
    Column("miss_id", Id, ForeignKey("miss.id"), unique=True),
    Column("text", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Index(None, "period"),
)
