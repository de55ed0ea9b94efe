"""What audit keeps of its own events: who may read under which engagement, and what was exported.

Both are made of nothing but events of audit's own store, in the transactions that write these.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pydantic_core import from_json, to_json

from countersign.reconcile.reading import Reading, Row
from countersign.verify import Report
from services.audit.domain import Engagement, Export
from services.audit.projection.own import rows
from shared.eventstore.mapper import EventMapper

KINDS: tuple[tuple[str, type[Any]], ...] = (("engagements", Engagement), ("exports", Export))
TOLD = """
SELECT stream_id, version, type, body FROM events WHERE type LIKE %s ORDER BY stream_id, version
"""


def check(audit: Reading, report: Report) -> None:
    """Compare each table with what the events give, whose bytes are compared with the ledger's."""
    for table, kind in KINDS:
        mapper = EventMapper("audit", (kind,))
        found = {str(row["id"]): _plain(row) for row in audit.rows(f"SELECT * FROM {table}")}
        for stream, bodies in _streams(audit, kind):
            if not mapper.begins(kind, from_json(bodies[0])["type"]):
                continue  # another kind of stream about the same thing
            try:
                expected = _row(mapper, kind, bodies)
            except Exception as error:  # whatever its events can't be made into
                report.add_wrong(f"{table}, {stream}", f"its events can't be followed: {error!r}")
                continue
            if found.pop(stream, None) != expected:
                report.add_wrong(f"{table}, {stream}", "otherwise than audit's events say")
        for stream in found:
            report.add_wrong(f"{table}, {stream}", "no event says so")
    report.proved.append("audit's engagements and exports: what its own events say")


def _streams(audit: Reading, kind: type[Any]) -> Iterator[tuple[str, list[bytes]]]:
    current, bodies = "", list[bytes]()
    for row in audit.rows(TOLD, (f"countersign.audit.{kind.kind}-%",)):
        stream = str(row["stream_id"])
        if stream != current and bodies:
            yield current, bodies
            bodies = []
        current = stream
        bodies.append(bytes(row["body"]))
    if bodies:
        yield current, bodies


def _row(mapper: EventMapper, kind: type[Any], bodies: list[bytes]) -> object:
    aggregate: Any = None
    for raw in bodies:
        event: Any = mapper.domain_event(kind, from_json(raw), {})
        aggregate = event.mutate(aggregate)
    [write] = rows(aggregate, _nothing_is_sealed)
    return _plain(write.params)


def _nothing_is_sealed(value: Any) -> bytes:
    raise ValueError("nothing of these is personal")


def _plain(row: Row) -> object:
    """As it is written, with columns' moments as the database gives them."""
    said = {
        name: each.astimezone(UTC) if isinstance(each, datetime) else each
        for name, each in row.items()
    }
    return from_json(to_json(said))
