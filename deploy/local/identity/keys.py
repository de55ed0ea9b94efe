"""Files of keys, and the tokens signed with the provider's own."""

import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from deploy.local.personas import BY_SUB, Persona

TOKEN_SECONDS = 3600


@dataclass(frozen=True)
class IdentitySettings:
    port: int
    data_dir: Path
    audience: str = "countersign"

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def token_endpoint(self) -> str:
        return f"{self.issuer}/token"


class UnknownPersona(LookupError):
    """No persona has this name."""


def load_key(data_dir: Path) -> RSAKey:
    """The provider's signing key, made at first use."""
    pem = kept_key(data_dir / "identity-key.pem", lambda: RSAKey.generate_key(2048))
    return _checked(pem)


@lru_cache(maxsize=8)
def _checked(pem: bytes) -> RSAKey:
    """A key from its file. Once for each: checking its numbers takes longer than signing."""
    key = RSAKey.import_key(pem, {"use": "sig", "alg": "RS256"})
    key.ensure_kid()
    return key


def kept_key(path: Path, make: Callable[[], RSAKey | ECKey]) -> bytes:
    """A private key (PEM) from its file, made at first use, which only its owner can read.

    Safe when two processes start at once: both end up with the key of whichever was first.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(make().as_pem(private=True))
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


class Tokens:
    """What the provider says of a persona, signed. `now` gives seconds since 1970."""

    def __init__(self, settings: IdentitySettings, now: Callable[[], float]) -> None:
        self.settings = settings
        self.key = load_key(settings.data_dir)
        self.now: Callable[[], int] = lambda: int(now())

    def access_token(
        self, persona: Persona, client_id: str, scope: str, lasts: int = TOKEN_SECONDS
    ) -> str:
        """RFC 9068. It lasts for so many seconds."""
        claims = self._claims(persona) | {
            "exp": self.now() + lasts,
            "aud": self.settings.audience,
            "jti": secrets.token_urlsafe(16),
            "client_id": client_id,
            "scope": scope,
        }
        return self._sign("at+jwt", claims)

    def id_token(
        self,
        persona: Persona,
        client_id: str,
        access_token: str,
        signed_in_at: int,
        nonce: str | None,
    ) -> str:
        """OpenID Connect Core §2, for the client that will also get `access_token`."""
        claims = self._claims(persona) | {
            "aud": client_id,
            "auth_time": signed_in_at,
            "at_hash": create_half_hash(access_token, "RS256").decode(),
        }
        if nonce is not None:
            claims["nonce"] = nonce
        return self._sign("JWT", claims)

    def _claims(self, persona: Persona) -> dict[str, Any]:
        now = self.now()
        return {
            "iss": self.settings.issuer,
            "sub": persona.sub,
            "iat": now,
            "nbf": now,
            "exp": now + TOKEN_SECONDS,
            "name": persona.name,
            "roles": list(persona.roles),
            "teams": list(persona.teams),
        }

    def _sign(self, typ: str, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "typ": typ, "kid": self.key.kid}, claims, self.key)


def issue(settings: IdentitySettings, persona_sub: str) -> str:
    """An access token for a persona straight from the key file; the provider need not be running.

    Raises UnknownPersona.
    """
    persona = BY_SUB.get(persona_sub)
    if persona is None:
        raise UnknownPersona(persona_sub)
    return Tokens(settings, time.time).access_token(persona, persona.sub, persona.scope)
