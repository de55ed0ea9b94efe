"""Tables of what support goes by."""

from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Integer, LargeBinary, Table, Text, Uuid

from services.referrals.projection.tables import METADATA
from shared.eventstore.documents import PERSONAL, subject_of
from shared.eventstore.sql import time_column


def _kept(name: str, *found_by: Column[Any]) -> Table:
    """A table of things that are kept about a service user."""
    return Table(
        name,
        METADATA,
        Column("id", Uuid, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("service_user_id", Uuid, nullable=False, info=subject_of("service-user")),
        Column("team_id", Text, nullable=False),
        time_column("recorded_at"),
        *found_by,
        Column("metadata", JSON, nullable=False),
        Column("document", LargeBinary, info=PERSONAL),
    )


PLANS = _kept(
    "plans",
    Column("reference", Text),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
)
GOALS = _kept("goals", Column("plan_id", Uuid))
CARERS = _kept("carers")
SHARING_PREFERENCES = _kept(
    "sharing_preferences",
    Column("recipient", Text, nullable=False),
    Column("carer_id", Uuid),
)
VISIT_ALERTS = _kept(
    "visit_alerts",
    Column("review_due", Date),
    Column("ended", Boolean, nullable=False),
)
