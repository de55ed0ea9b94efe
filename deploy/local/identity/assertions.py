"""How a system proves who it is: a signed assertion (RFC 7523, SMART Backend Services).

Each system has a directory in the data directory: `private-key.pem` (mode 0600), made at the first
start so that a newcomer can try it, and `jwks.json`, the public keys it is registered with. Keys
put into that file count from the next request on.
"""

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from authlib.oauth2.rfc7523.assertion import private_key_jwt_sign
from authlib.oauth2.rfc7523.client import ASSERTION_TYPE
from joserfc import jwt
from joserfc.errors import InvalidClaimError, JoseError, MissingClaimError
from joserfc.jwk import ECKey, Key, KeySet
from joserfc.jws import JWSRegistry, extract_compact

from deploy.local.identity.keys import IdentitySettings, kept_key
from deploy.local.personas import SYSTEMS, Persona

__all__ = [
    "ALGORITHMS",
    "ASSERTION_TYPE",
    "SYSTEM_TOKEN_SECONDS",
    "Assertions",
    "RefusedAssertion",
    "UnknownClient",
    "assertion",
    "jwks_file",
    "key_file",
]

ALGORITHMS = ("RS384", "ES384")
ASSERTION_SECONDS = 300
"""How far ahead an assertion's `exp` may lie."""
SYSTEM_TOKEN_SECONDS = 300
MOST_REMEMBERED = 10_000
LONGEST_JTI = 200


class UnknownClient(LookupError):
    """No system has this name."""


class RefusedAssertion(Exception):
    """Why an assertion proves nothing."""


def key_file(data_dir: Path, client_id: str) -> Path:
    return data_dir / "clients" / client_id / "private-key.pem"


def jwks_file(data_dir: Path, client_id: str) -> Path:
    return key_file(data_dir, client_id).with_name("jwks.json")


def register(data_dir: Path, client_id: str) -> ECKey:
    """The system's own key. It is made, and registered, when there is none."""
    pem = kept_key(key_file(data_dir, client_id), lambda: ECKey.generate_key("P-384"))
    key = ECKey.import_key(pem, {"use": "sig", "alg": "ES384"})
    key.ensure_kid()
    registered = jwks_file(data_dir, client_id)
    if not registered.exists():
        draft = registered.with_name(f".{registered.name}.{secrets.token_hex(8)}")
        draft.write_text(json.dumps(KeySet([key]).as_dict(private=False), indent=2))
        draft.replace(registered)
    return key


def assertion(settings: IdentitySettings, client_id: str) -> str:
    """A new assertion of a system, as it would sign one itself. Raises UnknownClient."""
    if client_id not in SYSTEMS:
        raise UnknownClient(client_id)
    key = register(settings.data_dir, client_id)
    signed: str = private_key_jwt_sign(
        key,
        client_id,
        settings.token_endpoint,
        alg="ES384",
        header={"kid": key.kid, "typ": "JWT"},
        expires_in=ASSERTION_SECONDS,
    )
    return signed


class Assertions:
    """Who signed an assertion. Each is good once.

    A used `jti` is remembered until its assertion expires, in memory: a restart forgets it, and an
    assertion overheard before could be used once more, in what is left of its five minutes. When
    too many are remembered no more are taken, rather than one forgotten too soon.
    """

    def __init__(self, settings: IdentitySettings, now: Callable[[], int]) -> None:
        self._settings = settings
        self._now = now
        self._used: dict[tuple[str, str], int] = {}
        self._jws = JWSRegistry(algorithms=[*ALGORITHMS], strict_check_header=False)
        for client_id in SYSTEMS:
            register(settings.data_dir, client_id)

    def client(self, text: str, client_id: str | None) -> Persona:
        """The system that signed this. `client_id` is what the request says besides, if anything.

        Raises RefusedAssertion.
        """
        try:
            said = json.loads(extract_compact(text.encode(), registry=self._jws).payload)
            system = SYSTEMS[said["sub"]]
        except (JoseError, ValueError, TypeError, KeyError):
            raise RefusedAssertion("The assertion is of no client known here.") from None
        if client_id not in (None, system.sub):
            raise RefusedAssertion("The assertion is another client's.")
        keys = self._registered(system.sub)
        try:
            claims = jwt.decode(text, lambda found: _key(found, keys), registry=self._jws).claims
            self._rules(system.sub).validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise RefusedAssertion(f"The assertion is refused ({_why(error)}).") from None
        if len(claims["jti"]) > LONGEST_JTI:
            raise RefusedAssertion("The assertion's jti is too long.")
        if claims["exp"] > self._now() + ASSERTION_SECONDS:
            raise RefusedAssertion("The assertion expires more than five minutes ahead.")
        self._use(system.sub, claims["jti"], claims["exp"])
        return system

    def _rules(self, client_id: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=self._now,
            iss={"essential": True, "value": client_id},
            sub={"essential": True, "value": client_id},
            aud={"essential": True, "value": self._settings.token_endpoint},
            exp={"essential": True},
            jti={"essential": True},
        )

    def _registered(self, client_id: str) -> list[Key]:
        jwks = json.loads(jwks_file(self._settings.data_dir, client_id).read_text())
        return KeySet.import_key_set(jwks).keys

    def _use(self, client_id: str, jti: str, expires: int) -> None:
        now = self._now()
        self._used = {used: until for used, until in self._used.items() if until > now}
        if (client_id, jti) in self._used:
            raise RefusedAssertion("The assertion was used before.")
        if len(self._used) >= MOST_REMEMBERED:
            raise RefusedAssertion("Too many assertions were used within five minutes.")
        self._used[client_id, jti] = expires


def _key(found: Any, keys: list[Key]) -> Key:
    """The registered key that an assertion names. Where else a key is (`jku`) isn't its to say."""
    header = found.headers()
    if header.keys() & {"crit", "jku", "jwk", "x5u", "x5c"}:
        raise RefusedAssertion("The assertion's header says more than which registered key it is.")
    for key in keys:
        fits = key.get("alg") in (None, header["alg"]) and key.get("use") in (None, "sig")
        if header.get("kid") == key.kid and fits:
            return key
    raise RefusedAssertion("The assertion's key is not registered.")


def _why(error: Exception) -> str:
    """For the client's developer: the kind of fault and the claim, never a value."""
    if isinstance(error, InvalidClaimError | MissingClaimError):
        return f"{error.error}: {error.claim}"
    return error.error if isinstance(error, JoseError) else "unreadable"
