"""Data keys, to open what the ledger holds sealed."""

from shared.eventstore.ddl import EMPTY_ONLY, KEYS_1, apply, key_grants

revision = "0002"
down_revision = "0001"

STEPS = [EMPTY_ONLY, EMPTY_ONLY.replace("events)", "ledger)"), KEYS_1, key_grants("audit")]


def upgrade() -> None:
    apply(*STEPS)
