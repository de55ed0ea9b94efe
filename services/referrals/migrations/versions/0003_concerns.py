"""Ties of staff whom a concern reached."""

from shared.eventstore.ddl import apply, granted
from shared.platform.ties import TABLES_2, TIES_2

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    apply(TIES_2, granted("referrals", *TABLES_2))
