"""Witnesses of the ledger: what they cosign is published, what they contradict never."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
import pytest

from services.audit.application.cosigning import Cosigning
from services.audit.application.signing import LedgerKeys, Signing
from services.audit.application.witnesses import Witness
from services.audit.policy import Verdict
from services.audit.projection import Checkpoints, Signed, Trees, Witnessed, Witnessings
from shared.kernel.clock import SystemClock
from shared.kernel.merkle import grown, leaf_hash
from shared.platform.deadlines import clock_call
from shared.platform.signed_note import COSIGNATURE, Checkpoint, Signer, opened, split
from tests.support.build import NOW, SERVICE_USER
from tests.support.engines import Engines
from tests.support.ledger import KEYS, SEED, AuditService, audit_service, read
from tests.support.tlog import MemoryLog, leaves
from tests.support.witness import Watching, watching

pytestmark = pytest.mark.anyio


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watching]:
    with watching(tmp_path / "witness") as found:
        yield found


class Ledger:
    """What the leading worker of an audit service does with its ledger, look by look."""

    def __init__(self, audit: AuditService, *watches: Watching | Witness) -> None:
        self.audit = audit
        witnesses = [each.witness if isinstance(each, Watching) else each for each in watches]
        self.cosigning = Cosigning(audit.database, witnesses)
        self._signing = Signing(audit.database, KEYS, SystemClock(), self.cosigning)
        self._at = NOW

    async def grow(self, count: int = 1) -> None:
        await self.audit.arrive(*(read(SERVICE_USER) for _ in range(count)))

    async def sign(self) -> None:
        self._at += timedelta(seconds=1)
        await self._signing.look(clock_call(self._at))

    async def ask_again(self) -> None:
        await self.cosigning.look(clock_call(self._at))

    async def published(self) -> Signed | None:
        [shard] = await Trees(self.audit.database).shards()
        return await Checkpoints(self.audit.database).published(shard.id)

    async def cosigned(self, *watches: Watching) -> int | None:
        """The size of what is published, if all these and the log signed it."""
        published = await self.published()
        if published is None:
            return None
        log = [each.verifier for each in KEYS.signers(published.shard)]
        expected = [*log, *(each.witness.verifier for each in watches)]
        text, by = opened(published.note, expected)
        assert Checkpoint.parse(text).size == published.size
        return published.size if set(by) == set(expected) else None


def execute(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(statement)


def fetch(dsn: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query).fetchall()


def owning(engines: Engines, audit: AuditService) -> str:
    """The audit service's own database, as one who may do anything in it."""
    [[name]] = fetch(audit.dsn, "SELECT current_database()")
    return engines.postgres.superuser_dsn().replace("dbname=postgres ", f"dbname={name} ")


def rewrite(dsn: str, index: int) -> None:
    """Change one event as somebody would who has the database: leaf, tiles, all that was signed."""
    with psycopg.connect(dsn) as connection:
        connection.execute("SET session_replication_role = replica")  # no trigger stops a thief
        connection.execute("UPDATE leaves SET record = '{}' WHERE index = %s", (index,))
        rows = connection.execute("SELECT record FROM leaves ORDER BY index").fetchall()
        tiles = grown(0, {}, [leaf_hash(bytes(row[0])) for row in rows])
        for tile, hashes in tiles.items():
            connection.execute(
                "UPDATE tiles SET hashes = %s WHERE level = %s AND number = %s", (hashes, *tile)
            )
        connection.execute("DELETE FROM checkpoints")


async def test_what_is_published_bears_the_cosignature(
    audit: AuditService, watch: Watching
) -> None:
    ledger = Ledger(audit, watch)
    for size in (2, 4, 6):
        await ledger.grow(2)
        await ledger.sign()
        assert await ledger.cosigned(watch) == size
        assert ledger.cosigning.checks() == {"witnesses": "ok"}
    asked = watch.network.asked
    await ledger.ask_again()
    assert watch.network.asked == asked, "nothing lacks"
    [row] = fetch(audit.dsn, "SELECT size, state FROM witnessed")
    assert row == (6, "cosigned")


