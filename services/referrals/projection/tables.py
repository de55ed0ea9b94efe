"""Tables of the referrals service."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.eventstore.documents import PERSONAL, subject_of
from shared.eventstore.sql import time_column

METADATA = MetaData()
SERVICE_USERS = Table(
    "service_users",
    METADATA,
    Column("id", Uuid, primary_key=True, info=subject_of("service-user")),
    Column("version", Integer, nullable=False),
    Column("nhs_number_hash", LargeBinary, info=PERSONAL),
    Column("team_id", Text, nullable=False),
    Column("care_coordinator_id", Text),
    Column("nhs_number_status", Text, nullable=False),
    Column("died_on", Date),
    Column("moved_away_on", Date),
    Column("merged_into", Uuid),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
REFERRALS = Table(
    "referrals",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("service_user_id", Uuid, nullable=False, info=subject_of("service-user")),
    Column("team_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("worker_id", Text),
    Column("weight", Integer, nullable=False),
    time_column("allocated_at", nullable=True),
    Column("handover", Text),
    time_column("handover_at", nullable=True),
    time_column("moved_at", nullable=True),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("priority", Text, nullable=False),
    Column("priority_rank", Integer, nullable=False),
    time_column("waiting_since"),
    Column("review_due", Date),
    time_column("ended_at", nullable=True),
    Column("metadata", JSON, nullable=False),
    Column("document", LargeBinary, info=PERSONAL),
)
"""`waiting_since`: when it was received, moved by the stops of its clock that are over. `ended_at`:
the end of the referral, which is later than its clock's where somebody supported the person."""
DECISIONS = Table(
    "referral_decisions",
    METADATA,
    Column("referral_id", Uuid, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("service_user_id", Uuid, nullable=False),
    Column("team_id", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason_code", Text),
    time_column("decided_at"),
)
CASELOADS = Table(
    "caseloads",
    METADATA,
    Column("worker_id", Text, primary_key=True),
    Column("open", Integer, nullable=False),
    Column("most", Integer, nullable=False),
    Column("overridden", Integer, nullable=False),
    Column("stated", Integer),
)
"""`open` places are taken of `most`; `overridden` and `stated` keep overrides honest."""
REALLOCATIONS = Table(
    "reallocations",
    METADATA,
    Column("referral_id", Uuid, primary_key=True),
    Column("worker_id", Text, primary_key=True),
    Column("because", Text, primary_key=True),
    time_column("since", key=True),
    time_column("due_at"),
)
WORKERS = Table(
    "workers",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    time_column("since"),
    Column("level", Text),
    Column("whole_time_equivalent", Double),
    Column("registered", Boolean, nullable=False),
    Column("teams", JSONB, nullable=False),
)
"""What the register says of staff that matters for caseloads; `since` when the status holds."""
