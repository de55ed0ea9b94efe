"""What anybody may read of the ledger's trees, and proofs of what is published."""

import base64
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.audit.domain import NotInACheckpointYet
from shared.kernel import merkle
from shared.kernel.errors import Malformed, NoEngagement, NotFound
from shared.kernel.merkle import HASH_BYTES, leaf_hash
from shared.platform.signed_note import Checkpoint, opened
from tests.support.build import SERVICE_USER
from tests.support.checkpoints import look
from tests.support.ledger import AUDITOR, IG_LEAD, KEYS, OTHER, AuditService, engaged, events, read

pytestmark = pytest.mark.anyio
SIGNED, HELD = 258, 260


@pytest.fixture
async def shard(audit: AuditService) -> str:
    """A ledger of 260 leaves, of which 258 are published."""
    await audit.arrive(*(read(SERVICE_USER) for _ in range(SIGNED)))
    await look(audit)
    await audit.arrive(*(read(SERVICE_USER) for _ in range(HELD - SIGNED)))
    [found] = (await audit.application.published.overview())["shards"]
    return str(found["id"])


def entries_in(bundle: bytes) -> list[bytes]:
    found = []
    while bundle:
        length = int.from_bytes(bundle[:2])
        found.append(bundle[2 : 2 + length])
        bundle = bundle[2 + length :]
    return found


async def test_tiles_are_served_as_far_as_is_published(audit: AuditService, shard: str) -> None:
    published = audit.application.published
    full = await published.tile(shard, "0", "000")
    assert len(full) == 256 * HASH_BYTES
    assert await published.tile(None, "0", "000") == full
    assert await published.tile(shard, "0", "000.p/17") == full[: 17 * HASH_BYTES]
    two = await published.tile(shard, "0", "001.p/2")
    assert two[:HASH_BYTES] == await published.tile(shard, "0", "001.p/1")
    assert len(await published.tile(shard, "1", "000.p/1")) == HASH_BYTES
    text, _ = opened(await published.checkpoint(None), [KEYS.signers(shard)[0].verifier])
    tiles = {
        merkle.Tile(0, 1): two,
        merkle.Tile(1, 0): await published.tile(shard, "1", "000.p/1"),
    }
    assert merkle.hash_of(merkle.whole(SIGNED), tiles) == Checkpoint.parse(text).root
    leaves = [
        *entries_in(await published.entries(shard, "000")),
        *entries_in(await published.entries(None, "001.p/2")),
    ]
    assert b"".join(map(leaf_hash, leaves)) == full + two


@pytest.mark.parametrize(
    ("level", "path"),
    [
        ("0", "001.p/3"), ("0", "001"), ("0", "002.p/1"), ("1", "000.p/2"), ("1", "000"),
        ("2", "000.p/1"), ("64", "000"), ("00", "000"), ("-1", "000"), ("x", "000"), ("0", "0"),
        ("0", "000.p/0"), ("0", "000.p/256"), ("0", ""), ("0", "x" * 9000), ("0", "9" * 9000),
        ("63", "x999/x999/x999/x999/x999/x999/x999/x999/999"), ("٠", "000"),
    ],
)  # fmt: skip
async def test_nothing_else_is_there(
    audit: AuditService, shard: str, level: str, path: str
) -> None:
    published = audit.application.published
    with pytest.raises(NotFound):
        await published.tile(shard, level, path)
    if level == "0":
        with pytest.raises(NotFound):
            await published.entries(shard, path)


async def test_a_shard_that_is_not_there(audit: AuditService) -> None:
    published = audit.application.published
    assert (await published.overview())["shards"] == []
    for shard in (None, "2026", "proofs", "\u0660", "x' OR 1=1"):
        with pytest.raises(NotFound):
            await published.checkpoint(shard)


def proved(proof: dict[str, Any]) -> bool:
    root = base64.b64decode(proof["root"])
    hashes = [base64.b64decode(each) for each in proof["hashes"]]
    leaf = leaf_hash(proof["leaf"].encode())
    assert base64.b64encode(leaf).decode() == proof["leaf_hash"]
    return merkle.includes(leaf, proof["leaf_index"], proof["size"], hashes, root)


