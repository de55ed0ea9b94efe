"""A new year opens a new tree, which says how the old one ended."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.audit.projection import Trees
from shared.kernel import merkle
from shared.kernel.merkle import leaf_hash
from shared.platform.signed_note import Checkpoint, opened
from tests.support.build import SERVICE_USER
from tests.support.checkpoints import look, rows
from tests.support.engines import Engines
from tests.support.ledger import IG_LEAD, KEYS, AuditService, audit_service, events, read

pytestmark = pytest.mark.anyio
BEFORE = datetime(2026, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
AFTER = datetime(2027, 1, 1, 0, 0, tzinfo=UTC)


@dataclass
class Hand:
    """A clock that stands where it is put."""

    at: datetime

    def now(self) -> datetime:
        return self.at


async def arrive(audit: AuditService, count: int) -> None:
    await audit.arrive(*(read(SERVICE_USER) for _ in range(count)))


def head(note: str, shard: str) -> Checkpoint:
    text, _ = opened(note, [KEYS.signers(shard)[0].verifier])
    return Checkpoint.parse(text)


def proved(proof: dict[str, Any]) -> bool:
    hashes = [base64.b64decode(each) for each in proof["hashes"]]
    root = head(proof["checkpoint"], proof["shard"]).root
    leaf = leaf_hash(proof["leaf"].encode())
    return merkle.includes(leaf, proof["leaf_index"], proof["size"], hashes, root)


async def test_over_new_year(engines: Engines) -> None:
    clock = Hand(BEFORE)
    async with audit_service(engines, clock) as audit:
        await arrive(audit, 3)
        await look(audit, clock.at)
        await arrive(audit, 2)  # not signed before the year ends
        clock.at = AFTER
        await arrive(audit, 2)
        clock.at = BEFORE  # a clock that was set back opens nothing
        await arrive(audit, 1)
        await look(audit, clock.at)

        published, proofs = audit.application.published, audit.application.proofs
        shards = (await published.overview())["shards"]
        assert [(s["id"], s["first_index"], s["size"], s["closed"]) for s in shards] == [
            ("2026", 0, 5, True),
            ("2027", 5, 4, False),
        ]
        closed = head(await published.checkpoint("2026"), "2026")
        assert closed.size == 5
        link = rows(audit.dsn, "SELECT service, previous, body FROM ledger WHERE index = 5")
        [(service, previous, body)] = link
        assert (service, previous) == ("ledger", 0)
        said = {"closed": "2026", "size": 5, "root": closed.root.hex()}
        assert json.loads(bytes(body)) == said
        [leaf] = await Trees(audit.database).records(5, 1)
        assert await published.tile("2027", "0", "000.p/1") == leaf_hash(leaf)
        assert await published.tile(None, "0", "000.p/1") == leaf_hash(leaf)
        assert await published.entries(None, "000.p/1") == len(leaf).to_bytes(2) + leaf

        ids = [UUID(each["event_id"]) for each in await events(audit, order="asc")]
        assert len(ids) == 8, "the link is no event"
        found = [await proofs.inclusion(IG_LEAD, each, None) for each in ids]
        assert all(map(proved, found))
        assert [(each["shard"], each["leaf_index"]) for each in found] == [
            *(("2026", place) for place in range(5)),
            *(("2027", place) for place in range(1, 4)),
        ]
        grown = await proofs.consistency(IG_LEAD, 3, 5, "2026")
        roots = [base64.b64decode(grown[each]) for each in ("first_root", "second_root")]
        hashes = [base64.b64decode(each) for each in grown["hashes"]]
        assert merkle.consistent(3, 5, hashes, *roots)
        assert roots[1] == closed.root

        numbers = f"SELECT number FROM numbers WHERE subject = '{SERVICE_USER}' ORDER BY index"
        assert rows(audit.dsn, numbers) == [(number,) for number in range(1, 9)]


async def test_a_closed_tree_is_not_signed_again(engines: Engines) -> None:
    clock = Hand(BEFORE)
    async with audit_service(engines, clock) as audit:
        await arrive(audit, 1)
        clock.at = AFTER
        await arrive(audit, 1)
        for _ in range(2):
            await look(audit, clock.at)
            await arrive(audit, 1)
        signed = rows(audit.dsn, "SELECT shard, size FROM checkpoints ORDER BY shard, size")
        assert signed == [("2026", 1), ("2027", 2), ("2027", 3)]
