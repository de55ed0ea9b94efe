"""Whose tokens are taken, and whose are not."""

import base64
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from deploy.local.identity import ASSERTION_TYPE, IdentitySettings, assertion, load_key
from deploy.local.processes import Process, wait_until
from deploy.local.stack import Stack
from tests.support.client import Client, note_body
from tests.support.tokens import signed

pytestmark = pytest.mark.anyio


def _part(header: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")


def _forgeries(client: Client) -> dict[str, str]:
    settings = IdentitySettings(client.layout.ports["identity"], client.layout.data)
    key = load_key(settings.data_dir)
    good = signed(client)
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
        "expired": signed(client, exp=int(time.time()) - 3600),
        "not yet": signed(client, nbf=int(time.time()) + 3600),
        "other audience": signed(client, aud="someone-else"),
        "other issuer": signed(client, iss="http://127.0.0.1:1"),
        "no subject": signed(client, sub=None),
        "issued in the future": signed(client, iat=int(time.time()) + 3600),
        "an ID token": signed(client, aud="console", nonce="n", at_hash="h"),
        "unknown key": jwt.encode({"alg": "RS256", "kid": "none-such"}, claims, another),
        "wrong key": jwt.encode({"alg": "RS256", "kid": key.kid}, claims, another),
        "no key id": jwt.encode({"alg": "RS256"}, claims, key),
        "nonsense": "not.a.token",
    }


async def test_a_good_token_of_our_own_making_is_taken(client: Client, person: str) -> None:
    headers = {"Authorization": f"Bearer {signed(client)}"}
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


def test_a_system_gets_a_token_for_its_signature(client: Client, person: str) -> None:
    settings = IdentitySettings(client.layout.ports["identity"], client.layout.data)
    found = client.get("identity", "/.well-known/smart-configuration").body
    path = found["token_endpoint"].removeprefix(client.layout.url("identity"))
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": assertion(settings, "ehr-1"),
        "scope": "system/Patient.rs",
    }
    granted = client.call("POST", "identity", path, data=form)
    assert granted.status == 200, granted.body
    assert granted.body["scope"] == "system/Patient.rs"
    headers = {"Authorization": f"Bearer {granted.body['access_token']}"}
    assert client.get("referrals", f"/v1/service-users/{person}", headers=headers).status == 200
    replayed = client.call("POST", "identity", path, data=form)
    assert (replayed.status, replayed.body["error"]) == (401, "invalid_client")


@pytest.fixture
def slow_service(client: Client) -> Iterator[str]:
    """The address of a supervision service that lets one caller send three requests."""
    port = client.layout.port_base + 8
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "countersign", "serve", "supervision", "--role", "api"]
    environment = {
        **Stack(client.layout).environment("supervision"),
        "SUPERVISION_RATE_LIMIT_PER_SECOND": "0.01",
        "SUPERVISION_RATE_LIMIT_BURST": "3",
    }
    log = client.layout.logs / "slow-supervision.log"
    process = Process("supervision", [*command, "--port", str(port)], log, environment)
    process.start()
    try:
        wait_until(lambda: _answers(url), 30, "the service answers")
        yield url
    finally:
        process.stop()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/live").status_code == 200
    except httpx.TransportError:
        return False


def test_who_calls_too_often_waits(client: Client, slow_service: str) -> None:
    def ask(token: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.get(f"{slow_service}/v1/workers/nobody", headers=headers)

    nurse = [ask(client.token("nurse-1")) for _ in range(4)]
    assert [each.status_code for each in nurse] == [404, 404, 404, 429]
    assert nurse[3].json()["code"] == "too_many_requests"
    assert 0 < int(nurse[3].headers["retry-after"]) <= 100
    assert [ask("forged").status_code for _ in range(4)] == [401, 401, 401, 429]
    assert ask(client.token("manager-1")).status_code == 404
    assert httpx.get(f"{slow_service}/health/live").status_code == 200
