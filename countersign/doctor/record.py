"""What has come of what was recorded: events that couldn't be applied, and audit's own account."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import psycopg

from countersign.doctor.finding import Findings, careful, fine, or_fine, wrong
from services.audit.settings import AuditSettings

UNSIGNED_FOR = timedelta(minutes=1)
ROUNDS = 2
"""So many rounds of comparing, or stampings, may be missed before anybody is told."""
_PARKED = """
SELECT producer, count(*) AS events, min(parked_at) AS since FROM dead_letters GROUP BY producer
ORDER BY producer
"""
_LEDGER = """
SELECT
  (SELECT count(*) FROM gaps WHERE filled_at IS NULL
     AND seen_at < now() - interval '1 minute') AS gaps,
  (SELECT count(*) FROM disagreements WHERE settled_at IS NULL) AS disagreements,
  (SELECT max(index) FROM ledger) AS last,
  (SELECT extract(epoch FROM now() - min(recorded_at))::float FROM ledger
     WHERE index >= (SELECT shards.first_index + coalesce((
       SELECT max(size) FROM checkpoints
       WHERE shard = shards.id AND published_at IS NOT NULL), 0)
       FROM shards ORDER BY first_index DESC LIMIT 1)) AS unsigned_for,
  (SELECT opened_at FROM shards ORDER BY first_index DESC LIMIT 1) AS opened_at,
  now() AS now
"""
_ROUNDS = "SELECT service, began_at, ended_at FROM checks ORDER BY service"
_STAMPS = "SELECT authority, max(at) AS at FROM timestamps GROUP BY authority"


def parked(connection: psycopg.Connection[dict[str, Any]]) -> Findings:
    with connection.transaction():
        rows = connection.execute(_PARKED).fetchall()
    yield from or_fine("no event had to be parked", of_parked(rows))


def of_parked(rows: Sequence[Mapping[str, Any]]) -> Findings:
    for row in rows:
        yield careful(
            f"{row['events']} events of {row['producer']} are parked,"
            f" since {row['since']:%Y-%m-%d %H:%M}",
            "What they say isn't known here: lists and refusals may be wrong about it.",
            "dead_letters.error says why; once that is mended, countersign replay.",
        )


def ledger(settings: AuditSettings, connection: psycopg.Connection[dict[str, Any]]) -> Findings:
    with connection.transaction():
        [state] = connection.execute(_LEDGER).fetchall()
        rounds = connection.execute(_ROUNDS).fetchall()
        stamps = {row["authority"]: row["at"] for row in connection.execute(_STAMPS)}
    if state["last"] is None:
        yield fine("the ledger is empty")
        return
    yield from or_fine("services and ledger agree, as far as has been compared", of_ledger(state))
    yield from of_rounds(rounds, state, timedelta(hours=settings.check_every_hours))
    yield from of_stamps(settings, stamps, state)


def of_ledger(state: Mapping[str, Any]) -> Findings:
    if state["gaps"]:
        yield wrong(
            f"{state['gaps']} gaps in what services published have been open for over a minute",
            "The record isn't complete.",
            "Is that service up? It is asked for what lacks each second;"
            " docs/runbooks/integrity-alert.md.",
        )
    if state["disagreements"]:
        yield wrong(
            f"services and ledger disagree in {state['disagreements']} places",
            "Something was changed, lost or added behind the ledger's back.",
            "Change nothing; docs/runbooks/integrity-alert.md.",
        )
    unsigned = state["unsigned_for"]
    if unsigned and unsigned > UNSIGNED_FOR.total_seconds():
        yield wrong(
            f"the ledger's newest entries have waited {unsigned:.0f} s for a published checkpoint",
            "What isn't in a checkpoint can't be proved, and could still be changed.",
            "Does a worker lead, and does a witness contradict? docs/runbooks/integrity-alert.md.",
        )


def of_rounds(
    rows: Sequence[Mapping[str, Any]], state: Mapping[str, Any], every: timedelta
) -> Findings:
    """`checks` is empty until audit's worker first looks."""
    for row in rows:
        since = state["now"] - (row["ended_at"] or row["began_at"])
        if since > ROUNDS * every:
            yield careful(
                f"{row['service']} was last compared whole with the ledger"
                f" {since.total_seconds() / 3600:.0f} hours ago",
                "What was changed in its store since isn't noticed.",
                "Is the service up, and does audit's worker lead? Or countersign reconcile, now.",
            )


def of_stamps(
    settings: AuditSettings, stamps: Mapping[str, Any], state: Mapping[str, Any]
) -> Findings:
    patience = ROUNDS * timedelta(minutes=settings.timestamp_every_minutes)
    for authority in settings.timestamp_authorities.split():
        last = stamps.get(authority)
        # An idle ledger isn't stamped again, but one that has never been was open long enough.
        if last is None and state["now"] - state["opened_at"] > patience:
            yield wrong(
                f"{authority} has never stamped a checkpoint",
                "There are no time stamps, though settings say so.",
                "The worker's log says why; may the pod go there?",
            )
        elif last is not None:
            yield fine(f"{authority} last stamped {last:%Y-%m-%d %H:%M}")
