"""The local identity provider over its HTTP interface, in process and without a network."""

import base64
import hashlib
import json
import re
import stat
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from deploy.local.identity import (
    IdentitySettings,
    UnknownPersona,
    issue,
    load_key,
)
from deploy.local.identity.app import create_app
from deploy.local.identity.grants import CODE_SECONDS
from deploy.local.personas import BY_SUB, PERSONAS, Persona

pytestmark = pytest.mark.anyio

NOW = 1_800_000_000
ISSUER = "http://127.0.0.1:8100"
CALLBACK = "http://127.0.0.1:8104/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().strip("=")
BAD_REDIRECTS = [
    "https://example.org/callback",
    "https://127.0.0.1/callback",
    "http://127.0.0.1.example.org/",
    "http://127.0.0.1@example.org/",
    "http://127.0.0.1:80@example.org/",
    "http://127.0.0.1\\@example.org/",
    "http://example.org\\@127.0.0.1/",
    "http://localhost:8104/\r\nSet-Cookie: a=b",
    "http://localhost:8104/#fragment",
    "http://localhostess/",
    "http://10.0.0.1:8104/",
    "//127.0.0.1/",
    "javascript:alert(1)",
]


class Clock:
    def __init__(self) -> None:
        self.time = float(NOW)

    def __call__(self) -> float:
        return self.time


class Provider:
    """What a client of the provider does, with good values unless told otherwise."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def credentials(self, client_id: str, client_secret: str = "local") -> httpx.Response:
        return await self.http.post(
            "/token",
            data={
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": client_secret,
            },
        )

    def query(self, **changes: str | None) -> dict[str, str]:
        good = {
            "response_type": "code",
            "client_id": "console",
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": "s & t",
            "nonce": "n-1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {k: v for k, v in (good | changes).items() if v is not None}

    async def ask(self, **changes: str | None) -> httpx.Response:
        return await self.http.get("/authorize", params=self.query(**changes))

    async def choose(self, persona: str = "nurse-1", /, **changes: str | None) -> httpx.Response:
        return await self.http.post(
            "/authorize", params=self.query(**changes), data={"persona": persona}
        )

    async def code(self, persona: str = "nurse-1", /, **changes: str | None) -> str:
        return sent_back(await self.choose(persona, **changes))["code"]

    async def exchange(self, code: str, /, **changes: str | None) -> httpx.Response:
        good = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": "console",
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        form = {k: v for k, v in (good | changes).items() if v is not None}
        return await self.http.post("/token", data=form)

    async def verified(self, token: str) -> jwt.Token:
        keys = KeySet.import_key_set((await self.http.get("/jwks")).json())
        return jwt.decode(token, keys, algorithms=["RS256"])


def sent_back(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 303
    location = answer.headers["location"]
    assert location.startswith(CALLBACK)
    return {name: value for name, [value] in parse_qs(urlsplit(location).query).items()}


def refused(answer: httpx.Response, error: str, status: int = 400) -> bool:
    assert answer.headers["cache-control"] == "no-store"
    return (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One key for all tests: an RSA key takes long to make."""
    directory = tmp_path_factory.mktemp("identity")
    load_key(directory)
    return directory


@pytest.fixture
def settings(key_file: Path) -> IdentitySettings:
    return IdentitySettings(port=8100, data_dir=key_file)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def provider(settings: IdentitySettings, clock: Clock) -> AsyncIterator[Provider]:
    transport = httpx.ASGITransport(app=create_app(settings, clock))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as http:
        yield Provider(http)


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.sub)
async def test_each_persona_gets_a_token_that_verifies(
    provider: Provider, persona: Persona
) -> None:
    answer = await provider.credentials(persona.sub)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 3600)
    assert answer.json().get("scope", "") == persona.scope
    token = await provider.verified(answer.json()["access_token"])
    assert token.header["typ"] == "at+jwt"
    assert token.claims.pop("jti")
    assert token.claims == {
        "iss": ISSUER,
        "sub": persona.sub,
        "aud": "countersign",
        "iat": NOW,
        "nbf": NOW,
        "exp": NOW + 3600,
        "client_id": persona.sub,
        "name": persona.name,
        "roles": list(persona.roles),
        "teams": list(persona.teams),
        "scope": persona.scope,
    }


async def test_client_credentials_by_http_basic(provider: Provider) -> None:
    form = {"grant_type": "client_credentials"}
    good = await provider.http.post("/token", data=form, auth=("ot-1", "local"))
    token = await provider.verified(good.json()["access_token"])
    assert token.claims["sub"] == "ot-1"
    bad = await provider.http.post("/token", data=form, auth=("ot-1", "wrong"))
    assert refused(bad, "invalid_client", 401)


