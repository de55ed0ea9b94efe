"""Exports: whole, as whoever asked may see it, and proved by what is in them."""

import base64
import hashlib
from datetime import timedelta
from functools import reduce
from typing import Any

import pytest
from pydantic_core import from_json

from services.audit.policy import about
from shared.kernel.merkle import Node, leaf_hash, node_hash, whole
from shared.platform.signed_note import Checkpoint, opened
from tests.support.build import NOW, SERVICE_USER
from tests.support.exporting import Exported, Exportings
from tests.support.ledger import (
    KEYS,
    OTHER,
    AuditService,
    read,
    registered,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def exporting(audit: AuditService) -> Exportings:
    return Exportings(audit)


async def test_a_persons_export_has_all_numbers_and_is_stated_in_the_ledger(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(
        registered(), registered(OTHER), *(read(each) for each in (SERVICE_USER, OTHER) * 4)
    )
    found = await exporting.exported(service_user_id=SERVICE_USER)
    person = str(SERVICE_USER)
    numbers = [number_of(each, person) for each in found.entries]
    assert numbers == list(range(1, 6))
    stated = found.stated
    assert stated["people"] == [{"id": person, "count": 5}]
    assert stated["entries"] == 5
    assert stated["unread"] == 0
    assert stated["entries_sha256"] == hashlib.sha256(found.files["entries.jsonl"]).hexdigest()
    for each in stated["files"]:
        assert hashlib.sha256(found.files[each["name"]]).hexdigest() == each["sha256"]
    assert {each["name"] for each in stated["files"]} == {
        "policies.json", "report.html", "report.pdf"
    }  # fmt: skip
    assert str(OTHER) not in str(found.files["entries.jsonl"])
    for each in found.entries:
        leaf = from_json(each["leaf"])
        assert leaf["digest"] == hashlib.sha256(base64.b64decode(each["body"])).hexdigest()
        assert (each["withheld"], each["content_state"]) == (None, "shown")
    assert_proved(found)


def number_of(entry: dict[str, Any], person: str) -> int:
    numbers: dict[str, int] = dict(from_json(entry["leaf"])["people"])
    return numbers[about(entry["event_id"], person)]


def assert_proved(found: Exported) -> None:
    """Each tree's leaves and nodes give the root that the ledger's key has signed."""
    statement = from_json(found.files["statement.json"])
    for name in [each for each in found.files if each.startswith("trees/")]:
        if not name.endswith(".json"):
            continue
        tree = from_json(found.files[name])
        leaves = {
            each["leaf_index"]: each["leaf"].encode()
            for each in (*found.entries, statement)
            if each["shard"] == tree["shard"]
        }
        if tree["link"]:
            leaves[0] = tree["link"]["leaf"].encode()
        known = {
            Node(height, number): bytes.fromhex(each) for height, number, each in tree["nodes"]
        }
        known |= {Node(0, index): leaf_hash(record) for index, record in leaves.items()}

        def worked_out(node: Node, known: dict[Node, bytes] = known) -> bytes:
            if node in known:
                return known[node]
            assert node.height, f"leaf {node.number} is missing"
            return node_hash(
                worked_out(Node(node.height - 1, 2 * node.number)),
                worked_out(Node(node.height - 1, 2 * node.number + 1)),
            )

        hashes = [*map(worked_out, whole(tree["size"]))]
        root = reduce(lambda right, left: node_hash(left, right), reversed(hashes))
        signers = [each.verifier for each in KEYS.signers(tree["shard"])]
        text, _ = opened(found.files[f"trees/{tree['shard']}.checkpoint"].decode(), signers)
        assert Checkpoint.parse(text) == Checkpoint(tree["origin"], tree["size"], root)
        assert all(each.vkey in found.files["keys.txt"].decode() for each in signers)


async def test_a_period_is_a_run_of_entries(audit: AuditService, exporting: Exportings) -> None:
    await audit.arrive(registered(), *(read(each) for each in (SERVICE_USER, OTHER) * 4))
    asked: dict[str, Any] = {
        "kind": "period",
        "since": NOW - timedelta(days=9000),
        "until": NOW + timedelta(days=9000),
    }
    found = await exporting.exported(**asked)
    indexes = [each["index"] for each in found.entries]
    assert indexes == list(range(len(indexes)))
    assert (found.stated["first_index"], found.stated["last_index"]) == (0, indexes[-1])
    assert_proved(found)
