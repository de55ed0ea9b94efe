"""Bearer tokens: who is calling, from the trust's OIDC issuer (RFC 9068, design section 7)."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet
from joserfc.jws import JWSRegistry

from shared.eventstore.leader import stop_if_cancelled
from shared.kernel.call import Caller
from shared.kernel.errors import Unauthenticated, Unavailable
from shared.platform import claims
from shared.platform.settings import ServiceSettings

REFRESH_AT_MOST_EVERY = 5.0
READ_FOR = 3.0
"""Seconds a try to read the keys may take, whatever the issuer does; shorter than between two."""
KEYS_FOR = 300.0
"""Seconds after which the issuer's keys are read again, so that a withdrawn key is forgotten."""
MOST_CACHED = 4096
log = logging.getLogger(__name__)


class UnknownKey(Exception):
    pass


class TokenVerifier:
    """Turns a token into a `Caller`, or raises `Unauthenticated`.

    `keep_keys` reads the issuer's keys every five minutes; a token that names one we lack has them
    read at once. Keys are never tried to be read oftener than every five seconds, whatever tokens
    come, and only tokens of unknown keys wait for it. While the issuer is away the last keys stay
    good. A verified token is remembered until it expires or the keys change. A key in
    `revoked_kids` never verifies anything. Raises `Unavailable` when no keys are known.
    `transport` is how the issuer is reached, `monotonic` the clock between tries.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        transport: httpx.AsyncBaseTransport | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._monotonic = monotonic
        self._read_claims = claims.reader(settings)
        # Header parameters we don't know are ignored (RFC 7515, 4); `crit` is refused below.
        self._jws = JWSRegistry(algorithms=[*settings.algorithms], strict_check_header=False)
        self._rules = jwt.JWTClaimsRegistry(
            leeway=settings.token_leeway_seconds,
            iss={"essential": True, "value": settings.issuer},
            aud={"essential": True, "value": settings.audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        self._keys: dict[str, list[Key]] | None = None
        self._tried_at = self._read_at = float("-inf")
        self._lock = asyncio.Lock()
        self._known: dict[str, tuple[float, Caller]] = {}

    async def caller(self, authorization: str | None) -> Caller:
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated()
        known = self._known.get(token)
        if known and known[0] > time.time():
            return known[1]
        found = await self._verified(token)
        caller = self._read_claims(found)
        if len(self._known) >= MOST_CACHED:
            self._known.clear()
        self._known[token] = (found["exp"], caller)
        return caller

    async def _verified(self, token: str) -> dict[str, Any]:
        try:
            return self._decode(token)
        except UnknownKey:
            await self._refresh()
        if self._keys is None:
            raise Unavailable("The identity provider can't be reached.")
        try:
            return self._decode(token)
        except UnknownKey:
            raise Unauthenticated() from None

    def _decode(self, token: str) -> dict[str, Any]:
        try:
            decoded = jwt.decode(token, self._key_for, registry=self._jws)
            self._rules.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError):
            raise Unauthenticated() from None
        return decoded.claims

    def _key_for(self, token: Any) -> Key:
        """The issuer's key that the token names, if it may sign with the token's algorithm."""
        header = token.headers()
        kid = header.get("kid")
        if not isinstance(kid, str) or "crit" in header or kid in self._settings.revoked_kids:
            raise Unauthenticated()
        if self._keys is None or kid not in self._keys:
            raise UnknownKey
        for key in self._keys[kid]:
            if key.get("alg") in (None, header["alg"]):
                return key
        raise Unauthenticated()

    @property
    def keys_age(self) -> float:
        """Seconds since the issuer's keys were last read; without end if they never were."""
        return self._monotonic() - self._read_at

    async def keep_keys(self) -> None:
        """Read the keys when they are due until cancelled, and again soon while that fails."""
        while True:
            await self._refresh()
            stop_if_cancelled()
            due = self._read_at + KEYS_FOR - self._monotonic()
            await asyncio.sleep(max(due, REFRESH_AT_MOST_EVERY))

    async def _refresh(self) -> None:
        """Read the keys, unless that was just tried. Who comes meanwhile waits for the same try."""
        async with self._lock:
            if self._monotonic() - self._tried_at < REFRESH_AT_MOST_EVERY:
                return
            self._tried_at = self._monotonic()
            try:
                async with asyncio.timeout(READ_FOR):
                    keys = await self._fetch()
            except Exception as error:  # whatever an issuer answers, the keys we have stay good
                log.warning("the issuer's keys can't be read: %s", type(error).__name__)
                return
            if _public(keys) != _public(self._keys or {}):
                self._known.clear()
            self._keys, self._read_at = keys, self._monotonic()

    async def _fetch(self) -> dict[str, list[Key]]:
        async with httpx.AsyncClient(timeout=READ_FOR, transport=self._transport) as client:
            uri = self._settings.jwks_uri
            if uri is None:
                issuer = self._settings.issuer.rstrip("/")
                discovery = await client.get(f"{issuer}/.well-known/openid-configuration")
                uri = discovery.raise_for_status().json()["jwks_uri"]
            answer = await client.get(uri)
            return signing_keys(answer.raise_for_status().json())


def signing_keys(jwks: Any) -> dict[str, list[Key]]:
    """The public keys that are for signatures, by their id. Shared secrets are left out."""
    found: dict[str, list[Key]] = {}
    for key in KeySet.import_key_set(jwks).keys:
        meant = key.get("use") in (None, "sig") and "verify" in (key.get("key_ops") or ["verify"])
        if meant and key.kid and key.key_type != "oct":
            found.setdefault(key.kid, []).append(key)
    return found


def _public(keys: dict[str, list[Key]]) -> dict[str, list[Any]]:
    return {kid: [key.as_dict(private=False) for key in same] for kid, same in keys.items()}
