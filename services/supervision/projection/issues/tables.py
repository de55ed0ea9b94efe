"""Tables of organisational issues."""

from sqlalchemy import JSON, Column, Date, DateTime, Integer, LargeBinary, Table, Text, Uuid

from services.supervision.projection.tables import METADATA
from shared.eventstore.documents import PERSONAL, subject_of
from shared.eventstore.sql import time_column

ISSUES = Table(
    "issues",
    METADATA,
    Column("id", Uuid, primary_key=True, info=subject_of("issue")),
    Column("version", Integer, nullable=False),
    Column("team_id", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("status", Text, nullable=False),
    time_column("answer_by", nullable=True),
    Column("raised_by", Text, info=PERSONAL),
    Column("raised_on", Date, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
"""`answer_by` is null of what awaits no answer. In order of the day on which they were raised, and
then in none: neither the time nor the order tells who did. Who it was is in `raised_by` alone, in
clear, for their own list of them; it goes with the issue's key."""
OVERDUE_ISSUES = Table(
    "overdue_issues",
    METADATA,
    Column("issue_id", Uuid, primary_key=True),
    Column("answer_by", DateTime(timezone=True), primary_key=True),
    time_column("recorded_at"),
)
