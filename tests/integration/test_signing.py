"""Checkpoints of the ledger: of what is committed, one after another, never two that conflict."""

import asyncio
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from services.audit.application import LedgerKeys
from services.audit.application.cosigning import Cosigning
from services.audit.application.signing import Signing
from services.audit.projection import Checkpoints, Signed, Trees
from shared.kernel import merkle
from shared.kernel.clock import SystemClock
from shared.platform.deadlines import clock_call
from shared.platform.signed_note import Checkpoint, NotSigned, opened
from tests.support.build import NOW, SERVICE_USER
from tests.support.checkpoints import look, rows, tampered
from tests.support.ledger import KEYS, SEED, AuditService, read

pytestmark = pytest.mark.anyio
ANOTHER = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
ROTATING = LedgerKeys.parse(KEYS.origin, f"{SEED}\n{ANOTHER}")
ROTATED = LedgerKeys.parse(KEYS.origin, ANOTHER)


async def arrive(audit: AuditService, count: int = 2) -> None:
    await audit.arrive(*(read(SERVICE_USER) for _ in range(count)))


async def served(audit: AuditService) -> Signed:
    [shard] = await Trees(audit.database).shards()
    found = await Checkpoints(audit.database).published(shard.id)
    assert found
    return found


class Died(Exception):
    pass


class Dying:
    """A process that ends between signing and publishing."""

    async def publish(self, signed: Signed, at: datetime) -> str | None:
        raise Died


class Refusing:
    """Somebody who knows better."""

    async def publish(self, signed: Signed, at: datetime) -> str | None:
        return None


async def test_what_is_committed_is_signed_once_and_published(audit: AuditService) -> None:
    await look(audit)
    assert rows(audit.dsn, "SELECT * FROM checkpoints") == [], "there is nothing to sign yet"
    for _ in range(2):
        await arrive(audit)
        for _ in range(2):
            signing = await look(audit)
    assert rows(audit.dsn, "SELECT size FROM checkpoints ORDER BY size") == [(2,), (4,)]
    published = await served(audit)
    trusted = [each.verifier for each in KEYS.signers(published.shard)]
    text, by = opened(published.note, trusted)
    root = await Trees(audit.database).root(published.shard, 4)
    assert Checkpoint.parse(text) == Checkpoint(KEYS.origin_of(published.shard), 4, root)
    assert by == trusted
    assert signing.checks() == {"ledger": "ok"}


async def test_who_dies_between_signing_and_publishing_is_taken_over(audit: AuditService) -> None:
    await arrive(audit)
    with pytest.raises(Died):
        await look(audit, publishing=Dying())
    signed = rows(audit.dsn, "SELECT note, published_at FROM checkpoints")
    [(note, published_at)] = signed
    assert published_at is None
    await look(audit)
    assert rows(audit.dsn, "SELECT note FROM checkpoints") == [(note,)], "not signed again"
    assert (await served(audit)).note == note


async def test_what_must_not_be_published_is_not_served_and_tried_again(
    audit: AuditService,
) -> None:
    await arrive(audit)
    await look(audit)
    await arrive(audit)
    await look(audit, publishing=Refusing())
    assert (await served(audit)).size == 2
    await arrive(audit)
    await look(audit)
    assert (await served(audit)).size == 6


async def test_who_begins_to_lead_does_not_make_the_head_younger(audit: AuditService) -> None:
    """An old head is the same to each leader that follows, and no leader says it before a look."""
    now = SystemClock().now()
    long_ago = now - timedelta(hours=2)
    await arrive(audit)
    covered = _measured(await look(audit, long_ago))
    assert covered["size"] == covered["signed_size"] == 2
    await arrive(audit)
    for _ in range(2):
        measured = _measured(await look(audit, now, publishing=Refusing()))
        assert (measured["size"], measured["signed_size"]) == (4, 2)
        assert measured["head_age_seconds"] >= 7200
    assert _measured(await look(audit, now))["head_age_seconds"] < 7200
    fresh = Signing(audit.database, KEYS, SystemClock(), Cosigning(audit.database, ()))
    assert _measured(fresh) == {}