@pytest.mark.parametrize("header", ["Basic", "Basic !", "Basic b3QtMQ==", "Basic /w==", "Bearer x"])
async def test_an_unreadable_authorization_header(provider: Provider, header: str) -> None:
    answer = await provider.http.post(
        "/token", data={"grant_type": "client_credentials"}, headers={"Authorization": header}
    )
    assert refused(answer, "invalid_client", 401)


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [("nurse-1", "wrong"), ("nurse-1", ""), ("nurse-1", "é"), ("nobody", "local"), ("", "")],
)
async def test_a_bad_client_is_invalid(provider: Provider, client_id: str, secret: str) -> None:
    answer = await provider.credentials(client_id, secret)
    assert refused(answer, "invalid_client", 401)
    assert answer.headers["www-authenticate"].startswith("Basic ")


async def test_two_ways_to_authenticate_at_once_are_refused(provider: Provider) -> None:
    form = {"grant_type": "client_credentials", "client_secret": "local"}
    answer = await provider.http.post("/token", data=form, auth=("ot-1", "local"))
    assert refused(answer, "invalid_request")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "invalid_request"),
        (b"grant_type=", "invalid_request"),
        (b"grant_type=a&grant_type=b", "invalid_request"),
        (b"grant_type=%ff", "invalid_request"),
        (b"\xff", "invalid_request"),
        (b'{"grant_type": "client_credentials"}', "invalid_request"),
        (b"grant_type=password", "unsupported_grant_type"),
    ],
)
async def test_a_malformed_token_request(provider: Provider, body: bytes, error: str) -> None:
    assert refused(await provider.http.post("/token", content=body), error)


async def test_code_flow_with_pkce(provider: Provider) -> None:
    back = sent_back(await provider.choose("auditor-1"))
    assert (back["state"], back["iss"]) == ("s & t", ISSUER)
    answer = await provider.exchange(back["code"])
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body["scope"] == "openid ledger.read"
    access = await provider.verified(body["access_token"])
    assert (access.claims["sub"], access.claims["client_id"]) == ("auditor-1", "console")
    identity = await provider.verified(body["id_token"])
    assert identity.header["typ"] == "JWT"
    assert (identity.claims["aud"], identity.claims["nonce"]) == ("console", "n-1")
    half = hashlib.sha256(body["access_token"].encode()).digest()[:16]
    assert identity.claims["at_hash"] == base64.urlsafe_b64encode(half).decode().strip("=")


async def test_no_id_token_without_the_openid_scope(provider: Provider) -> None:
    answer = await provider.exchange(await provider.code(scope=None))
    assert answer.status_code == 200
    assert "id_token" not in answer.json()


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": "v" * 42},
        {"redirect_uri": "http://127.0.0.1:8104/other"},
        {"client_id": "another"},
    ],
)
async def test_a_wrong_exchange_gets_nothing_and_uses_the_code_up(
    provider: Provider, changes: dict[str, str | None]
) -> None:
    code = await provider.code()
    assert refused(await provider.exchange(code, **changes), "invalid_grant")
    assert refused(await provider.exchange(code), "invalid_grant")


@pytest.mark.parametrize("missing", ["code", "code_verifier", "redirect_uri"])
async def test_an_incomplete_exchange(provider: Provider, missing: str) -> None:
    answer = await provider.exchange(await provider.code(), **{missing: None})
    assert refused(answer, "invalid_request")


@pytest.mark.parametrize("changes", [{"client_id": None}, {"client_secret": "wrong"}])
async def test_an_exchange_by_a_bad_client(
    provider: Provider, changes: dict[str, str | None]
) -> None:
    answer = await provider.exchange(await provider.code(), **changes)
    assert refused(answer, "invalid_client", 401)


async def test_a_code_works_once(provider: Provider) -> None:
    code = await provider.code()
    assert (await provider.exchange(code)).status_code == 200
    assert refused(await provider.exchange(code), "invalid_grant")


async def test_a_code_lasts_a_minute(provider: Provider, clock: Clock) -> None:
    early, late = await provider.code(), await provider.code()
    clock.time += CODE_SECONDS - 1
    assert (await provider.exchange(early)).status_code == 200
    clock.time += 1
    assert refused(await provider.exchange(late), "invalid_grant")


