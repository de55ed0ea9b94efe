"""What stands in the ledger's tree for an event."""

import hashlib
import json

import pytest

from services.audit.policy import Leaf, Numbered, numbered
from tests.support.build import NOW

EVENT = "01a00000-0000-7000-8000-000000000009"
MOST = (1 << 16) - 1
"""Bytes of an entry in a bundle of C2SP `tlog-tiles`."""


def leaf(people: int) -> Leaf:
    each = (Numbered(f"person-{n}", 1_000_000_000 + n, n.to_bytes(16)) for n in range(people))
    return Leaf("notes", 4096, 0, EVENT, "a.type.v1", bytes(32), 7, NOW, tuple(each))


def test_a_leaf_is_canonical_json_and_names_nobody() -> None:
    one = leaf(2)
    assert one.record == (
        b'{"digest":"' + b"0" * 64 + b'","event":"' + EVENT.encode() + b'","people":'
        + json.dumps(one.pairs, separators=(",", ":")).encode()
        + b',"position":4096,"previous":0,"recorded_at":"2026-11-20T12:00:00.000000+00:00",'
        b'"service":"notes","size":7,"type":"a.type.v1","v":1}'
    )  # fmt: skip
    assert sorted(one.pairs) == one.pairs
    salted = f"{'0' * 31}1\n{EVENT}\nperson-1".encode()
    assert [hashlib.sha256(salted).hexdigest(), 1_000_000_001] in one.pairs
    assert b"person" not in one.record


def test_who_knows_both_ids_but_not_the_salt_learns_nothing_from_a_leaf() -> None:
    """The same event about the same person has a leaf with another hash for each salt."""
    salts = iter([bytes(16), bytes([1] * 16)])
    [one], [other] = (numbered(["str-worker-1"], {}, lambda: next(salts)) for _ in range(2))
    assert (one.person, one.number) == (other.person, other.number) == ("str-worker-1", 1)
    known = {f"{EVENT}\nstr-worker-1", f"\n{EVENT}\nstr-worker-1"}
    guesses = {hashlib.sha256(each.encode()).hexdigest() for each in known}
    assert len({one.about(EVENT), other.about(EVENT)} | guesses) == 4


@pytest.mark.parametrize("people", [0, 1, 500, 501, 5000])
def test_a_leaf_fits_into_a_bundle_whoever_it_is_about(people: int) -> None:
    made = leaf(people)
    assert len(made.record) <= MOST
    said = json.loads(made.record)["people"]
    if people <= 500:
        assert said == made.pairs
    else:
        listed = json.dumps(made.pairs, separators=(",", ":")).encode()
        assert said == {"count": people, "digest": hashlib.sha256(listed).hexdigest()}
