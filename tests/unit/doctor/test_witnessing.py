"""What is judged of a witness, from what it lists and what bears its line."""

from datetime import timedelta
from typing import Any

import pytest

from countersign.doctor.finding import Finding
from countersign.doctor.witnessing import of_one, told
from countersign.reconcile.witnesses import Seen
from countersign.verify import COSIGNATURE, read_checkpoint, read_key
from services.audit.application.witnesses import Witness
from shared.platform.signed_note import COSIGNATURE as AS_WITNESS
from shared.platform.signed_note import Checkpoint, Signer, note
from tests.support.doctoring import only, said

ORIGIN = "audit.trust.example/v1/audit/ledger"
SHARD = f"{ORIGIN}/2026"
KEY, OTHER = ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
              "HxAREhMUFRYXGBkaGxwdHh8AAQIDBAUGBwgJCgsMDQ4=")  # fmt: skip
WITNESS = Signer.parse("witness.example/care", KEY, AS_WITNESS)
STRANGER = Signer.parse("witness.example/care", OTHER, AS_WITNESS)
LOG = Signer.parse(SHARD, OTHER)


def checkpoint(size: int, *by: Signer) -> str:
    text = Checkpoint(SHARD, size, bytes(32)).text
    return note(text, [LOG.sign(text), *(each.sign(text, at=1) for each in by)])


def look(
    published: str, *listed: str, age: float = 300, state: str = "cosigned", away: str = ""
) -> list[Finding]:
    witness = Witness(WITNESS.verifier, "https://witness.example")
    heads = [read_checkpoint(each.encode()) for each in listed]
    seen = Seen(
        read_key(WITNESS.verifier.vkey, COSIGNATURE),
        "",
        [(head.origin, head.size, head) for head in heads],
        unreadable=away,
    )
    newest: dict[str, Any] = {
        "shard": "2026", "size": 9, "note": published, "age": timedelta(seconds=age),
    }  # fmt: skip
    return [*told(witness, state), *of_one(witness, seen, newest, ORIGIN)]


COSIGNED, BARE = checkpoint(9, WITNESS), checkpoint(9)


def test_a_witness_that_follows() -> None:
    assert said(look(COSIGNED, COSIGNED)) == []
    assert said(look(BARE, checkpoint(8, WITNESS), age=1)) == [], "it was published a moment ago"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (lambda: look(BARE, checkpoint(8, WITNESS)), "hasn't cosigned the newest checkpoint"),
        (lambda: look(BARE), "hasn't cosigned the newest checkpoint"),
        (lambda: look(COSIGNED), "has cosigned 9 entries, but remembers 0"),
        (lambda: look(COSIGNED, checkpoint(8, WITNESS)), "but remembers 8"),
        (lambda: look(BARE, checkpoint(9, STRANGER)), "has another key"),
        (lambda: look(COSIGNED, away="no answer"), "can't be asked: no answer"),
        (
            lambda: look(COSIGNED, COSIGNED, state="contradicts"),
            "the witness witness.example/care has seen another ledger",
        ),
    ],
)
def test_a_witness_that_does_not(found: Any, words: str) -> None:
    only(found(), words)
