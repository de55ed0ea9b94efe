"""Data keys, to open what the ledger holds sealed."""

from shared.eventstore.ddl import KEYS_1, apply, key_grants, refuse_unless_empty

revision = "0002"
down_revision = "0001"

STEPS = [refuse_unless_empty(), refuse_unless_empty("ledger"), KEYS_1, key_grants("audit")]


def upgrade() -> None:
    apply(*STEPS)
