"""What streams hold, against the store: published in time, the same at the end, and followed."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from pydantic_core import from_json

from countersign.doctor.broker.looking import Seen
from countersign.doctor.finding import Findings, fine, or_fine, wrong
from shared.eventstore.cloudevents import Names
from shared.eventstore.stream import Tail

LATE = timedelta(minutes=1)
_CURSORS = "SELECT producer, sequence FROM consumers"
_AT_TAIL = """
SELECT EXISTS (SELECT FROM events WHERE position = %(position)s AND event_id::text = %(event_id)s)
  OR EXISTS (SELECT FROM recoveries
             WHERE tail_position = %(position)s AND tail_event_id = %(event_id)s) AS holds
"""
_UNPUBLISHED = """
SELECT count(*) OVER () AS events, body FROM events WHERE position > %s ORDER BY position LIMIT 1
"""


def cursors(connection: psycopg.Connection[dict[str, Any]], ods_code: str) -> dict[str, int]:
    """How far each stream has been taken here."""
    with connection.transaction():
        rows = connection.execute(_CURSORS).fetchall()
    return {
        Names(ods_code, row["producer"]).stream: row["sequence"]
        for row in rows
        if not row["producer"].startswith("keys:")
    }


def relayed(tail: Tail, connection: psycopg.Connection[dict[str, Any]]) -> Findings:
    """The relay's own guard (ADR 4), and what waits for it."""
    if tail.trimmed:
        yield wrong(
            "the stream was emptied, though it once held messages",
            "The relay doesn't know where to go on, and publishes nothing.",
            "Restore the stream, or delete it and countersign provision: it is filled again from"
            " the store.",
        )
        return
    with connection.transaction():
        found = {"position": tail.position, "event_id": tail.event_id}
        row = connection.execute(_AT_TAIL, found).fetchone()
        first = connection.execute(_UNPUBLISHED, (tail.position,)).fetchone()
    if tail.sequence and not (row and row["holds"]):
        yield wrong(
            "the store doesn't hold the last event of its stream",
            "It was set back (a restore, or a fail-over that lost something): the relay has"
            " stopped, and the service isn't ready.",
            "docs/runbooks/restore.md, then countersign recover.",
        )
        return
    since = datetime.fromisoformat(from_json(first["body"])["time"]) if first else None
    if first and since and datetime.now(UTC) - since > LATE:
        yield wrong(
            f"{first['events']} events wait to be published, since {since:%Y-%m-%d %H:%M}",
            "Other services and the ledger don't know of them.",
            "Does a worker lead, and is the stream there? Its log says what the relay waits for.",
        )
        return
    yield fine("the store holds the end of its stream, and nothing waits long to be published")


def following(seen: Seen, now: datetime | None = None) -> Findings:
    yield from or_fine("what others published has arrived", _behind(seen.next, now))


def _behind(next: Mapping[str, datetime], now: datetime | None) -> Findings:
    for stream, at in next.items():
        if (now or datetime.now(UTC)) - at > LATE:
            yield wrong(
                f"what {stream} holds since {at:%Y-%m-%d %H:%M} hasn't been taken here",
                "Lists, and refusals, go by what was known before.",
                "Does a worker lead? Its log says why consuming stopped.",
            )
