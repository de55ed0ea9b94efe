"""What is refused, with which status and code; and that nothing is recorded as done."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.client import Client, entry, note_body
from tests.support.tokens import signed

pytestmark = pytest.mark.anyio


@pytest.fixture
def note(client: Client, person: str) -> dict[str, Any]:
    made = client.note(person)
    assert made.status == 201
    return dict(made.body)


def _unchanged(client: Client, note: dict[str, Any]) -> None:
    assert client.get("notes", f"/v1/notes/{note['id']}", "str-worker-1").body == note


async def test_nobody_countersigns_their_own_note(client: Client, note: dict[str, Any]) -> None:
    refused = client.countersign(note, "str-worker-1")
    assert (refused.status, refused.code) == (403, "own_note")
    _unchanged(client, note)


async def test_only_the_registered_countersign(client: Client, note: dict[str, Any]) -> None:
    for persona in ("str-worker-3", "manager-1"):
        refused = client.countersign(note, persona)
        assert (refused.status, refused.code) == (403, "not_registered")
    _unchanged(client, note)


async def test_a_nurse_of_another_team_has_no_relationship(
    client: Client, note: dict[str, Any]
) -> None:
    refused = client.countersign(note, "nurse-9")
    assert (refused.status, refused.code) == (403, "no_relationship")
    assert client.get("notes", f"/v1/notes/{note['id']}", "nurse-9").status == 403
    path = f"/v1/notes?service_user_id={note['service_user_id']}"
    assert client.get("notes", path, "nurse-9").code == "no_relationship"
    _unchanged(client, note)


async def test_versions_must_match(client: Client, note: dict[str, Any]) -> None:
    missing = client.countersign(note, if_match=None)
    assert (missing.status, missing.code) == (428, "if_match_required")
    for tag in ('"7"', "*", "1", 'W/"1"', '"' + "9" * 40 + '"'):
        stale = client.countersign(note, if_match=tag)
        assert (stale.status, stale.code) == (412, "version_changed")
    _unchanged(client, note)


async def test_the_digest_must_be_the_current_versions(
    client: Client, note: dict[str, Any]
) -> None:
    refused = client.countersign(note, digest="0" * 64)
    assert (refused.status, refused.code) == (409, "digest_mismatch")
    assert client.countersign(note, digest="not a digest").status == 422
    _unchanged(client, note)


async def test_a_witness_was_there(client: Client, note: dict[str, Any], person: str) -> None:
    refused = client.countersign(note, basis="witnessed")
    assert (refused.status, refused.code) == (409, "not_present")
    present = client.note(person, staff_present=["nurse-1"])
    assert client.countersign(present, basis="witnessed").status == 201


async def test_a_version_is_signed_once(client: Client, note: dict[str, Any]) -> None:
    signed = client.countersign(note)
    again = client.countersign(signed, "ot-1")
    assert (again.status, again.code) == (409, "already_countersigned")


async def test_only_the_author_amends(client: Client, note: dict[str, Any]) -> None:
    path = f"/v1/notes/{note['id']}/amendments"
    body = {"reason": "r", "narrative": "n"}
    refused = client.post("notes", path, "nurse-1", body, if_match='"1"')
    assert (refused.status, refused.code) == (403, "not_author")
    same = {"reason": "r", "narrative": note["narrative"]}
    unchanged = client.post("notes", path, "str-worker-1", same, if_match='"1"')
    assert (unchanged.status, unchanged.code) == (409, "nothing_changed")
    _unchanged(client, note)


async def test_roles_that_may_not(client: Client, note: dict[str, Any], person: str) -> None:
    for persona in ("auditor-1", "manager-1", "ehr-1", "supervisor-1"):
        assert client.note(person, persona).code == "role_not_permitted"
    assert client.get("notes", f"/v1/notes/{note['id']}", "auditor-1").status == 403
    assert client.get("audit", "/v1/audit/events", "nurse-1").code == "role_not_permitted"
    assert client.put_worker("str-worker-1", "str-worker-1").code == "role_not_permitted"
    listed = client.get("notes", f"/v1/notes?service_user_id={person}", "auditor-1").body["items"]
    assert {item["narrative"] for item in listed} == {None}


async def test_revoked_registration_does_not_sign(client: Client, person: str) -> None:
    registered = [{"body": "HCPC", "number": "OT54321"}]
    made = client.put_worker("ot-1-locum", level=None, registrations=registered)
    assert made.status == 201
    token = signed(client, sub="ot-1-locum", roles=["registered_practitioner"])
    headers = {"Authorization": f"Bearer {token}"}
    body = entry(made)

    def sign() -> Any:
        note = client.note(person).body
        path = f"/v1/notes/{note['id']}/countersignatures"
        request = {"basis": "validated", "digest": note["digest"]}
        return client.post("notes", path, None, request, headers=headers, if_match='"1"')

    assert sign().status == 201
    put = {**body, "registrations": []}
    path = "/v1/workers/ot-1-locum"
    assert client.call("PUT", "supervision", path, "manager-1", put, if_match='"1"').status == 200
    assert sign().code == "not_registered"
    left = {**body, "status": "left"}
    assert client.call("PUT", "supervision", path, "manager-1", left, if_match='"2"').status == 200
    assert sign().code == "no_relationship"
    refused = client.get("notes", f"/v1/notes?service_user_id={person}", headers=headers)
    assert refused.code == "no_relationship"


async def test_idempotency(client: Client, person: str) -> None:
    body = note_body(person)
    first = client.post("notes", "/v1/notes", "str-worker-1", body, key="k-1")
    again = client.post("notes", "/v1/notes", "str-worker-1", body, key="k-1")
    assert first.status == again.status == 201
    assert again.body == first.body
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    other = client.post("notes", "/v1/notes", "str-worker-1", note_body(person), key="k-1")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    another = client.post("notes", "/v1/notes", "str-worker-2", body, key="k-1")
    assert another.body["id"] != first.body["id"]

    def once(_: int) -> str:
        answer = client.post("notes", "/v1/notes", "str-worker-1", body, key="k-2")
        assert answer.status == 201, answer.body
        return str(answer.body["id"])

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(once, range(16)))) == 1

    signed = client.countersign(first)
    path = f"/v1/notes/{first.body['id']}/countersignatures"
    request = {"basis": "validated", "digest": first.body["digest"]}
    fresh = client.note(person)
    keyed = client.countersign(fresh, key="k-3")
    replayed = client.countersign(fresh, key="k-3")
    assert replayed.body == keyed.body
    assert replayed.headers["idempotency-replayed"] == "true"
    assert client.post("notes", path, "ot-1", request, if_match=signed.etag).status == 409
    # A refusal is not kept: the same key may succeed later.
    assert client.note("01a00000-0000-7000-8000-00000000dead", key="k-4").status == 404
    assert client.note(person, key="k-4").status == 201
