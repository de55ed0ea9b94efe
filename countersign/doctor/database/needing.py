"""Whether the run-time role may do what the service must, as migrations grant it. Pure."""

from collections import defaultdict
from collections.abc import Iterable

from countersign.doctor.database.looking import Seen
from countersign.doctor.finding import Finding, Findings, wrong

KEYS = "keys.data_keys"
APPEND_ONLY = {
    "audit": ("events", "ledger", "leaves", "numbers", "shards"),
}
"""Tables whose rows nobody may change or delete; of a service that isn't here `events` alone."""
ONLY_READ = ("alembic_version", "event_base", "recoveries", "schema_serves")
"""What the owner alone writes."""
EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")


def append_only(service: str) -> tuple[str, ...]:
    return APPEND_ONLY.get(service, ("events",))


def needed(service: str, table: str) -> tuple[str, ...]:
    """What a service does with one of its tables; with its read models, everything."""
    if table in ONLY_READ:
        return EVERYTHING[:1]
    if table in append_only(service):
        return EVERYTHING[:2]
    return EVERYTHING[:3] if table == KEYS else EVERYTHING


def lacking(service: str, seen: Seen) -> Findings:
    role = seen.role["role"]
    closed = sorted({table["schema"] for table in seen.held if not table["usable"]})
    for schema in closed:
        yield _wrong(f"use the schema {schema}", f"GRANT USAGE ON SCHEMA {schema}", role)
    tables: dict[str, list[str]] = defaultdict(list)
    for table in seen.held:
        if less := _in_order({*needed(service, table["table"])} - {*table["may"]}):
            tables[", ".join(less)].append(table["table"])
    for privileges, of in tables.items():
        names = ", ".join(sorted(of))
        yield _wrong(f"{privileges} {names}", f"GRANT {privileges} ON {names}", role)


def _wrong(what: str, statement: str, role: str) -> Finding:
    return wrong(
        f"the role {role} may not {what}",
        "The service can't do what it must: it refuses requests, or its worker stands still.",
        f"As the owner: {statement} TO {role}; and find out who took it away.",
    )


def _in_order(privileges: Iterable[str]) -> list[str]:
    return sorted(privileges, key=EVERYTHING.index)
