"""What is refused, with which status and code; and that nothing is recorded as done."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from deploy.local.identity import IdentitySettings, load_key
from tests.support.client import Client, note_body

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def person(client: Client) -> str:
    found = client.service_user()
    client.allocated(found, "str-worker-1")
    return found


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


def _signed(client: Client, header: dict[str, Any] | None = None, **claims: Any) -> str:
    settings = IdentitySettings(client.layout.ports["identity"], client.layout.data)
    key = load_key(settings.data_dir)
    now = int(time.time())
    payload = {
        "iss": settings.issuer,
        "aud": "countersign",
        "sub": "str-worker-1",
        "name": "x",
        "roles": ["str_worker"],
        "teams": ["north-cmht"],
        "iat": now,
        "nbf": now,
        "exp": now + 60,
        **claims,
    }
    return jwt.encode({"alg": "RS256", "kid": key.kid, **(header or {})}, payload, key)


def _part(header: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")


def _forgeries(client: Client) -> dict[str, str]:
    settings = IdentitySettings(client.layout.ports["identity"], client.layout.data)
    key = load_key(settings.data_dir)
    good = _signed(client)
    head, payload, signature = good.split(".")
    none = _part({"alg": "none", "kid": key.kid})
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    # The public key, which anyone may read, as if it were a shared secret.
    unsigned = f"{_part({'alg': 'HS256', 'kid': key.kid})}.{payload}"
    code = hmac.digest(key.as_pem(private=False), unsigned.encode(), hashlib.sha256)
    symmetric = f"{unsigned}.{base64.urlsafe_b64encode(code).decode().rstrip('=')}"
    another = RSAKey.generate_key(2048)
    return {
        "unsigned": f"{none}.{payload}.",
        "symmetric": symmetric,
        "tampered": f"{head}.{payload[:-4]}AAAA.{signature}",
        "expired": _signed(client, exp=int(time.time()) - 3600),
        "not yet": _signed(client, nbf=int(time.time()) + 3600),
        "other audience": _signed(client, aud="someone-else"),
        "other issuer": _signed(client, iss="http://127.0.0.1:1"),
        "no subject": _signed(client, sub=None),
        "unknown key": jwt.encode({"alg": "RS256", "kid": "none-such"}, claims, another),
        "wrong key": jwt.encode({"alg": "RS256", "kid": key.kid}, claims, another),
        "no key id": jwt.encode({"alg": "RS256"}, claims, key),
        "nonsense": "not.a.token",
    }


async def test_a_good_token_of_our_own_making_is_taken(client: Client, person: str) -> None:
    headers = {"Authorization": f"Bearer {_signed(client)}"}
    made = client.post("notes", "/v1/notes", None, note_body(person), headers=headers)
    assert made.status == 201


async def test_forged_and_missing_tokens(client: Client, person: str) -> None:
    for name, token in _forgeries(client).items():
        headers = {"Authorization": f"Bearer {token}"}
        refused = client.post("notes", "/v1/notes", None, note_body(person), headers=headers)
        assert refused.status == 401, name
        assert refused.headers["www-authenticate"].startswith("Bearer"), name
        assert refused.code == "unauthenticated"
    assert client.post("notes", "/v1/notes", None, note_body(person)).status == 401
    basic = {"Authorization": "Basic c3RyLXdvcmtlci0xOmxvY2Fs"}
    assert client.get("audit", "/v1/audit/events", headers=basic).status == 401


BAD_NOTES: list[tuple[str, dict[str, Any]]] = [
    ("#/occurred_at", {"occurred_at": "2026-11-20T10:15:00"}),
    ("#/occurred_at", {"occurred_at": "2126-11-20T10:15:00Z"}),
    ("#/occurred_at", {"occurred_at": "yesterday"}),
    ("#/occurred_at", {"occurred_at": None}),
    ("#/occurred_at", {"occurred_at": 1700000000}),
    ("#/occurred_at", {"occurred_at": "1700000000"}),
    ("#/occurred_at", {"occurred_at": "0001-01-01T00:00:00+14:00"}),
    ("#/occurred_at", {"occurred_at": "9999-12-31T23:59:59-14:00"}),
    ("#/narrative", {"narrative": " \u200b "}),
    ("#/duration_minutes", {"duration_minutes": "50"}),
    ("#/duration_minutes", {"duration_minutes": True}),
    ("#/unknown_field", {"unknown_field": 1}),
    ("#/author", {"author": "nurse-1"}),
    ("#/narrative", {"narrative": ""}),
    ("#/narrative", {"narrative": "x" * 20_001}),
    ("#/narrative", {"narrative": 7}),
    ("#/functions", {"functions": []}),
    ("#/functions/0", {"functions": ["cooking"]}),
    ("#/setting", {"setting": "moon"}),
    ("#/duration_minutes", {"duration_minutes": -1}),
    ("#/service_user_id", {"service_user_id": "not-a-uuid"}),
    ("#/plan/kind", {"plan": {"kind": "no plan"}}),
    ("#/plan/extra", {"plan": {"kind": "wrap", "extra": True}}),
    ("#/money/amount_pence", {"money": {"amount_pence": -1, "purpose": "x", "receipt": True}}),
    ("#/staff_present/0", {"staff_present": ["a b"]}),
    (
        "#/concern/alerted/0/at",
        {
            "concern": {
                "kind": "risk",
                "urgency": "urgent",
                "description": "d",
                "alerted": [{"who": "w", "how": "telephone", "at": "2026-11-20T10:15:00"}],
            }
        },
    ),
]


@pytest.mark.parametrize(("pointer", "change"), BAD_NOTES)
async def test_malformed_notes(
    client: Client, person: str, pointer: str, change: dict[str, Any]
) -> None:
    body = {**note_body(person), **change}
    refused = client.post("notes", "/v1/notes", "str-worker-1", body)
    assert (refused.status, refused.code) == (422, "malformed")
    assert pointer in [error["pointer"] for error in refused.body["errors"]]
    for error in refused.body["errors"]:
        assert set(error) == {"pointer", "detail", "code"}, "what was sent is not sent back"


@pytest.mark.parametrize("field", ["occurred_at", "setting", "mechanism", "narrative"])
async def test_what_a_note_must_have(client: Client, person: str, field: str) -> None:
    body = note_body(person)
    del body[field]
    refused = client.post("notes", "/v1/notes", "str-worker-1", body)
    assert refused.status == 422
    assert refused.body["errors"][0]["pointer"] == f"#/{field}"


def _raw(client: Client, content: bytes, kind: str = "application/json") -> httpx.Response:
    headers = {
        "Authorization": f"Bearer {client.token('str-worker-1')}",
        "Content-Type": kind,
    }
    url = f"{client.layout.url('notes')}/v1/notes"
    return httpx.post(url, content=content, headers=headers, timeout=30)


async def test_bodies_that_are_not_json(client: Client) -> None:
    for content in (b"", b"{", b"\xff\xfe", b'{"a": }', b"[" * 100_000, b"9" * 5_000):
        answer = _raw(client, content)
        assert answer.status_code == 400, content[:10]
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "not_json"
    for content in (b"[]", b"null", b'"text"', b"7"):
        assert _raw(client, content).status_code == 422, content
    assert _raw(client, b"a=b", "application/x-www-form-urlencoded").status_code == 400
    assert _raw(client, b"{}", "text/plain").status_code == 400


async def test_strange_characters_are_kept_or_refused_but_never_a_fault(
    client: Client, person: str
) -> None:
    kept = "é ☂ 👩🏽‍🦱 \u202e \u0007 \\u0000 ' \" ; DROP TABLE notes"
    made = client.note(person, narrative=kept)
    assert made.status == 201
    read = client.get("notes", f"/v1/notes/{made.body['id']}", "str-worker-1")
    assert read.body["narrative"] == kept
    body = json.dumps(note_body(person)).replace("Went", "\\ud800")
    assert _raw(client, body.encode()).status_code in (400, 422)
    nul = json.dumps(note_body(person)).replace("Went", "\\u0000")
    assert _raw(client, nul.encode()).status_code == 422


def test_oversized_bodies(client: Client, person: str) -> None:
    answer = _raw(client, json.dumps(note_body(person, narrative="x" * (2 << 20))).encode())
    assert answer.status_code == 413
    assert answer.json()["code"] == "content_too_large"

    def chunks() -> Iterator[bytes]:
        yield from (b" " * 65_536 for _ in range(40))

    headers = {"Authorization": f"Bearer {client.token('str-worker-1')}"}
    url = f"{client.layout.url('notes')}/v1/notes"
    with httpx.Client(timeout=30) as session:
        chunked = {**headers, "Content-Type": "application/json"}
        answer = session.post(url, content=chunks(), headers=chunked)
    assert answer.status_code == 413
    assert answer.json()["code"] == "content_too_large"


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("notes", "/v1/notes/01a00000-0000-7000-8000-00000000dead"),
        ("notes", "/v1/notes/01a00000-0000-7000-8000-00000000dead/history"),
        ("referrals", "/v1/referrals/01a00000-0000-7000-8000-00000000dead"),
        ("referrals", "/v1/service-users/01a00000-0000-7000-8000-00000000dead"),
        ("supervision", "/v1/workers/nobody-1"),
        ("notes", "/v1/no-such-thing"),
    ],
)
async def test_unknown_ids(client: Client, service: str, path: str) -> None:
    refused = client.get(service, path, "nurse-1")
    assert (refused.status, refused.code) == (404, "not_found")


async def test_a_note_about_nobody_known(client: Client) -> None:
    refused = client.note("01a00000-0000-7000-8000-00000000dead")
    assert (refused.status, refused.code) == (404, "not_found")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=201", "limit=x", "cursor=!!!", "cursor=WzFd", "order=sideways",
        "from=2026-01-01T00:00:00", "from=1700000000", "status=a%00b", "service_user_id=7",
        "flag=%F0%9F%98%80",
    ],
)  # fmt: skip
async def test_malformed_queries(client: Client, person: str, query: str) -> None:
    own = "" if "service_user_id" in query else f"service_user_id={person}&"
    refused = client.get("notes", f"/v1/notes?{own}{query}", "nurse-1")
    assert refused.status == 422, refused.body
    assert refused.body["errors"]


async def test_service_users_and_referrals(client: Client) -> None:
    body = {
        "nhs_number": "9990000018",
        "local_ids": [{"system": "ehr", "value": "A1"}],
        "name": {"given": ["Service User"], "family": "Two"},
        "date_of_birth": "1985-04-12",
        "team_id": "north-cmht",
        "care_coordinator_id": "coordinator-1",
    }
    made = client.post("referrals", "/v1/service-users", "ehr-1", body)
    assert made.status == 201
    assert made.body["nhs_number"] == "9990000018"
    again = client.post("referrals", "/v1/service-users", "ehr-1", body)
    assert (again.status, again.code) == (409, "already_registered")
    assert again.body["id"] == made.body["id"]
    elsewhere = client.post("referrals", "/v1/service-users", "manager-9", body)
    assert elsewhere.code == "already_registered"
    assert "id" not in elsewhere.body
    for wrong in ("9990000019", "999000001", "99900000180", "999000001x", 9990000018):
        refused = client.post(
            "referrals", "/v1/service-users", "ehr-1", {**body, "nhs_number": wrong}
        )
        assert (refused.status, refused.code) == (422, "malformed"), wrong
    person = made.body["id"]
    assert client.get("referrals", f"/v1/service-users/{person}", "nurse-1").body == made.body
    assert client.get("referrals", f"/v1/service-users/{person}", "nurse-9").status == 403

    referral = client.referral(person)
    path = f"/v1/referrals/{referral.body['id']}"
    declined = {"outcome": "declined", "rationale": "Not ours."}
    no_code = client.post(
        "referrals", f"{path}/decisions", "manager-1", declined, if_match=referral.etag
    )
    assert no_code.status == 422
    early = client.post(
        "referrals",
        f"{path}/allocations",
        "manager-1",
        {"worker_id": "str-worker-1"},
        if_match=referral.etag,
    )
    assert early.code == "not_accepted"
    coded = {**declined, "reason_code": "outside_criteria"}
    south = client.post("referrals", f"{path}/decisions", "manager-9", coded, if_match='"1"')
    assert south.code == "no_relationship"
    decided = client.post("referrals", f"{path}/decisions", "manager-1", coded, if_match='"1"')
    assert (decided.status, decided.body["status"]) == (201, "declined")
    twice = client.post("referrals", f"{path}/decisions", "manager-1", coded, if_match='"2"')
    assert twice.code == "already_decided"


async def test_revoked_registration_does_not_sign(client: Client, person: str) -> None:
    registered = [{"body": "HCPC", "number": "OT54321"}]
    made = client.put_worker("ot-1-locum", level=None, registrations=registered)
    assert made.status == 201
    token = _signed(client, sub="ot-1-locum", roles=["registered_practitioner"])
    headers = {"Authorization": f"Bearer {token}"}
    body = {key: made.body[key] for key in made.body if key not in ("staff_id", "version")}

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


async def test_allocating_to_nobody(client: Client) -> None:
    refused = client.allocated(client.service_user(), "nobody-1")
    assert (refused.status, refused.code) == (409, "worker_not_registered")


async def test_two_managers_deciding_at_once(client: Client) -> None:
    referral = client.referral(client.service_user())
    path = f"/v1/referrals/{referral.body['id']}/decisions"
    body = {"outcome": "accepted", "rationale": "Fits."}

    def decide(_: int) -> int:
        return client.post("referrals", path, "manager-1", body, if_match='"1"').status

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(decide, range(8)))
    assert statuses == [201] + [412] * 7


async def test_a_full_caseload_takes_no_one_more(client: Client) -> None:
    """One over the limit, all at once: the limit holds, and the override says why."""
    client.put_worker("str-worker-5")
    ready = []
    for _ in range(14):
        made = client.referral(client.service_user())
        path = f"/v1/referrals/{made.body['id']}"
        body = {"outcome": "accepted", "rationale": "Fits."}
        client.post("referrals", f"{path}/decisions", "manager-1", body, if_match='"1"')
        ready.append(path)

    def allocate(path: str, **more: Any) -> Any:
        body = {"worker_id": "str-worker-5", **more}
        return client.post("referrals", f"{path}/allocations", "manager-1", body, if_match='"2"')

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(allocate, ready))
    assert sorted(answer.status for answer in answers) == [201] * 12 + [409] * 2
    refused = [path for path, answer in zip(ready, answers, strict=True) if answer.status == 409]
    assert {answer.code for answer in answers if answer.status == 409} == {"caseload_full"}
    assert allocate(refused[0], override_reason="Nobody else speaks the language.").status == 201
    assert allocate(refused[1]).code == "caseload_full"


async def test_workers(client: Client) -> None:
    made = client.put_worker("nurse-7", level=None, registrations=[])
    assert (made.status, made.etag) == (201, '"1"')
    assert made.headers["location"] == "/v1/workers/nurse-7"
    second = client.put_worker("nurse-7", level=None)
    assert (second.status, second.code) == (428, "if_match_required")
    path = "/v1/workers/nurse-7"
    body = {key: made.body[key] for key in made.body if key not in ("staff_id", "version")}
    changed = {**body, "band": 6}
    stale = client.call("PUT", "supervision", path, "manager-1", changed, if_match='"2"')
    assert (stale.status, stale.code) == (412, "version_changed")
    done = client.call("PUT", "supervision", path, "manager-1", changed, if_match='"1"')
    assert (done.status, done.etag, done.body["band"]) == (200, '"2"', 6)
    assert client.get("supervision", path, "nurse-1").body == done.body
    bad = [{"body": "NMC", "number": "1"}]
    assert client.put_worker("nurse-6", registrations=bad).status == 422
    listed = client.get("supervision", "/v1/workers?team_id=south-cmht", "nurse-1").body["items"]
    assert {item["staff_id"] for item in listed} == {"nurse-9", "str-worker-9"}


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
    keyed = client.post(
        "notes",
        f"/v1/notes/{fresh.body['id']}/countersignatures",
        "nurse-1",
        {"basis": "validated", "digest": fresh.body["digest"]},
        if_match='"1"',
        key="k-3",
    )
    replayed = client.post(
        "notes",
        f"/v1/notes/{fresh.body['id']}/countersignatures",
        "nurse-1",
        {"basis": "validated", "digest": fresh.body["digest"]},
        if_match='"1"',
        key="k-3",
    )
    assert replayed.body == keyed.body
    assert replayed.headers["idempotency-replayed"] == "true"
    assert client.post("notes", path, "ot-1", request, if_match=signed.etag).status == 409
    # A refusal is not kept: the same key may succeed later.
    assert client.note("01a00000-0000-7000-8000-00000000dead", key="k-4").status == 404
    assert client.note(person, key="k-4").status == 201
