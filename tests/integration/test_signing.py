"""Checkpoints of the ledger: of what is committed, one after another, never two that conflict."""

from datetime import datetime

import psycopg
import pytest

from services.audit.application.signing import AtOnce, LedgerKeys, Publishing, Signing
from services.audit.projection import Checkpoints, Trees
from shared.kernel.clock import SystemClock
from shared.platform.deadlines import clock_call
from shared.platform.signed_note import Checkpoint, opened
from tests.support.build import NOW, SERVICE_USER
from tests.support.ledger import KEYS, AuditService, read

pytestmark = pytest.mark.anyio


async def look(
    audit: AuditService,
    at: datetime = NOW,
    keys: LedgerKeys = KEYS,
    publishing: Publishing | None = None,
) -> Signing:
    signing = Signing(audit.database, keys, SystemClock(), publishing or AtOnce())
    assert await signing.look(clock_call(at)) == 0
    return signing


def rows(audit: AuditService, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(audit.dsn) as connection:
        return connection.execute(query).fetchall()


async def test_what_is_committed_is_signed_once_and_published(audit: AuditService) -> None:
    await look(audit)
    assert rows(audit, "SELECT * FROM checkpoints") == [], "there is nothing to sign yet"
    for _ in range(2):
        await audit.arrive(read(SERVICE_USER), read(SERVICE_USER))
        for _ in range(2):
            signing = await look(audit)
    [shard] = await Trees(audit.database).shards()
    assert rows(audit, "SELECT shard, size FROM checkpoints ORDER BY size") == [
        (shard.id, 2),
        (shard.id, 4),
    ]
    published = await Checkpoints(audit.database).published(shard.id)
    assert published
    text, by = opened(published.note, [each.verifier for each in KEYS.signers(shard.id)])
    root = await Trees(audit.database).root(shard.id, 4)
    assert Checkpoint.parse(text) == Checkpoint(KEYS.origin_of(shard.id), 4, root)
    assert len(by) == 1
    assert signing.checks() == {"ledger": "ok"}