async def test_all_witnesses_sign_and_one_away_holds_nobody_up(
    audit: AuditService, watch: Watching, tmp_path: Path
) -> None:
    with watching(tmp_path / "other", "other.example/care") as other:
        ledger = Ledger(audit, watch, other)
        await ledger.grow()
        await ledger.sign()
        assert await ledger.cosigned(watch, other) == 1
        other.network.state = "down"
        await ledger.grow()
        await ledger.sign()
        assert await ledger.cosigned(watch) == 2
        assert ledger.cosigning.checks() == {"witnesses": "away: other.example/care"}


async def test_a_witness_that_comes_back_cosigns_the_newest(
    audit: AuditService, watch: Watching
) -> None:
    ledger = Ledger(audit, watch)
    await ledger.grow()
    await ledger.sign()
    watch.network.state = "down"
    for _ in range(3):
        await ledger.grow()
        await ledger.sign()
        await ledger.ask_again()
    assert await ledger.cosigned() == 4
    before = await ledger.published()
    assert ledger.cosigning.checks() == {"witnesses": "away: witness.example/care"}
    watch.network.state = "up"
    await ledger.ask_again()
    assert await ledger.cosigned(watch) == 4
    after = await ledger.published()
    assert before
    assert after
    assert after.published_at == before.published_at
    assert after.note.startswith(before.note)
    assert ledger.cosigning.checks() == {"witnesses": "ok"}


