"""Whose tokens are taken, and whose are not."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from deploy.local.identity import IdentitySettings, load_key
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
