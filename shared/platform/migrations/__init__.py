"""A service's schema: its history, how a database is brought along it, and whom it serves (ADR 22).

A migration says by `serves_from` the oldest revision whose code still runs on the schema it leaves.
The database keeps what that comes to, so that code of an older release can read it there.
"""

from shared.platform.migrations.history import expected_revision, revisions, served_by
from shared.platform.migrations.migrating import CannotMigrate, migrate
from shared.platform.migrations.schema import Schema, application_name, schema_of

__all__ = [
    "CannotMigrate",
    "Schema",
    "application_name",
    "expected_revision",
    "migrate",
    "revisions",
    "schema_of",
    "served_by",
]
