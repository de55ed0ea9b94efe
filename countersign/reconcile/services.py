"""A service's own events, and what the ledger has of them."""

import hashlib
from collections.abc import Collection, Iterator
from typing import Any

from pydantic_core import from_json

from countersign.reconcile.reading import Reading, Row
from countersign.reconcile.restored import Lost
from countersign.reconcile.sealed import Sealed
from countersign.verify import Report
from shared.eventstore.store import HORIZON

TOLD = """
SELECT position, event_id::text AS event_id, stream_id::text AS stream_id, version, type, body
FROM events ORDER BY position
"""
STREAMS = """
SELECT stream_id, count(*) AS count, min(version) AS first, max(version) AS last FROM events
GROUP BY stream_id HAVING min(version) <> 1 OR max(version) <> count(*)
"""
HELD = """
SELECT position, event_id, type, digest, index FROM ledger WHERE service = %s ORDER BY position
"""
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
    service: str,
    told: Reading,
    ledger: Reading,
    head: int,
    restored: Collection[str],
    report: Report,
    progress: Any,
) -> None:
    """Every event of a service is in the ledger as the service has it, and no other is.

    `ledger` was read before `told`, so that what it has a service has had; and after `head`, up to
    which it must have everything.
    """
    lost, sealed = Lost(service, told, ledger, report), Sealed(told)
    about = int(told.one("SELECT count(*) FROM events"))
    own, others = told.rows(TOLD), ledger.rows(HELD, (service,))
    count = 0
    for mine, its in paired(own, others):
        count += mine is not None
        if count % EVERY == 0:
            progress(service, count, about)
        if mine is not None:
            for what in (*itself(mine), *_sealed(mine, sealed)):
                report.add_wrong(f"{service}, position {mine['position']}", what)
        if its is None and mine is not None:
            if mine["position"] > head:
                continue  # told since
            where = f"{service}, position {mine['position']}"
            report.add_wrong(where, f"event {mine['event_id']} is not in the ledger")
        elif mine is None and its is not None:
            if lost.has(its["position"]):
                continue
            where = f"{service}, position {its['position']} (entry {its['index']})"
            report.add_wrong(where, f"the ledger has event {its['event_id']}, the service has not")
        elif mine is not None and its is not None:
            same(service, mine, its, report)
    progress(service, about, about)
    report.proved.append(f"{service}: {count} events, the same in its own store and in the ledger")
    lost.say(restored, report)
    for row in told.rows(STREAMS):
        what = f"{row['count']} events, from version {row['first']} to {row['last']}"
        report.add_wrong(f"{service}, stream {row['stream_id']}", what)


def itself(row: Row) -> Iterator[str]:
    """An event is filed in its store under what it says itself. What can't be read says nothing:
    its bytes are compared."""
    try:
        body = from_json(row["body"])
        said = {
            "event_id": body["id"],
            "type": body["type"],
            "stream_id": body["resource"]["stream"],
            "version": body["resource"]["version"],
        }
    except (ValueError, KeyError, TypeError):
        return
    for name, each in said.items():
        if row[name] != each:
            yield f"its store files it under {name} {row[name]}, but it says {each}"


def _sealed(row: Row, sealed: Sealed) -> Iterator[str]:
    try:
        trouble = sealed.trouble(from_json(row["body"]))
    except (ValueError, KeyError, TypeError):
        return
    if trouble:
        yield trouble


def same(service: str, mine: Row, its: Row, report: Report) -> None:
    where = f"{service}, position {mine['position']} (entry {its['index']})"
    for name, words in (("event_id", "event"), ("type", "type")):
        if mine[name] != its[name]:
            report.add_wrong(where, f"{words} {mine[name]} in its store, {its[name]} in the ledger")
            return
    if hashlib.sha256(mine["body"]).digest() != bytes(its["digest"]):
        report.add_wrong(where, f"other bytes of event {mine['event_id']} than the ledger has")


def paired(own: Iterator[Row], others: Iterator[Row]) -> Iterator[tuple[Row | None, Row | None]]:
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
