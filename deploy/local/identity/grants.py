"""The two OAuth 2.0 grants: reading what a client asks, checking it, answering with tokens."""

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import Request

from deploy.local.identity.assertions import (
    ASSERTION_TYPE,
    SYSTEM_TOKEN_SECONDS,
    Assertions,
    RefusedAssertion,
)
from deploy.local.identity.keys import TOKEN_SECONDS, IdentitySettings, Tokens
from deploy.local.personas import BY_SUB, SYSTEMS, Persona
from shared.platform.scopes import within

SECRET = "local"  # noqa: S105  (published: there is nothing to protect)
CODE_SECONDS = 60

_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost)(:[0-9]{1,5})?(/[!-~]*)?")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class OAuthError(Exception):
    """An RFC 6749 error: `code` from §4.1.2.1 or §5.2. With `send_to` the browser is sent back to
    the client with it, as is allowed only once the redirect URI is known to be a good one."""

    def __init__(self, code: str, description: str, send_to: str | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.send_to = send_to


@dataclass(frozen=True)
class Asked:
    """An authorization request that has been found good."""

    client_id: str
    redirect_uri: str
    challenge: str
    openid: bool
    state: str | None
    nonce: str | None


@dataclass(frozen=True)
class _Grant:
    asked: Asked
    persona: Persona
    made_at: int

    def expired(self, now: int) -> bool:
        return now - self.made_at >= CODE_SECONDS


def parameters_of(encoded: bytes) -> dict[str, str]:
    """RFC 6749 §3.1 and §3.2: empty ones count as left out, repeated ones are refused."""
    try:
        pairs = parse_qsl(encoded.decode("ascii"), errors="strict", max_num_fields=50)
    except ValueError:
        raise OAuthError("invalid_request", "The parameters cannot be read.") from None
    found = dict(pairs)
    if len(found) < len(pairs):
        raise OAuthError("invalid_request", "A parameter is repeated.")
    return found


def need(parameters: dict[str, str], name: str) -> str:
    if name not in parameters:
        raise OAuthError("invalid_request", f"The parameter {name} is missing.")
    return parameters[name]


def _send_to(settings: IdentitySettings, uri: str, state: str | None, **extra: str) -> str:
    answer = extra | ({"state": state} if state is not None else {}) | {"iss": settings.issuer}
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(answer)}"


def asked_in(settings: IdentitySettings, query: bytes) -> Asked:
    parameters = parameters_of(query)
    client_id = need(parameters, "client_id")
    uri = need(parameters, "redirect_uri")
    if not _LOOPBACK.fullmatch(uri) or "#" in uri or "\\" in uri:
        raise OAuthError("invalid_request", "The redirect_uri is not on this machine.")
    state = parameters.get("state")
    challenge = parameters.get("code_challenge", "")
    scopes = parameters.get("scope", "").split()

    def refuse(code: str, description: str) -> OAuthError:
        location = _send_to(settings, uri, state, error=code, error_description=description)
        return OAuthError(code, description, send_to=location)

    if "response_type" not in parameters:
        raise refuse("invalid_request", "The parameter response_type is missing.")
    if parameters["response_type"] != "code":
        raise refuse("unsupported_response_type", "Only response_type=code is offered.")
    if parameters.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise refuse("invalid_request", "PKCE with code_challenge_method=S256 is required.")
    if parameters.get("prompt") == "none":
        raise refuse("login_required", "A persona has to be picked each time.")
    return Asked(client_id, uri, challenge, "openid" in scopes, state, parameters.get("nonce"))


def _client(request: Request, form: dict[str, str]) -> tuple[str, str | None]:
    """The client's id and its secret, if it gave one, from HTTP Basic or the form."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        return form.get("client_id", ""), form.get("client_secret")
    if "client_secret" in form:
        raise OAuthError("invalid_request", "The client authenticates in two ways at once.")
    try:
        pair = base64.b64decode(credentials.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        pair = ""
    client_id, colon, secret = (unquote_plus(part) for part in pair.partition(":"))
    if scheme.lower() != "basic" or not colon:
        raise OAuthError("invalid_client", "The Authorization header cannot be read.")
    if form.get("client_id", client_id) != client_id:
        raise OAuthError("invalid_request", "The client gives two different ids.")
    return client_id, secret


def _same(one: str, other: str) -> bool:
    """Compared in a time that doesn't tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def _granted(persona: Persona, form: dict[str, str]) -> str:
    """The scope of a client's own token: what its persona holds. A system may ask for less, which
    is what it then gets."""
    if "scope" not in form or persona.sub not in SYSTEMS:
        return persona.scope
    asked = form["scope"].split()
    if not all(within(each, persona.scope.split()) for each in asked):
        raise OAuthError("invalid_scope", "The client is not registered for this scope.")
    return " ".join(dict.fromkeys(asked))


