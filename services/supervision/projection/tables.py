"""Tables of the supervision service."""

from sqlalchemy import JSON, Column, Date, Integer, LargeBinary, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from shared.eventstore.documents import PERSONAL, subject_of
from shared.eventstore.sql import time_column

METADATA = MetaData()
WORKERS = Table(
    "workers",
    METADATA,
    Column("staff_id", Text, primary_key=True, info=subject_of("worker")),
    Column("version", Integer, nullable=False),
    Column("teams", JSONB, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
"""`document` is null where there is nothing to seal: no training and no competence on record."""
DUTIES = Table(
    "duties",
    METADATA,
    Column("team_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("shifts", JSON, nullable=False),
)
AGREEMENTS = Table(
    "agreements",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("worker_id", Text, nullable=False, info=subject_of("worker")),
    Column("supervisor_id", Text, nullable=False),
    Column("team_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("interval_weeks", Integer),
    Column("starts_on", Date, nullable=False),
    Column("ended_on", Date),
    time_column("agreed_at"),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("agreement_id", Uuid, nullable=False),
    Column("group_session_id", Uuid),
    Column("worker_id", Text, nullable=False, info=subject_of("worker")),
    Column("supervisor_id", Text, nullable=False),
    Column("team_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    time_column("scheduled_for"),
    time_column("held_at", nullable=True),
    time_column("recorded_at", nullable=True),
    Column("duration_minutes", Integer),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