async def test_inclusion(audit: AuditService, shard: str) -> None:
    newest = await events(audit, limit=200)
    ids = {each["index"]: UUID(each["event_id"]) for each in newest}
    proofs = audit.application.proofs
    proof = await proofs.inclusion(IG_LEAD, ids[SIGNED - 1], None)
    assert proved(proof)
    assert (proof["shard"], proof["size"]) == (shard, SIGNED)
    assert f'"event":"{ids[SIGNED - 1]}"' in proof["leaf"]
    text, _ = opened(proof["checkpoint"], [KEYS.signers(shard)[0].verifier])
    assert base64.b64encode(Checkpoint.parse(text).root).decode() == proof["root"]
    smaller = await proofs.inclusion(IG_LEAD, ids[100], 200)
    assert proved(smaller)
    assert smaller["checkpoint"] is None, "none of that size was signed"
    with pytest.raises(Malformed):
        await proofs.inclusion(IG_LEAD, ids[100], 100)
    with pytest.raises(NotInACheckpointYet):
        await proofs.inclusion(IG_LEAD, ids[SIGNED], None)
    await look(audit)
    assert (await proofs.inclusion(IG_LEAD, ids[SIGNED], None))["size"] == HELD
    with pytest.raises(NotFound):
        await proofs.inclusion(IG_LEAD, uuid4(), None)


async def test_proofs_are_for_who_may_see_the_event_and_are_on_record(
    audit: AuditService, shard: str
) -> None:
    event = UUID((await events(audit, limit=1, order="asc"))[0]["event_id"])
    proofs = audit.application.proofs
    with pytest.raises(NoEngagement):
        await proofs.consistency(AUDITOR, 1, None, None)
    await engaged(audit, service_user_ids=(OTHER,))
    for ask in (proofs.inclusion(AUDITOR, event, None), proofs.receipt(AUDITOR, event)):
        with pytest.raises(NoEngagement):
            await ask
    await engaged(audit, service_user_ids=(SERVICE_USER,))
    await proofs.inclusion(AUDITOR, event, None)
    await proofs.receipt(AUDITOR, event)
    await proofs.consistency(AUDITOR, 1, 7, None)
    asked = await audit.recorded("ledger-queried")
    assert [each["operation"] for each in asked[-3:]] == ["inclusion", "receipt", "consistency"]
    assert [each["service_user_id"] for each in asked[-3:]] == [
        str(SERVICE_USER), str(SERVICE_USER), None,
    ]  # fmt: skip


async def test_a_receipt_needs_nothing_else(audit: AuditService, shard: str) -> None:
    event = UUID((await events(audit, limit=1, order="asc"))[0]["event_id"])
    receipt = await audit.application.proofs.receipt(IG_LEAD, event)
    head, _, checkpoint = receipt.partition("\n\n")
    kind, extra, index, *hashes = head.split("\n")
    assert kind == "c2sp.org/tlog-proof@v1"
    assert index == "index 0"
    leaf = base64.b64decode(extra.removeprefix("extra "), validate=True)
    text, _ = opened(checkpoint, [KEYS.signers(shard)[0].verifier])
    tree = Checkpoint.parse(text)
    path = [base64.b64decode(each, validate=True) for each in hashes]
    assert merkle.includes(leaf_hash(leaf), 0, tree.size, path, tree.root)


async def test_consistency(audit: AuditService, shard: str) -> None:
    proofs = audit.application.proofs
    for first, second in pairwise((1, 2, 200, 256, SIGNED)):
        proof = await proofs.consistency(IG_LEAD, first, second, shard)
        hashes = [base64.b64decode(each) for each in proof["hashes"]]
        roots = [base64.b64decode(proof[each]) for each in ("first_root", "second_root")]
        assert merkle.consistent(first, second, hashes, *roots)
    assert (await proofs.consistency(IG_LEAD, 7, None, None))["second"] == SIGNED
    with pytest.raises(Malformed):
        await proofs.consistency(IG_LEAD, 8, 7, None)
    with pytest.raises(NotInACheckpointYet):
        await proofs.consistency(IG_LEAD, 8, SIGNED + 1, None)
    with pytest.raises(NotFound):
        await proofs.consistency(IG_LEAD, 1, None, "1999")
