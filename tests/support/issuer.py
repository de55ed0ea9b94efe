"""An issuer of tokens in this process, for tests of who is let in."""

import asyncio
import time
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey
from pydantic import SecretStr

from shared.platform.settings import ServiceSettings

ISSUER = "https://issuer.example"
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})


class Clock:
    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


class Issuer:
    """Discovery and keys, as an issuer serves them. It counts tries, and what was read of its keys.

    It is away, or answers only once it is `quick`, or answers nonsense, as a test says.
    """

    def __init__(self, *keys: Key | dict[str, Any]) -> None:
        self.keys = list(keys)
        self.tries = self.reads = 0
        self.away = False
        self.nonsense: bytes | None = None
        self.quick = asyncio.Event()
        self.quick.set()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        discovery = request.url.path == "/.well-known/openid-configuration"
        self.tries += discovery
        await self.quick.wait()
        if self.away:
            raise httpx.ConnectError("away", request=request)
        if self.nonsense is not None:
            return httpx.Response(200, content=self.nonsense)
        if discovery:
            return httpx.Response(200, json={"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"})
        self.reads += 1
        keys = [
            each if isinstance(each, dict) else each.as_dict(private=False) for each in self.keys
        ]
        return httpx.Response(200, json={"keys": keys})


def settings(**changes: Any) -> ServiceSettings:
    unused = SecretStr("unused")
    return ServiceSettings(
        **{
            "database_dsn": unused,
            "idempotency_secret": unused,
            "key_encryption_keys": unused,
            "issuer": ISSUER,
            **changes,
        }
    )


def token(key: Key = RSA, header: dict[str, Any] | None = None, **changes: Any) -> str:
    now = int(time.time())
    good = {
        "iss": ISSUER,
        "aud": "countersign",
        "sub": "nurse-1",
        "name": "Nurse 1",
        "roles": ["registered_practitioner"],
        "teams": ["north-cmht"],
        "iat": now,
        "nbf": now,
        "exp": now + 60,
    }
    claims = {name: value for name, value in (good | changes).items() if value is not None}
    alg = "RS256" if key.key_type == "RSA" else "ES256"
    made = {"alg": alg, "kid": key.kid, **(header or {})}
    return jwt.encode(made, claims, key, algorithms=[made["alg"]])
