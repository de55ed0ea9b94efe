"""Tables of the notes service."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.eventstore.documents import PERSONAL, subject_of
from shared.eventstore.sql import time_column

METADATA = MetaData()


NOTES = Table(
    "notes",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("service_user_id", Uuid, nullable=False, info=subject_of("service-user")),
    Column("author_id", Text, nullable=False),
    Column("team_id", Text),
    Column("status", Text, nullable=False),
    Column("flags", JSONB, nullable=False),
    time_column("occurred_at"),
    time_column("recorded_at"),
    time_column("due_at", nullable=True),
    Column("outstanding", JSONB, nullable=False),
    Column("kept_from", JSONB, nullable=False),
    Column("assigned_to", Text),
    Column("to_answer", Text),
    Column("group_session_id", Uuid),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
ACCESS_OVERRIDES = Table(
    "access_overrides",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("service_user_id", Uuid, nullable=False, info=subject_of("service-user")),
    Column("staff_id", Text, nullable=False),
    Column("team_id", Text, nullable=False),
    time_column("granted_at"),
    time_column("until"),
    Column("renewal", Integer, nullable=False),
    Column("reviewed", Boolean, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
AWAITED = text("notes.status IN ('awaiting_countersignature', 'returned')")
UNANSWERED = text("concerns.status = 'raised'")
"""In these words, so that PostgreSQL sees the conditions of the partial indexes in them."""
OVERDUE = Table(
    "overdue_countersignatures",
    METADATA,
    Column("note_id", Uuid, primary_key=True),
    time_column("due_at", key=True),
    time_column("recorded_at"),
)
GROUP_SESSIONS = Table(
    "group_sessions",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("team_id", Text),
    Column("leader_id", Text, nullable=False),
    time_column("occurred_at"),
    time_column("recorded_at"),
    Column("document", JSON, nullable=False),
)
BOUNDARY_QUERIES = Table(
    "boundary_queries",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("note_id", Uuid, nullable=False),
    Column("team_id", Text),
    Column("worker_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("service_user_id", Uuid, nullable=False, info=subject_of("service-user")),
    time_column("raised_at"),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
CONCERNS = Table(
    "concerns",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("service_user_id", Uuid, nullable=False, info=subject_of("service-user")),
    Column("team_id", Text, nullable=False),
    Column("note_id", Uuid),
    Column("raised_by", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("urgency", Text, nullable=False),
    Column("kept_from", JSONB, nullable=False),
    Column("clock", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    time_column("acknowledge_by"),
    time_column("first_step_at"),
    Column("policy_version", Integer, nullable=False),
    time_column("raised_at"),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
ESCALATIONS = Table(
    "escalations",
    METADATA,
    Column("concern_id", Uuid, primary_key=True),
    Column("clock", Integer, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("position", Integer, nullable=False),
    time_column("at"),
    Column("recipient", Text, nullable=False),
    Column("reached", JSONB, nullable=False),
    time_column("next_at", nullable=True),
)
COMPETENCES = Table(
    "competences",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("activity", Text, primary_key=True),
    Column("assessed_on", Date, nullable=False),
    Column("review_due", Date, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)
COURSES = Table(
    "courses",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("course", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("completed_on", Date),
    Column("expires_on", Date),
    Column("withdrawal", Boolean, nullable=False),
)
"""All that was said of a course, by the version of the worker that said it. A withdrawal says what
counts as of its version: nothing, where `completed_on` is null."""
MANAGED = Table(
    "managed",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("line_manager_id", Text),
    Column("version", Integer, nullable=False),
)
"""Whose line manager is whom, for concerns that nobody answers."""
PLANS = Table(
    "plans",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("service_user_id", Uuid, nullable=False),
    Column("reference", Text),
    Column("tasks", JSONB, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("version", Integer, nullable=False),
)
"""Which delegated tasks a person's plans authorise, as referrals has them."""
