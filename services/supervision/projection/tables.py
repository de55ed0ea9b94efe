"""Tables of the supervision service."""

from datetime import date

from sqlalchemy import (
    JSON,
    BindParameter,
    Column,
    ColumnElement,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    and_,
    or_,
)
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
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)


def in_force(day: BindParameter[date]) -> ColumnElement[bool]:
    """Whether an agreement has begun by a day, and not ended before it."""
    lasts = or_(AGREEMENTS.c.ended_on.is_(None), AGREEMENTS.c.ended_on >= day)
    return and_(AGREEMENTS.c.starts_on <= day, lasts)


def of_either(table: Table, who: BindParameter[str]) -> ColumnElement[bool]:
    """Whether somebody is one of the two: the worker or the supervisor."""
    return or_(table.c.worker_id == who, table.c.supervisor_id == who)
