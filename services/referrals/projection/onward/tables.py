"""Tables of help from elsewhere, and of contacts as notes tells of them."""

from sqlalchemy import JSON, Column, Date, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.referrals.projection.tables import METADATA
from shared.eventstore.documents import PERSONAL, subject_of
from shared.eventstore.sql import time_column

AGENCIES = Table(
    "agencies",
    METADATA,
    Column("agency_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kinds", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    Column("document", JSON, nullable=False),
)
ONWARD_REFERRALS = Table(
    "onward_referrals",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("service_user_id", Uuid, nullable=False, info=subject_of("service-user")),
    Column("team_id", Text, nullable=False),
    Column("agency_id", Text),
    Column("status", Text, nullable=False),
    time_column("recorded_at"),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
UNMET_NEEDS = Table(
    "unmet_needs",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("service_user_id", Uuid, nullable=False, info=subject_of("service-user")),
    Column("team_id", Text, nullable=False),
    Column("need", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("met_on", Date),
    time_column("recorded_at"),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
CONTACTS = Table(
    "contacts",
    METADATA,
    Column("note_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("service_user_id", Uuid, nullable=False),
    time_column("occurred_at"),
    Column("duration_minutes", Integer),
    Column("contact", Text, nullable=False),
    Column("mechanism", Text, nullable=False),
    Column("attendance", Text, nullable=False),
)
RETRACTED_NOTES = Table(
    "retracted_notes",
    METADATA,
    Column("note_id", Uuid, primary_key=True),
)
"""Apart from `contacts`, so that it doesn't matter which of the two is heard of first."""
