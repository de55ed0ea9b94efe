"""Data keys of workers, and of the people in supervision records."""

from shared.eventstore.ddl import EMPTY_ONLY, KEYS_1, apply, key_grants

revision = "0002"
down_revision = "0001"

STEPS = [EMPTY_ONLY, KEYS_1, key_grants("supervision")]


def upgrade() -> None:
    apply(*STEPS)
