"""Whom a database serves, as the run-time role reads it there."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from shared.eventstore.database import Database
from shared.kernel.errors import Unavailable

SERVED = """
SELECT version_num AS revision,
  ARRAY(SELECT revision FROM schema_serves ORDER BY place) AS serves
FROM alembic_version
"""
BEFORE = "SELECT version_num AS revision, ARRAY[version_num] AS serves FROM alembic_version"
"""Of a database that was last migrated before it kept whom it serves: its own revision alone."""
OK = "ok"


def application_name(service: str, revision: str) -> str:
    """What a process's connections are called: `migrate` looks for releases that still run."""
    return f"countersign-{service}@{revision}"


@dataclass(frozen=True, slots=True)
class Schema:
    """A database's revision, and those whose code may run on it, oldest first."""

    revision: str | None
    serves: tuple[str, ...]

    def said_to(self, revision: str, known: Sequence[str]) -> str:
        """What code of a revision is told that knows these revisions: `ok`, or why it can't run."""
        if self.revision is None:
            return f"not migrated yet: this release needs {revision}"
        if revision in self.serves:
            return OK
        if self.revision in known:
            return (
                f"not migrated yet: this release needs {revision},"
                f" the database is at {self.revision}"
            )
        return (
            f"this release ({revision}) is too old for the database, which is at {self.revision}"
            f" and serves from {self.serves[0]}"
        )


NOT_MIGRATED = Schema(None, ())


async def schema_of(database: Database) -> Schema:
    """What a database says of itself. Raises `Unavailable` when it can't be reached."""
    for sql in (SERVED, BEFORE):
        try:
            rows = await database.run(sql)
        except Unavailable as error:
            if isinstance(error.__cause__, psycopg.errors.UndefinedTable):
                continue
            raise
        # Between the first revision's tables and its stamp there is no row yet.
        return Schema(rows[0]["revision"], tuple(rows[0]["serves"])) if rows else NOT_MIGRATED
    return NOT_MIGRATED
