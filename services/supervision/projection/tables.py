"""Tables of the supervision service."""

from sqlalchemy import JSON, Column, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.eventstore.documents import PERSONAL, subject_of

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
