"""Bearer tokens: who is calling, from the trust's OIDC issuer (RFC 9068, design section 7)."""

import asyncio
import time
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.kernel.call import Caller
from shared.kernel.errors import Unauthenticated, Unavailable
from shared.platform.settings import ServiceSettings

LEEWAY = 30
"""Seconds of clock difference allowed on `exp` and `nbf`."""
REFRESH_AT_MOST_EVERY = 5.0
KEYS_FOR = 300.0
"""Seconds after which the issuer's keys are read again, so that a withdrawn key is forgotten."""
MOST_CACHED = 4096


class UnknownKey(Exception):
    pass


class TokenVerifier:
    """Turns a token into a `Caller`, or raises `Unauthenticated`.

    Keys are read from the issuer when first needed, every five minutes, and when a token names one
    we lack; while the issuer is away the last keys stay good. A verified token is remembered until
    it expires. Raises `Unavailable` when the issuer can't be reached and no keys are known.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._keys: KeySet | None = None
        self._read_at = float("-inf")
        self._lock = asyncio.Lock()
        self._known: dict[str, tuple[float, Caller]] = {}

    async def caller(self, authorization: str | None) -> Caller:
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated()
        if time.monotonic() - self._read_at > KEYS_FOR:
            await self._refresh()
        known = self._known.get(token)
        if known and known[0] > time.time():
            return known[1]
        claims = await self._verified(token)
        caller = self._caller(claims)
        if len(self._known) >= MOST_CACHED:
            self._known.clear()
        self._known[token] = (claims["exp"], caller)
        return caller

    async def _verified(self, token: str) -> dict[str, Any]:
        try:
            return self._decode(token)
        except UnknownKey:
            await self._refresh()
        try:
            return self._decode(token)
        except UnknownKey:
            raise Unauthenticated() from None

    def _decode(self, token: str) -> dict[str, Any]:
        if self._keys is None:
            raise UnknownKey
        try:
            decoded = jwt.decode(token, self._key_for, algorithms=[*self._settings.algorithms])
            self._registry().validate(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError):
            raise Unauthenticated() from None
        return decoded.claims

    def _key_for(self, obj: Any) -> Any:
        assert self._keys is not None
        kid = obj.headers().get("kid")
        for key in self._keys.keys:
            if kid is not None and key.kid == kid:
                return key
        raise UnknownKey

    def _registry(self) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": self._settings.audience},
            exp={"essential": True},
        )

    def _caller(self, claims: dict[str, Any]) -> Caller:
        settings = self._settings
        staff_id = claims.get(settings.claim_subject)
        if not isinstance(staff_id, str) or not staff_id:
            raise Unauthenticated()
        return Caller(
            staff_id=staff_id,
            name=str(claims.get(settings.claim_name) or staff_id),
            roles=_strings(claims.get(settings.claim_roles)),
            teams=_strings(claims.get(settings.claim_teams)),
            scopes=frozenset(str(claims.get("scope") or "").split()),
        )

    async def _refresh(self) -> None:
        async with self._lock:
            if time.monotonic() - self._read_at < REFRESH_AT_MOST_EVERY:
                return
            try:
                self._keys = await self._fetch()
                self._known.clear()
                self._read_at = time.monotonic()
            except (httpx.HTTPError, KeyError, ValueError, JoseError) as error:
                if self._keys is None:
                    raise Unavailable("The identity provider can't be reached.") from error
                # Keep the keys we have, and try again soon.
                self._read_at = time.monotonic() - KEYS_FOR + REFRESH_AT_MOST_EVERY

    async def _fetch(self) -> KeySet:
        async with httpx.AsyncClient(timeout=3) as client:
            uri = self._settings.jwks_uri
            if uri is None:
                issuer = self._settings.issuer.rstrip("/")
                discovery = await client.get(f"{issuer}/.well-known/openid-configuration")
                uri = discovery.raise_for_status().json()["jwks_uri"]
            answer = await client.get(uri)
            return KeySet.import_key_set(answer.raise_for_status().json())


def _strings(claim: Any) -> frozenset[str]:
    if isinstance(claim, str):
        return frozenset(claim.split())
    return frozenset(str(each) for each in claim) if isinstance(claim, list) else frozenset()
