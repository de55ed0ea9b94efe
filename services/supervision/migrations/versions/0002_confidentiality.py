"""Data keys of workers, and of the people in supervision records."""

from shared.eventstore.ddl import KEYS_1, apply, key_grants, refuse_unless_empty

revision = "0002"
down_revision = "0001"

STEPS = [refuse_unless_empty(), KEYS_1, key_grants("supervision")]


def upgrade() -> None:
    apply(*STEPS)
