"""Every event of the copy: each stream without gaps, each event what it says and readable."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import ValidationError
from pydantic_core import from_json

from countersign.backup_check.answers import Answers
from countersign.reconcile.reading import Reading, Row
from countersign.reconcile.services import itself
from countersign.verify import Report
from shared.contracts.contract import REGISTRY
from shared.contracts.reading import reader
from shared.eventstore.keys import context_of
from shared.eventstore.mapper import Body, keys_of, personal
from shared.eventstore.sealing import CannotOpen, DataKey
from shared.eventstore.wrapping import CannotUnwrap, KeyRing, Wrapped

IN_STREAMS = """
SELECT position, event_id::text AS event_id, stream_id::text AS stream_id, version, type, body
FROM events ORDER BY stream_id, version
"""
KEYS = "SELECT key_id, subject, wrapped, kek FROM keys.data_keys"
EVERY = 1000


class Opened:
    """The copy's keys: by id, None for what was destroyed. Without a ring none opens anything."""

    def __init__(self, copy: Reading, ring: KeyRing | None, report: Report) -> None:
        self.keys: dict[UUID, DataKey | None] = {}
        self.known: set[UUID] = set()
        self.with_ring = ring is not None
        self._strange: Counter[str] = Counter()
        asyncio.run(self._open(copy.all(KEYS), ring))
        for kek, count in self._strange.items():
            report.add_wrong(
                "the keys", f"{count} are wrapped under {kek}, which the ring doesn't open"
            )

    async def _open(self, rows: Sequence[Row], ring: KeyRing | None) -> None:
        for row in rows:
            key_id, subject, wrapped = row["key_id"], row["subject"], row["wrapped"]
            self.known.add(key_id)
            if wrapped is None:
                self.keys[key_id] = None
            elif ring:
                try:
                    of = Wrapped(wrapped, row["kek"])
                    secret = await ring.unwrap(of, context_of(key_id, subject))
                    self.keys[key_id] = DataKey(key_id, subject, AESGCM(secret))
                except CannotUnwrap:
                    self._strange[row["kek"]] += 1

    def sealing(self, subject: str) -> DataKey | None:
        """A key that seals for a subject; None where there is none any more."""
        mine = (each for each in self.keys.values() if each and each.subject == subject)
        return next(mine, None)

    def trouble(self, body: Body) -> Iterator[str]:
        for key_id in keys_of([body]):
            if key_id not in self.known:
                yield "the key that it is sealed under is not there"
            elif self.with_ring and key_id in self.keys:
                try:
                    personal(body, self.keys)
                except CannotOpen:
                    yield "its key doesn't open it"


def check_events(
    service: str,
    copy: Reading,
    opened: Opened,
    answers: Answers | None,
    report: Report,
    progress: Callable[[str, int, int], None],
) -> None:
    """Read all of them once, stream by stream."""
    contracts = {each.type: each for each in REGISTRY.values()}
    about, count, streams = int(copy.one("SELECT count(*) FROM events")), 0, 0
    before = report.wrong_count
    grouped = itertools.groupby(copy.rows(IN_STREAMS), lambda row: str(row["stream_id"]))
    for stream, rows in grouped:
        bodies: list[Body] = []
        last, streams, healthy = 0, streams + 1, True
        for expected, row in enumerate(rows, start=1):
            where = f"{service}, position {row['position']}"
            found = [*_troubles(row, contracts, opened)]
            if row["version"] != expected:
                found.append(f"version {row['version']} of stream {stream} follows {expected - 1}")
            if row["position"] <= last:
                found.append("it is placed before the version before it")
            for what in found:
                report.add_wrong(where, what)
            last, count = row["position"], count + 1
            healthy = healthy and not found
            if healthy:
                bodies.append(from_json(row["body"]))
            if count % EVERY == 0:
                progress("events", count, about)
        if healthy and answers:
            answers.of(stream, bodies)
    progress("events", about, about)
    if report.wrong_count == before:
        report.proved.append(
            f"{count} events in {streams} streams without a gap, each what its contract says"
            + (", and each opened whose key wasn't destroyed" if opened.with_ring else "")
        )
    if answers:
        answers.end()


def _troubles(row: Row, contracts: Mapping[str, Any], opened: Opened) -> Iterator[str]:
    contract = contracts.get(row["type"])
    if contract is None:
        yield f"this release doesn't know {row['type']}"
        return
    try:
        body = from_json(row["body"])
        reader(contract).read(body["data"], None)
    except (ValueError, KeyError, ValidationError) as error:
        yield f"it can't be read ({type(error).__name__})"
        return
    yield from itself(row)
    yield from opened.trouble(body)