@pytest.mark.parametrize("uri", BAD_REDIRECTS)
async def test_a_redirect_off_this_machine_is_refused_on_a_page(
    provider: Provider, uri: str
) -> None:
    for answer in (
        await provider.ask(redirect_uri=uri),
        await provider.ask(redirect_uri=uri, response_type="token"),
        await provider.choose(redirect_uri=uri),
    ):
        assert answer.status_code == 400
        assert "location" not in answer.headers
        assert "not on this machine" in answer.text


@pytest.mark.parametrize("uri", ["http://localhost:3000/", "http://127.0.0.1:9/cb?a=b"])
async def test_redirects_to_this_machine(provider: Provider, uri: str) -> None:
    location = (await provider.choose(redirect_uri=uri)).headers["location"]
    assert location.startswith(f"{uri}&code=" if "?" in uri else f"{uri}?code=")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
async def test_a_bad_authorization_request_goes_back_to_the_client(
    provider: Provider, changes: dict[str, str | None], error: str
) -> None:
    for answer in (await provider.ask(**changes), await provider.choose(**changes)):
        back = sent_back(answer)
        assert (back["error"], back["state"], back["iss"]) == (error, "s & t", ISSUER)
        assert "code" not in back


async def test_a_persona_nobody_has_is_refused(provider: Provider) -> None:
    for persona in ("nobody", ""):
        assert (await provider.choose(persona)).status_code == 400


async def test_the_page_lists_every_persona_and_says_it_is_local(provider: Provider) -> None:
    page = await provider.ask()
    assert page.status_code == 200
    offered = re.findall(r'<button name="persona" value="([^"]+)"', page.text)
    assert sorted(offered) == sorted(BY_SUB)
    text = unescape(page.text)
    assert all(persona.name in text for persona in PERSONAS)
    assert "For local use only" in text
    assert '<html lang="en-GB">' in text


async def test_the_page_escapes_what_the_client_sent(provider: Provider) -> None:
    page = await provider.ask(client_id="<script>alert(1)</script>")
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_discovery_points_at_what_is_there(provider: Provider) -> None:
    found = (await provider.http.get("/.well-known/openid-configuration")).json()
    assert found["issuer"] == ISSUER
    assert found["code_challenge_methods_supported"] == ["S256"]
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        assert (await provider.http.options(found[name])).status_code == 405


async def test_jwks_is_public_and_named_by_thumbprint(provider: Provider) -> None:
    [key] = (await provider.http.get("/jwks")).json()["keys"]
    assert set(key) == {"kty", "n", "e", "use", "alg", "kid"}
    members = json.dumps({name: key[name] for name in ("e", "kty", "n")}, separators=(",", ":"))
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(members.encode()).digest())
    assert key["kid"] == thumbprint.decode().strip("=")


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
async def test_health(provider: Provider, path: str) -> None:
    answer = await provider.http.get(path)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_another_host_name_is_refused(provider: Provider) -> None:
    answer = await provider.http.get("/jwks", headers={"Host": "rebound.example.org"})
    assert answer.status_code == 400


async def test_issue_without_the_provider(provider: Provider, settings: IdentitySettings) -> None:
    token = await provider.verified(issue(settings, "ig-lead-1"))
    assert (token.claims["sub"], token.claims["scope"]) == ("ig-lead-1", "ledger.read")
    with pytest.raises(UnknownPersona):
        issue(settings, "nobody")


def test_the_key_is_private_made_once_and_shared_by_racing_starts(tmp_path: Path) -> None:
    directory = tmp_path / "new"
    with ThreadPoolExecutor(4) as pool:
        kids = {key.kid for key in pool.map(lambda _: load_key(directory), range(4))}
    assert len(kids) == 1
    [file] = directory.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_no_code_or_token_is_logged(
    provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        code = await provider.code()
        body = (await provider.exchange(code)).json()
    logged = "\n".join(each.getMessage() for each in caplog.records if each.name != "httpx")
    assert all(secret not in logged for secret in (code, body["access_token"], body["id_token"]))


NUMBER_FORMS: dict[str, Callable[[str], Any]] = {
    "NMC": re.compile(r"[0-9A-Z]{8}").fullmatch,
    "HCPC": re.compile(r"[A-Z]{2,3}[0-9]{1,6}").fullmatch,
}


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.sub)
def test_personas_fit_together(persona: Persona) -> None:
    assert BY_SUB[persona.sub] is persona
    assert all(NUMBER_FORMS[each.body](each.number) for each in persona.registrations)
    assert bool(persona.registrations) == ("registered_practitioner" in persona.roles)
    if persona.line_manager_id:
        manager = BY_SUB[persona.line_manager_id]
        assert manager.roles == ("team_manager",)
        assert manager.teams == persona.teams
