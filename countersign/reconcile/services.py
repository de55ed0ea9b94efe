"""A service's own events, and what the ledger has of them."""

import hashlib
from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from countersign.reconcile.reading import Reading, Row
from countersign.verify import Report
from shared.eventstore.store import HORIZON

TOLD = "SELECT position, event_id::text AS event_id, type, body FROM events ORDER BY position"
HELD = """
SELECT position, event_id, type, digest, index FROM ledger WHERE service = %s ORDER BY position
"""
RESTORED = "SELECT body FROM ledger WHERE service = %s AND type = %s"
HEAD = "SELECT coalesce(max(position), 0) FROM events WHERE position < %s"
HELD_UP_TO = "SELECT coalesce(max(position), 0) FROM ledger WHERE service = %s"
EVERY = 1000


def head(told: Reading) -> int:
    """The last position below which nothing can appear any more (ADR 2)."""
    return int(told.one(HEAD, (told.one(HORIZON),)))


def held_up_to(service: str, ledger: Reading) -> int:
    """The last position of a service that the ledger has."""
    return int(ledger.one(HELD_UP_TO, (service,)))


def compare(
    service: str, told: Reading, ledger: Reading, head: int, report: Report, progress: Any
) -> None:
    """Every event of a service is in the ledger as the service has it, and no other is.

    `ledger` was read before `told`, so that what it has a service has had; and after `head`, up to
    which it must have everything.
    """
    lost = _lost(service, ledger)
    about = int(told.one("SELECT count(*) FROM events"))
    own, others = told.rows(TOLD), ledger.rows(HELD, (service,))
    count = restored = 0
    for mine, its in _paired(own, others):
        count += mine is not None
        if count % EVERY == 0:
            progress(service, count, about)
        if its is None and mine is not None:
            if mine["position"] > head:
                continue  # told since
            where = f"{service}, position {mine['position']}"
            report.add_wrong(where, f"event {mine['event_id']} is not in the ledger")
        elif mine is None and its is not None:
            if any(after < its["position"] <= until for after, until in lost):
                restored += 1
                continue
            where = f"{service}, position {its['position']} (entry {its['index']})"
            report.add_wrong(where, f"the ledger has event {its['event_id']}, the service has not")
        elif mine is not None and its is not None:
            _same(service, mine, its, report)
    progress(service, about, about)
    report.proved.append(f"{service}: {count} events, the same in its own store and in the ledger")
    if restored:
        report.not_proved.append(
            f"{service}: {restored} events that only the ledger has: its store was set back"
        )


def _same(service: str, mine: Row, its: Row, report: Report) -> None:
    where = f"{service}, position {mine['position']} (entry {its['index']})"
    for name, words in (("event_id", "event"), ("type", "type")):
        if mine[name] != its[name]:
            report.add_wrong(where, f"{words} {mine[name]} in its store, {its[name]} in the ledger")
            return
    if hashlib.sha256(mine["body"]).digest() != bytes(its["digest"]):
        report.add_wrong(where, f"other bytes of event {mine['event_id']} than the ledger has")


def _paired(own: Iterator[Row], others: Iterator[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Rows of the same position, or the one that has no other."""
    mine, its = next(own, None), next(others, None)
    while mine is not None or its is not None:
        if its is None or (mine is not None and mine["position"] < its["position"]):
            yield mine, None
            mine = next(own, None)
        elif mine is None or its["position"] < mine["position"]:
            yield None, its
            its = next(others, None)
        else:
            yield mine, its
            mine, its = next(own, None), next(others, None)


def _lost(service: str, ledger: Reading) -> list[tuple[int, int]]:
    """Between which positions a service lost events when its store was set back. It said so."""
    found = []
    for row in ledger.all(RESTORED, (service, f"countersign.{service}.store-restored.v1")):
        data = from_json(row["body"])["data"]
        found.append((int(data["common_position"]), int(data["tail_position"])))
    return found