async def test_a_witness_that_says_nothing_is_not_waited_for(
    audit: AuditService, watch: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.audit.application.cosigning.PATIENCE", 0.05)
    watch.network.state = "silent"
    ledger = Ledger(audit, watch)
    await ledger.grow()
    await ledger.sign()
    assert await ledger.cosigned() == 1
    assert ledger.cosigning.checks() == {"witnesses": "away: witness.example/care"}


async def test_an_answer_that_never_arrived_is_caught_up_with(
    audit: AuditService, watch: Watching
) -> None:
    ledger = Ledger(audit, watch)
    await ledger.grow(3)
    await ledger.sign()
    execute(audit.dsn, "UPDATE witnessed SET size = 1")  # it cosigned more than is known here
    await ledger.grow(3)
    await ledger.sign()
    assert await ledger.cosigned(watch) == 6
    execute(audit.dsn, "DELETE FROM witnessed")
    await ledger.grow()
    await ledger.sign()
    assert await ledger.cosigned(watch) == 7


async def test_a_witness_that_forgot_is_told_again(
    audit: AuditService, watch: Watching, tmp_path: Path
) -> None:
    ledger = Ledger(audit, watch)
    await ledger.grow(3)
    await ledger.sign()
    with watching(tmp_path / "a new disk") as renewed:
        ledger = Ledger(audit, renewed)
        await ledger.grow(3)
        await ledger.sign()
        assert await ledger.cosigned(renewed) == 6


async def test_two_leaders_at_once_are_cosigned_one_after_the_other(
    audit: AuditService, watch: Watching
) -> None:
    first, second = Ledger(audit, watch), Ledger(audit, watch)
    await first.grow(2)
    await first.sign()
    await first.grow(2)
    watch.network.state = "down"
    await first.sign()  # 4 is on record, and nobody has cosigned it
    execute(audit.dsn, "UPDATE checkpoints SET published_at = NULL WHERE size = 4")
    watch.network.state = "up"
    await second.grow(2)
    await second.sign()
    assert await second.cosigned(watch) == 6
    await first.ask_again()
    assert await first.cosigned(watch) == 6
    assert first.cosigning.checks() == {"witnesses": "ok"}


async def test_who_has_seen_a_later_one_waits_for_it(audit: AuditService, watch: Watching) -> None:
    ledger = Ledger(audit, watch)
    await ledger.grow(2)
    await ledger.sign()
    two = await ledger.published()
    await ledger.grow(2)
    await ledger.sign()
    assert two
    assert await ledger.cosigning.publish(two, NOW) is None
    assert ledger.cosigning.checks() == {"witnesses": "ok"}
    assert await ledger.cosigned(watch) == 4


@pytest.mark.parametrize("known", [True, False])
async def test_a_ledger_that_was_rewritten_with_its_key_is_not_published(
    engines: Engines, watch: Watching, known: bool
) -> None:
    async with audit_service(engines) as audit:
        ledger = Ledger(audit, watch)
        await ledger.grow(3)
        await ledger.sign()
        thief = owning(engines, audit)
        rewrite(thief, 1)
        if not known:
            execute(thief, "DELETE FROM witnessed")
        restarted = Ledger(audit, watch)
        await restarted.sign()
        assert await restarted.published() is None, "the very size that was cosigned"
        await restarted.grow(2)
        await restarted.sign()
        assert await restarted.published() is None, "and one that has grown"
        expected = {"witnesses": "contradicts: witness.example/care"}
        assert restarted.cosigning.checks() == expected
        assert {each["why"] for each in watch.files.all_refused()} == {"root", "proof"}

        again = Ledger(audit, watch)
        watch.network.state = "down"  # silence takes nothing back
        await again.ask_again()
        assert again.cosigning.checks() == expected
        await again.sign()
        assert await again.published() is None
        latest = watch.files.latest(KEYS.origin_of((await Trees(audit.database).shards())[0].id))
        assert latest
        assert Checkpoint.parse(split(latest)[0]).size == 3


async def test_a_ledger_that_was_cut_short_is_not_published(
    audit: AuditService, watch: Watching, tmp_path: Path
) -> None:
    """As after its database was set back to a day ago, the witness's was not. Going on is for the
    witness's team to decide."""
    ledger = Ledger(audit, watch)
    await ledger.grow(2)
    await ledger.sign()
    [shard] = await Trees(audit.database).shards()
    longer = MemoryLog(leaves(9), KEYS.origin_of(shard.id), SEED)
    watch.files.keep(longer.origin, longer.note(9))
    await ledger.grow()
    await ledger.sign()
    assert await ledger.cosigned(watch) == 2
    assert ledger.cosigning.checks() == {"witnesses": "contradicts: witness.example/care"}
    with watching(tmp_path / "begun anew") as anew:
        ledger = Ledger(audit, anew)
        await ledger.sign()
        assert await ledger.cosigned(anew) == 3
        assert ledger.cosigning.checks() == {"witnesses": "ok"}


async def test_a_witness_that_does_not_know_the_log_holds_nothing_up(
    audit: AuditService, tmp_path: Path
) -> None:
    others = LedgerKeys.parse("other.example/ledger", SEED)
    with watching(tmp_path / "witness", keys=others) as stranger:
        ledger = Ledger(audit, stranger)
        await ledger.grow()
        await ledger.sign()
        assert await ledger.cosigned() == 1
        assert ledger.cosigning.checks() == {"witnesses": "refuses: witness.example/care"}


IMPOSTOR = Signer.parse("other.example", SEED, COSIGNATURE)
MINE = Signer.parse("witness.example/care", SEED, COSIGNATURE)
TEXT = Checkpoint("ledger.example", 1, bytes(32)).text


@pytest.mark.parametrize(
    "answer",
    ["", "cosigned!\n", f"{IMPOSTOR.sign(TEXT, 1)}", f"{MINE.sign(TEXT, 1)}", "x" * 20_000],
    ids=["nothing", "no line", "another key's", "of another text", "too much"],
)
async def test_an_answer_that_is_no_cosignature_is_not_published(
    audit: AuditService, answer: str
) -> None:
    network = httpx.MockTransport(lambda _: httpx.Response(200, text=answer))
    witness = Witness(MINE.verifier, "http://witness.example", network)
    ledger = Ledger(audit, witness)
    await ledger.grow()
    await ledger.sign()
    await ledger.ask_again()
    published = await ledger.published()
    assert published
    assert len(split(published.note)[1]) == 1
    assert ledger.cosigning.checks() == {"witnesses": "refuses: witness.example/care"}


async def test_of_two_who_ask_at_once_silence_does_not_win(audit: AuditService) -> None:
    said = Witnessed("2026", "witness", 5, Verdict.CONTRADICTS, NOW)
    kept = Witnessings(audit.database)
    await kept.keep(said)
    await kept.keep(replace(said, state=Verdict.AWAY))
    assert await kept.all() == [said]
    cosigned = replace(said, state=Verdict.COSIGNED, size=6)
    await kept.keep(cosigned)
    assert await kept.all() == [cosigned]
