"""What of a migration's SQL may break, or hold up, the release that runs while it is applied."""

import re
from contextlib import nullcontext
from typing import Any
from unittest import mock

from shared.eventstore import ddl

CREATED = re.compile(r"\bCREATE TABLE (?:IF NOT EXISTS )?(\S+)", re.IGNORECASE)
ON_TABLE = re.compile(
    r"\bCREATE (?:UNIQUE )?INDEX \S+\s+ON (\S+)|\bCREATE TRIGGER .*? ON (\S+)|\bALTER TABLE (\S+)",
    re.IGNORECASE | re.DOTALL,
)
_SAID = r"(?:(?!DEFAULT|,|;).)*"
BREAKS = {
    "DROP": r"\bDROP (?!NOT NULL)",
    "RENAME": r"\bRENAME\b",
    "SET NOT NULL": r"\bSET NOT NULL\b",
    "ADD COLUMN NOT NULL": rf"\bADD COLUMN {_SAID}\bNOT NULL{_SAID}(?=,|;)",
    "TYPE": r"\bALTER COLUMN \S+ (?:SET DATA )?TYPE\b",
    "ADD CONSTRAINT": r"\bADD (?:CONSTRAINT|PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY|EXCLUDE)\b",
    "CREATE INDEX": r"\bCREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)",
    "CREATE UNIQUE INDEX": r"\bCREATE UNIQUE INDEX\b",
    "CREATE TRIGGER": r"\bCREATE TRIGGER\b",
    "UPDATE": r"\bUPDATE \S+ SET\b",
    "DELETE": r"\bDELETE FROM\b",
    "TRUNCATE": r"\bTRUNCATE (?:TABLE )?\w+\s*;",
    "REVOKE": r"\bREVOKE\b",
    "LOCK": r"\bLOCK TABLE\b",
}


def contracting(sql: str) -> set[str]:
    """The names, in `BREAKS`, of what contracts or blocks, but for tables made in the same SQL."""
    made = {name.rstrip("(") for name in CREATED.findall(sql)}
    found = set()
    for statement in filter(None, (each.strip() for each in sql.split(";"))):
        on = ON_TABLE.search(statement)
        if on and next(filter(None, on.groups())) in made:
            continue
        found |= {
            name
            for name, pattern in BREAKS.items()
            if re.search(pattern, f"{statement};", re.IGNORECASE | re.DOTALL)
        }
    return found


class _Recorder:
    """An Alembic operations proxy, and the connection under it, that only notes what is run."""

    rowcount = 0

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.connection = self.driver_connection = self

    def get_bind(self) -> "_Recorder":
        return self

    def get_context(self) -> Any:
        return mock.Mock(autocommit_block=nullcontext)

    def execute(self, sql: str, *_: Any) -> "_Recorder":
        self.ran.append(sql)
        return self


def sql_of(migration: Any) -> list[str]:
    """What a migration runs, in order."""
    recorder = _Recorder()
    with mock.patch.object(ddl, "op", recorder):
        migration.upgrade()
    return recorder.ran
