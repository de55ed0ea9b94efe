"""Tokens of a test's own making, signed with the local provider's key."""

import time
from typing import Any

from joserfc import jwt

from deploy.local.identity import IdentitySettings, load_key
from tests.support.client import Client


def signed(client: Client, header: dict[str, Any] | None = None, **claims: Any) -> str:
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


def manager(client: Client, staff_id: str, *teams: str) -> str:
    """A manager whom the register doesn't have: their teams are those of the token."""
    client.tokens[staff_id] = signed(
        client, sub=staff_id, roles=["team_manager"], teams=[*teams], exp=2_000_000_000
    )
    return staff_id
