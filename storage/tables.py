"""All tables. Constraints refuse rows that cannot be true."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

import storage.contact_tables
import storage.ledger_table  # noqa: F401 - or the metadata would not be whole
from storage.schema import KEY, Id
from storage.schema import metadata as metadata
from storage.types import ExactDecimal, Json, UtcDateTime, choice

TASK_STATES = ("open", "submitted", "returned", "signed")
CELL_STATES = ("value", "zero", "not_applicable", "not_measured", "unanswered")
ROLES = ("liaison", "deputy", "signatory", "vice", "office", "leader", "admin")
OUTBOX_STATES = ("pending", "sending", "sent", "failed", "dropped", "in_doubt")

# A programme as loaded: the texts of its files. Each load adds a row; the newest is in force.
programme = Table(
    "programme",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", KEY, nullable=False),
    Column("files", Json, nullable=False),
    Column("checksum", String(64), nullable=False),
    Column("loaded_at", UtcDateTime, nullable=False),
)

# A form version never changes once loaded: sheets opened with it keep it.
form = Table(
    "form",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", KEY, nullable=False),
    Column("version", Integer, nullable=False),
    Column("definition", Text, nullable=False),
    # The period whose records are its rows; "" for the definition itself.
    Column("roster", String(10), nullable=False, server_default=""),
    UniqueConstraint("key", "version", "roster"),
    CheckConstraint("version >= 1", name="version_positive"),
)

unit = Table(
    "unit",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("called", String(60), nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(60), nullable=False),
    Column("joined_at", UtcDateTime, nullable=False),
    # Shown only to those who need it, never logged, never in an event.
    Column("phone", String(20), nullable=False, server_default=""),
    Column("erased_at", UtcDateTime),
)

# Where a person or group can be written to. Only delivery and the edge look inside ``address``.
contact = Table(
    "contact",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("address", String(40), nullable=False, unique=True),
    Column("state", choice("active", "unreachable", name="state"), nullable=False),
    Column("reason", String(120), nullable=False, server_default=""),
)

group = Table(
    "group",
    metadata,
    Column("id", Id, primary_key=True),
    Column("address", String(40), nullable=False, unique=True),
    Column("title", String(255), nullable=False),
    Column("state", choice("present", "registered", "left", name="state"), nullable=False),
    Column("registered_by", Id, ForeignKey("post.id")),
    CheckConstraint("state != 'registered' OR registered_by IS NOT NULL", name="registered_by_someone"),
)

post = Table(
    "post",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit", KEY, ForeignKey("unit.key"), nullable=False),
    Column("role", choice(*ROLES, name="role"), nullable=False),
    # A unit has several posts of some roles, told apart by this number.
    Column("seat", Integer, nullable=False, server_default="1"),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("since", UtcDateTime),
    # Who is meant for the post, as the roster says, until they have joined.
    Column("planned_name", String(60), nullable=False, server_default=""),
    Column("planned_phone", String(20), nullable=False, server_default=""),
    UniqueConstraint("unit", "role", "seat"),
    CheckConstraint("(person_id IS NULL) = (since IS NULL)", name="held_since"),
    Index(None, "person_id"),
)

# Who held a post, from when to when, and why it changed hands. The row without an end is the holder's.
post_holding = Table(
    "post_holding",
    metadata,
    Column("id", Id, primary_key=True),
    Column("post_id", Id, ForeignKey("post.id"), nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),
    Column("why", String(20), nullable=False),
    Column("ended_why", String(20), nullable=False, server_default=""),
    CheckConstraint("until IS NULL OR until >= since", name="ends_after_it_began"),
    Index(None, "post_id"),
    Index(None, "person_id"),
)

# 外出报备: somebody is away for a time and somebody else stands in. Whether it is in force is computed.
leave = Table(
    "leave",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("stand_in", Id, ForeignKey("person.id"), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("reason", String(120), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    CheckConstraint("since < until", name="begins_before_it_ends"),
    CheckConstraint("person_id != stand_in", name="by_somebody_else"),
    Index(None, "stand_in"),
    Index(None, "person_id"),
)

# What needs a second person's word: changing a liaison, erasing a person.
request = Table(
    "request",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", choice("replace", "erase", name="kind"), nullable=False),
    Column("by_person", Id, ForeignKey("person.id"), nullable=False),
    Column("post_id", Id, ForeignKey("post.id")),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("name", String(60), nullable=False, server_default=""),
    Column("phone", String(20), nullable=False, server_default=""),
    Column("reason", String(200), nullable=False),
    Column("state", choice("open", "approved", "refused", name="state"), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", Id, ForeignKey("person.id")),
    Column("answer", String(200), nullable=False, server_default=""),
    CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_when_decided"),
    CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_someone"),
    CheckConstraint("decided_by IS NULL OR decided_by != by_person", name="decided_by_another"),
)

# A roster that was sent: what it says, until its sender confirms it or not; ``asked_at``: another admin must agree.
roster_draft = Table(
    "roster_draft",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False, unique=True),
    Column("rows", Json, nullable=False),
    Column("shown", Json, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("asked_at", UtcDateTime),
)

# Codes that fitted nothing, by a hash of the sender's address: guessing is slowed down and reported.
wrong_code = Table(
    "wrong_code",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sender", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "at"),
)

# Shown in a group, typed by an admin in private: whoever writes in a group may be anonymous there.
group_code = Table(
    "group_code",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("group_id", Id, ForeignKey("group.id"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

# Only a hash of the code is kept: whoever reads the database cannot join with it.
invite = Table(
    "invite",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("post_id", Id, ForeignKey("post.id"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("used_by", Id, ForeignKey("person.id")),
    # The code takes the post over from its holder: the office has agreed to the change.
    Column("replaces", Boolean(name="replaces_boolean")),
    CheckConstraint("(used_at IS NULL) = (used_by IS NULL)", name="used_by_someone"),
)

# Loaded figures: opening balances and last year's months.
history = Table(
    "history",
    metadata,
    Column("form", KEY, primary_key=True),
    Column("period", String(10), primary_key=True),
    Column("kind", choice("month", "cumulative", "target", name="kind"), primary_key=True),
    Column("address", String(85), primary_key=True),
    Column("number", ExactDecimal, nullable=False),
    Column("mark", String(20), nullable=False, server_default=""),
    # Who gave it: programme (its files), admin (by workbook). Loading the files again leaves an admin's alone.
    Column("source", String(10), nullable=False, server_default="programme"),
)

period = Table(
    "period",
    metadata,
    Column("key", String(10), primary_key=True),
    Column("opened_at", UtcDateTime, nullable=False),
    # Closed early by an order: nothing is filed any more, though nothing is published yet.
    Column("closed_at", UtcDateTime),
)

sheet = Table(
    "sheet",
    metadata,
    Column("id", Id, primary_key=True),
    Column("form_id", Id, ForeignKey("form.id"), nullable=False),
    Column("period", String(10), ForeignKey("period.key"), nullable=False),
    UniqueConstraint("period", "form_id"),
)

task = Table(
    "task",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sheet_id", Id, ForeignKey("sheet.id"), nullable=False),
    Column("unit", KEY, ForeignKey("unit.key"), nullable=False),
    Column("level", choice("filing", "lead", name="level"), nullable=False),
    Column("state", choice(*TASK_STATES, name="state"), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    # Grows with every change of state: buttons made before it are stale.
    Column("version", Integer, nullable=False, server_default="1"),
    # Addresses open for correction after a return; null means all.
    Column("reopened", Json),
    Column("submitted_at", UtcDateTime),
    Column("submitted_by", Id, ForeignKey("person.id")),
    Column("signed_at", UtcDateTime),
    Column("signed_by", Id, ForeignKey("person.id")),
    # When an order last moved ``due_at`` of this one task.
    Column("moved_at", UtcDateTime),
    UniqueConstraint("sheet_id", "unit", "level"),
    CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_when_signed"),
    CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name="signed_by_someone"),
    CheckConstraint(
        "state NOT IN ('submitted', 'signed') OR submitted_at IS NOT NULL", name="submitted_before_signed"
    ),
    CheckConstraint("(state = 'returned') <= (reopened IS NOT NULL)", name="returned_names_cells"),
    CheckConstraint("signed_by IS NULL OR signed_by != submitted_by", name="nobody_signs_their_own"),
)

# Append-only: the current value of an address is its latest row. Triggers refuse update and delete.
answer = Table(
    "answer",
    metadata,
    Column("id", Id, primary_key=True),
    Column("task_id", Id, ForeignKey("task.id"), nullable=False),
    Column("address", String(85), nullable=False),
    Column("state", choice(*CELL_STATES, name="state"), nullable=False),
    Column("number", ExactDecimal),
    Column("text", Text),
    Column("typed", Text, nullable=False),
    Column("person_id", Id, ForeignKey("person.id"), nullable=False),
    Column("update_id", BigInteger),
    Column("at", UtcDateTime, nullable=False),
    # The door it came through: chat, excel. Without a CHECK, which SQLite could only add by rebuilding the table.
    Column("source", String(10), nullable=False, server_default="chat"),
    CheckConstraint(
        "(state = 'value' AND (number IS NULL) != (text IS NULL))"
        " OR (state != 'value' AND number IS NULL AND text IS NULL)",
        name="content_fits_state",
    ),
    Index(None, "task_id", "address", "id"),
)

# What a person is being asked. ``prompt_ref`` is the id of the message that asked it, null until sent.
conversation = Table(
    "conversation",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("task_id", Id, ForeignKey("task.id")),
    Column("question", String(120), nullable=False),
    Column("by_cell", Boolean(name="by_cell_boolean"), nullable=False),
    # Addresses marked so far by a signatory who is returning a report.
    Column("marks", Json),
    Column("version", Integer, nullable=False),
    Column("prompt_ref", BigInteger),
    Column("updated_at", UtcDateTime, nullable=False),
    CheckConstraint("question != 'idle' OR task_id IS NULL", name="idle_has_no_task"),
    Index(None, "task_id"),
)

# A workbook or block that somebody sent; without a task it is 历史数据: first a file to fetch, then what it would change, until they agree or not.
import_draft = Table(
    "import_draft",
    metadata,
    Column("person_id", Id, ForeignKey("person.id"), primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    # Where the messenger keeps the file; null once it is read.
    Column("file_ref", Text),
    Column("task_id", Id, ForeignKey("task.id")),
    Column("proposal", Json),
    # When the file was sent.
    Column("received_at", UtcDateTime, nullable=False),
    # The conversation's version that asks about it; 0 while it is not read.
    Column("version", Integer, nullable=False, server_default="0"),
    CheckConstraint("(file_ref IS NULL) = (proposal IS NOT NULL)", name="read_or_not"),
)

# Everything that happened, append-only: who, when, from which update, before and after. No names, telephones
# or addresses of people stand here, so that a person can be erased and the record stays as it was.
event = Table(
    "event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("verb", KEY, nullable=False),
    Column("task_id", Id, ForeignKey("task.id")),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("detail", Json, nullable=False),
    Column("update_id", BigInteger),
    # What it was done to when it is no task: post:12, setting:deadline, group:3.
    Column("about", String(80), nullable=False, server_default=""),
    Column("before", Json),
    Column("after", Json),
    Index(None, "task_id", "verb"),
)

# The chain over the events, append-only: each seal's hash covers its event and the seal before it.
seal = Table(
    "seal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("event_id", Id, ForeignKey("event.id"), nullable=False, unique=True),
    Column("previous", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
)

# A draft on the way to its readers: ``number`` is the N of 更正第N号, 0 for the digest itself.
digest = Table(
    "digest",
    metadata,
    Column("period", String(10), ForeignKey("period.key"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("snapshot", Json, nullable=False),
    Column("drafted_at", UtcDateTime, nullable=False),
    Column("published_at", UtcDateTime),
    Column("published_by", Id, ForeignKey("person.id")),
    # What the office wrote, left out and named first.
    Column("paragraphs", Json, nullable=False),
    Column("dropped", Json, nullable=False),
    Column("first", Json, nullable=False),
    # Who asked for which version to be released by somebody else.
    Column("asked_by", Id, ForeignKey("person.id")),
    Column("asked_version", Integer),
    CheckConstraint("(published_at IS NULL) = (published_by IS NULL)", name="published_by_someone"),
)

file = Table(
    "file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# What was published, append-only. ``number`` is the N of 更正第N号, 0 for the first edition of a period; ``serial``
# counts documents within ``year``. ``prints`` are the hashes of the snapshot's values by path, ``answers`` those of
# the answers that it was made from, by id. The hash covers all of it and the edition before, whatever its period.
edition = Table(
    "edition",
    metadata,
    Column("id", Id, primary_key=True),
    Column("period", String(10), ForeignKey("period.key"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("snapshot", Json, nullable=False),
    Column("prints", Json, nullable=False),
    Column("answers", Json, nullable=False),
    Column("released_by", Id, ForeignKey("person.id"), nullable=False),
    Column("sealed_at", UtcDateTime, nullable=False),
    Column("previous", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("period", "number"),
    UniqueConstraint("year", "serial"),
    CheckConstraint("number >= 0", name="number_counts"),
)

# What an edition was made into, append-only: made after the seal, outside its transaction, the same bytes each time.
edition_output = Table(
    "edition_output",
    metadata,
    Column("edition_id", Id, ForeignKey("edition.id"), primary_key=True),
    Column("name", KEY, primary_key=True),
    Column("sha256", String(64), nullable=False),
    # None for what is text, or where there was nothing to show.
    Column("file_id", Id, ForeignKey("file.id")),
    Column("made_at", UtcDateTime, nullable=False),
)

# Messages to anyone but the person present, written in the transaction that caused them.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(160), nullable=False, unique=True),
    Column("kind", KEY, nullable=False),
    Column("post_id", Id, ForeignKey("post.id")),
    Column("person_id", Id, ForeignKey("person.id")),
    Column("group_id", Id, ForeignKey("group.id")),
    Column("message", Json, nullable=False),
    Column("file_id", Id, ForeignKey("file.id")),
    # The conversation version that this message asks for, so that its id becomes the prompt's.
    Column("asks_version", Integer),
    Column("state", choice(*OUTBOX_STATES, name="state"), nullable=False, server_default="pending"),
    Column("reason", String(200), nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("message_ref", BigInteger),
    CheckConstraint(
        "CASE WHEN post_id IS NULL THEN 0 ELSE 1 END + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END"
        " + CASE WHEN group_id IS NULL THEN 0 ELSE 1 END = 1",
        name="one_recipient",
    ),
    CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_when_sent"),
    CheckConstraint("attempts >= 0", name="attempts_counted"),
    Index(None, "state", "not_before"),
)

# Updates already handled, per bot: ids restart at random, so a set and not a high-water mark.
seen_update = Table(
    "seen_update",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

# Updates that broke the program: put aside so that the others flow on.
dead_update = Table(
    "dead_update",
    metadata,
    Column("reference", String(12), primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("update_id", BigInteger, nullable=False),
    Column("trace", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# What was set by command over the programme's files. ``scope`` is ``unit=port;level=filing``, empty for everything.
setting = Table(
    "setting",
    metadata,
    Column("key", KEY, primary_key=True),
    Column("scope", String(300), primary_key=True),
    Column("value", Json, nullable=False),
)

# Days of a year's holiday notice, over what the program knows by itself.
holiday = Table(
    "holiday",
    metadata,
    Column("date", String(10), primary_key=True),
    Column("kind", choice("holiday", "workday", name="kind"), nullable=False),
    Column("name", String(40), nullable=False),
    Column("source", String(120), nullable=False),
    Column("confirmed", Boolean(name="confirmed_boolean"), nullable=False),
)

# A change order (变更): what it changes, before and after, who wanted it, who agreed, who undid it.
change_order = Table(
    "change_order",
    metadata,
    Column("id", Id, primary_key=True),
    Column("command", KEY, nullable=False),
    Column("changes", Json, nullable=False),
    Column("state", choice("proposed", "applied", "undone", "dropped", name="state"), nullable=False),
    # Grows with every change of state or contents: buttons made before it are stale.
    Column("version", Integer, nullable=False, server_default="1"),
    Column("grave", Boolean(name="grave_boolean"), nullable=False),
    Column("proposed_by", Id, ForeignKey("person.id"), nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    # Of a grave one: the first admin's press, the second one applies it.
    Column("agreed_by", Id, ForeignKey("person.id")),
    Column("applied_by", Id, ForeignKey("person.id")),
    Column("applied_at", UtcDateTime),
    Column("undone_by", Id, ForeignKey("person.id")),
    Column("undone_at", UtcDateTime),
    CheckConstraint("(applied_at IS NULL) = (applied_by IS NULL)", name="applied_by_someone"),
    CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_by_someone"),
    CheckConstraint("state NOT IN ('applied', 'undone') OR applied_at IS NOT NULL", name="applied_when"),
    CheckConstraint("NOT grave OR applied_by IS NULL OR applied_by != agreed_by", name="two_admins"),
    Index(None, "state", "id"),
)

# A liaison's request for more time (申请延期) and what became of it.
extension = Table(
    "extension",
    metadata,
    Column("id", Id, primary_key=True),
    Column("task_id", Id, ForeignKey("task.id"), nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("progress", Text, nullable=False),
    Column("state", choice("asked", "granted", "refused", name="state"), nullable=False),
    Column("asked_by", Id, ForeignKey("person.id"), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("decided_by", Id, ForeignKey("person.id")),
    Column("decided_at", UtcDateTime),
    CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_when"),
    CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_someone"),
    CheckConstraint("decided_by IS NULL OR decided_by != asked_by", name="nobody_grants_their_own"),
    Index(None, "task_id"),
)

# When the program was down: nobody can be blamed for that time.
outage = Table(
    "outage",
    metadata,
    Column("began_at", UtcDateTime, primary_key=True),
    Column("ended_at", UtcDateTime, nullable=False),
)

# The last sign of life, one row.
pulse = Table(
    "pulse",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
)

# Which program is on duty for a bot: every change of shift is a new term, and an older term may write no more.
# ``seen_at`` is when updates were last taken from the messenger.
duty = Table(
    "duty",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("term", BigInteger, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),
)
