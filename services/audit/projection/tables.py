"""Tables of the audit service."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.eventstore.sql import RowsInto

METADATA = MetaData()
LEDGER = Table(
    "ledger",
    METADATA,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("service", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("previous", BigInteger, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
)
ENTRIES = Table(
    "entries",
    METADATA,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False),
    Column("service", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("actor_role", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("team_id", Text),
    Column("resource_kind", Text, nullable=False),
    Column("resource_id", Text, nullable=False),
    Column("resource_version", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
)
SUBJECTS = Table(
    "subjects",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
)
"""Whom each entry is about: any number of people."""
ACCESSES = Table(
    "accesses",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("basis", Text),
    Column("override_id", Text),
)
"""Who looked at whose record, or was refused: what a list of them is filtered by."""
ALERTS = Table(
    "alerts",
    METADATA,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
)
RESTRICTIONS = Table(
    "restrictions",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("restricted", Boolean, nullable=False),
    Column("excluded", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)
"""Whose record is restricted, and who is excluded from it, as of a version of the person."""
MERGES = Table(
    "merges",
    METADATA,
    Column("subject", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("into_subject", Text),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("index", BigInteger, nullable=False),
)
"""Which registration was merged into which; null when it was separated again."""
KEPT_FROM = Table(
    "kept_from",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("resource_id", Text, primary_key=True),
    Column("index", BigInteger, nullable=False),
)
"""Which concerns and notes are never readable by whom they name; `index` is where that was said."""
GAPS = Table(
    "gaps",
    METADATA,
    Column("service", Text, primary_key=True),
    Column("after_position", BigInteger, primary_key=True, autoincrement=False),
    Column("before_position", BigInteger, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("filled_at", DateTime(timezone=True)),
)
ENGAGEMENTS = Table(
    "engagements",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("auditor_id", Text, nullable=False),
    Column("agreed_at", DateTime(timezone=True), nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("teams", JSONB, nullable=False),
    Column("service_user_ids", JSONB, nullable=False),
    Column("identities", Boolean, nullable=False),
    Column("document", JSON, nullable=False),
)
LEDGER_ROWS = RowsInto(LEDGER, replace=False)
ENTRY_ROWS = RowsInto(ENTRIES, replace=False)
SUBJECT_ROWS = RowsInto(SUBJECTS, replace=False)
ACCESS_ROWS = RowsInto(ACCESSES, replace=False)
ALERT_ROWS = RowsInto(ALERTS, replace=False)
RESTRICTION_ROWS = RowsInto(RESTRICTIONS, newest_by="version")
MERGE_ROWS = RowsInto(MERGES)
KEPT_ROWS = RowsInto(KEPT_FROM)
GAP_ROWS = RowsInto(GAPS)
ENGAGEMENT_ROWS = RowsInto(ENGAGEMENTS)