def _measured(signing: Signing) -> dict[str, float]:
    """By what comes after `countersign_ledger_`."""
    return {
        metric.name.removeprefix("countersign_ledger_"): metric.samples[0].value
        for metric in signing.measures()
    }


async def test_two_signers_at_once_never_contradict(audit: AuditService) -> None:
    """Both lead, as each may believe for a moment, while the ledger grows."""
    signers = [
        Signing(audit.database, KEYS, SystemClock(), Cosigning(audit.database, ()))
        for _ in range(2)
    ]
    grown = asyncio.Event()

    async def sign(signing: Signing) -> None:
        while not grown.is_set():
            await signing.look(clock_call(NOW))

    signing = [asyncio.create_task(sign(each)) for each in signers]
    for count in (1, 3, 2, 5, 1, 4):
        await arrive(audit, count)
    grown.set()
    await asyncio.gather(*signing)
    await look(audit)
    signed = rows(audit.dsn, "SELECT shard, size, root, note FROM checkpoints ORDER BY size")
    assert signed[-1][1] == 16
    for (shard, first, first_root, note), (_, second, second_root, _) in pairwise(signed):
        proof = await Trees(audit.database).hashes(shard, merkle.consistency(first, second))
        assert merkle.consistent(first, second, proof, first_root, second_root)
        assert note == KEYS.note(shard, first, first_root)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tiles SET hashes = sha256('x') || substr(hashes, 33) WHERE level = 0",
        "UPDATE tiles SET hashes = substr(hashes, 1, 32) WHERE level = 0",
        "DELETE FROM tiles",
    ],
)
async def test_a_tree_that_was_changed_is_not_signed(audit: AuditService, change: str) -> None:
    await arrive(audit)
    await look(audit)
    kept = rows(audit.dsn, "SELECT size, note FROM checkpoints")
    tampered(audit, f"CREATE TABLE kept AS SELECT * FROM tiles; {change}")
    signing = await look(audit)
    assert signing.checks() == {"ledger": "tree_changed"}
    assert rows(audit.dsn, "SELECT size, note FROM checkpoints") == kept
    tampered(audit, "DELETE FROM tiles; INSERT INTO tiles SELECT * FROM kept")
    await arrive(audit)
    await signing.look(clock_call(NOW))
    assert signing.checks() == {"ledger": "ok"}
    assert (await served(audit)).size == 4


async def test_a_ledger_that_is_shorter_than_what_was_signed_is_not_signed(
    audit: AuditService,
) -> None:
    """As after a fail-over to a database that lacks the end."""
    await arrive(audit)
    await look(audit)
    tampered(audit, "UPDATE ledger_size SET size = 1")
    assert (await look(audit)).checks() == {"ledger": "tree_changed"}


async def test_keys_are_rotated_without_a_gap(audit: AuditService) -> None:
    """A verifier that has either key accepts everything while both sign."""
    await arrive(audit)
    await look(audit)
    await look(audit, keys=ROTATING)
    shard = (await served(audit)).shard
    old, new = ([each.signers(shard)[0].verifier] for each in (KEYS, ROTATED))
    for verifier in (old, new):
        assert opened((await served(audit)).note, verifier)[1] == verifier
    await look(audit, keys=ROTATED)
    assert opened((await served(audit)).note, old)[1] == old, "what was signed stays signed"
    await arrive(audit)
    await look(audit, keys=ROTATED)
    assert opened((await served(audit)).note, new)[1] == new
    with pytest.raises(NotSigned):
        opened((await served(audit)).note, old)


async def test_of_old_checkpoints_the_last_of_each_hour_is_kept(audit: AuditService) -> None:
    hour = NOW.replace(minute=0, second=0, microsecond=0)
    for minutes in (0, 20, 40, 70):
        await arrive(audit, 1)
        await look(audit, hour + timedelta(minutes=minutes))
    tampered(audit, "INSERT INTO timestamps SELECT id, 1, 'a', 'b', now() FROM shards")
    for minutes in (0, 1):
        await arrive(audit, 1)
        await look(audit, hour + timedelta(hours=26, minutes=minutes))
    kept = "SELECT size FROM checkpoints ORDER BY size"
    assert rows(audit.dsn, kept) == [(1,), (3,), (4,), (5,), (6,)], "a time stamp keeps its own"
