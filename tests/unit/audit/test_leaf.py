"""What stands in the ledger's tree for an event."""

import hashlib
import json

import pytest

from services.audit.policy import Leaf, about
from tests.support.build import NOW

EVENT = "01a00000-0000-7000-8000-000000000009"
MOST = (1 << 16) - 1
"""Bytes of an entry in a bundle of C2SP `tlog-tiles`."""


def leaf(people: int) -> Leaf:
    numbered = tuple((f"person-{each}", 1_000_000_000 + each) for each in range(people))
    return Leaf("notes", 4096, 0, EVENT, "a.type.v1", bytes(32), 7, NOW, numbered)


def test_a_leaf_is_canonical_json_and_names_nobody() -> None:
    one = leaf(2)
    assert one.record == (
        b'{"digest":"' + b"0" * 64 + b'","event":"' + EVENT.encode() + b'","people":'
        + json.dumps(one.pairs, separators=(",", ":")).encode()
        + b',"position":4096,"previous":0,"recorded_at":"2026-11-20T12:00:00.000000+00:00",'
        b'"service":"notes","size":7,"type":"a.type.v1","v":1}'
    )  # fmt: skip
    assert sorted(one.pairs) == one.pairs
    assert [about(EVENT, "person-0"), 1_000_000_000] in one.pairs
    assert about(EVENT, "person-0") == hashlib.sha256(f"{EVENT}\nperson-0".encode()).hexdigest()
    assert b"person" not in one.record


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