class Grants:
    """The two grants. A person's token carries every scope the persona holds, whatever was asked
    for; the answer's `scope` says so (RFC 6749 §3.3). Codes are kept in memory, for 60 seconds and
    one attempt, and are lost at a restart."""

    def __init__(self, settings: IdentitySettings, now: Callable[[], float]) -> None:
        self.settings = settings
        self.tokens = Tokens(settings, now)
        self.assertions = Assertions(settings, self.tokens.now)
        self._grants: dict[str, _Grant] = {}

    def choose(self, asked: Asked, persona: Persona) -> str:
        """Where to send the browser, with a new code."""
        now = self.tokens.now()
        for code in [code for code, old in self._grants.items() if old.expired(now)]:
            del self._grants[code]
        code = secrets.token_urlsafe(32)
        self._grants[code] = _Grant(asked, persona, now)
        return _send_to(self.settings, asked.redirect_uri, asked.state, code=code)

    def token(self, request: Request, form: dict[str, str]) -> dict[str, Any]:
        grant_type = need(form, "grant_type")
        if "client_assertion" in form or "client_assertion_type" in form:
            return self._backend_service(request, grant_type, form)
        client_id, secret = _client(request, form)
        if grant_type not in ("client_credentials", "authorization_code"):
            raise OAuthError("unsupported_grant_type", "This grant_type is not offered.")
        if secret is not None and not _same(secret, SECRET):
            raise OAuthError("invalid_client", "The client secret is wrong.")
        if grant_type == "authorization_code":
            return self._exchange(client_id, form)
        persona = BY_SUB.get(client_id)
        if persona is None or secret is None:
            raise OAuthError("invalid_client", "The persona is unknown or the secret missing.")
        return self._answer(persona, client_id, _granted(persona, form))

    def _backend_service(
        self, request: Request, grant_type: str, form: dict[str, str]
    ) -> dict[str, Any]:
        """SMART Backend Services: a signed assertion for a token of five minutes."""
        assertion = need(form, "client_assertion")
        if "authorization" in request.headers or "client_secret" in form:
            raise OAuthError("invalid_request", "The client authenticates in two ways at once.")
        if need(form, "client_assertion_type") != ASSERTION_TYPE:
            raise OAuthError("invalid_client", "Only assertions of the type jwt-bearer are taken.")
        if grant_type != "client_credentials":
            raise OAuthError("unsupported_grant_type", "Assertions are for client_credentials.")
        try:
            persona = self.assertions.client(assertion, form.get("client_id"))
        except RefusedAssertion as refused:
            raise OAuthError("invalid_client", str(refused)) from None
        if "scope" not in form:
            raise OAuthError("invalid_scope", "A system says which scope it needs.")
        return self._answer(persona, persona.sub, _granted(persona, form), SYSTEM_TOKEN_SECONDS)

    def _exchange(self, client_id: str, form: dict[str, str]) -> dict[str, Any]:
        if not client_id:
            raise OAuthError("invalid_client", "The client does not say who it is.")
        uri, verifier = need(form, "redirect_uri"), need(form, "code_verifier")
        grant = self._grants.pop(need(form, "code"), None)
        if grant is None or grant.expired(self.tokens.now()):
            raise OAuthError("invalid_grant", "The code is unknown, used or expired.")
        asked = grant.asked
        if asked.client_id != client_id or asked.redirect_uri != uri:
            raise OAuthError("invalid_grant", "The code is another client's.")
        challenge = create_s256_code_challenge(verifier) if _VERIFIER.fullmatch(verifier) else ""
        if not _same(challenge, asked.challenge):
            raise OAuthError("invalid_grant", "The code_verifier is wrong.")
        scope = " ".join((["openid"] if asked.openid else []) + grant.persona.scope.split())
        answer = self._answer(grant.persona, client_id, scope)
        if asked.openid:
            answer["id_token"] = self.tokens.id_token(
                grant.persona, client_id, answer["access_token"], grant.made_at, asked.nonce
            )
        return answer

    def _answer(
        self, persona: Persona, client_id: str, scope: str, lasts: int = TOKEN_SECONDS
    ) -> dict[str, Any]:
        token = self.tokens.access_token(persona, client_id, scope, lasts)
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": lasts}
        return answer | ({"scope": scope} if scope else {})
