"""The ledger's bench: what it publishes follows on itself, and can be read as a service's own."""

from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.ledger.events import READS, STEP, published
from bench.ledger.tables import milliseconds, table
from services.audit.projection import parsed, rows_of
from shared.eventstore.mapper import content
from shared.eventstore.sealing import DataKey
from tests.support.build import SERVICE_USER

KEY = DataKey(UUID(int=1), f"service-user:{SERVICE_USER}", AESGCM(bytes(32)))


def test_notes_and_their_reads_one_after_another() -> None:
    messages = list(published(2 * (READS + 1), [KEY], after=5 * STEP))
    assert messages[0].previous == 5 * STEP
    assert [each.previous for each in messages[1:]] == [each.position for each in messages[:-1]]
    notes = [each for each in messages if "note-recorded" in each.type]
    assert len(notes) == 2
    for each in messages:
        read = parsed(each.body)
        assert read.people == (str(SERVICE_USER),)
        assert rows_of(0, "notes", read)
    shown, whole = content(parsed(notes[0].body).body, {KEY.id: KEY})
    assert whole
    assert shown["account"]["narrative"]


def test_a_table() -> None:
    assert milliseconds([0.001, 0.002, 0.003]) == ("2.00", "3.00")
    said = table("proofs", ("p50 ms", "p95 ms"), [("inclusion", "2.00", "3.00")])
    assert said.splitlines() == [
        "| proofs | p50 ms | p95 ms |",
        "| --- | ---: | ---: |",
        "| inclusion | 2.00 | 3.00 |",
    ]
