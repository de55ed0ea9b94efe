"""SMART Backend Services at the local identity provider: what proves who a system is."""

import json
import stat
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, OctKey, RSAKey

from deploy.local.identity import (
    ASSERTION_TYPE,
    SYSTEM_TOKEN_SECONDS,
    IdentitySettings,
    UnknownClient,
    assertion,
    jwks_file,
    key_file,
)
from deploy.local.identity.app import create_app

pytestmark = pytest.mark.anyio

ISSUER = "http://127.0.0.1:8100"
TOKEN_URL = f"{ISSUER}/token"
EC = ECKey.generate_key("P-384", {"kid": "ec", "use": "sig", "alg": "ES384"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig", "alg": "RS384"})
BARE = RSAKey.import_key(RSA.as_pem(private=True), {"kid": "bare"})
FOR_SECRECY = RSAKey.import_key(RSA.as_pem(private=True), {"kid": "enc"})
UNREGISTERED = ECKey.generate_key("P-384", {"kid": "ec"})


class Clock:
    def __init__(self) -> None:
        self.time = float(int(time.time()))

    def __call__(self) -> float:
        return self.time


class System:
    """`ehr-1` at the token endpoint: it does everything right unless told otherwise."""

    def __init__(self, http: httpx.AsyncClient, clock: Clock) -> None:
        self.http = http
        self.clock = clock
        self._number = 0

    def assertion(self, key: Key = EC, header: dict[str, Any] | None = None, **changes: Any) -> str:
        self._number += 1
        good = {
            "iss": "ehr-1",
            "sub": "ehr-1",
            "aud": TOKEN_URL,
            "exp": int(self.clock.time) + 300,
            "jti": f"jti-{self._number}",
        }
        claims = {name: value for name, value in (good | changes).items() if value is not None}
        alg = {"EC": "ES384", "RSA": "RS384", "oct": "HS384"}[key.key_type]
        made = {"alg": alg, "typ": "JWT", "kid": key.kid, **(header or {})}
        return jwt.encode(made, claims, key, algorithms=[made["alg"]])

    async def ask(self, signed: str | None = None, /, **changes: str | None) -> httpx.Response:
        good = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion() if signed is None else signed,
            "scope": "system/Composition.rs",
        }
        form = {name: value for name, value in (good | changes).items() if value is not None}
        return await self.http.post("/token", data=form)

    async def claims(self, answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        keys = KeySet.import_key_set((await self.http.get("/jwks")).json())
        return jwt.decode(answer.json()["access_token"], keys, algorithms=["RS256"]).claims


def refused(answer: httpx.Response, error: str, status: int = 400) -> bool:
    assert answer.headers["cache-control"] == "no-store"
    return (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of the developer's own, registered in place of the one made at the first start."""
    directory = tmp_path_factory.mktemp("identity")
    registered = jwks_file(directory, "ehr-1")
    registered.parent.mkdir(parents=True)
    keys = [each.as_dict(private=False) for each in (EC, RSA, BARE)]
    keys.append({**FOR_SECRECY.as_dict(private=False), "use": "enc"})
    registered.write_text(json.dumps({"keys": keys}))
    return directory


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def system(data: Path, clock: Clock) -> AsyncIterator[System]:
    app = create_app(IdentitySettings(port=8100, data_dir=data), clock)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as http:
        yield System(http, clock)


@pytest.mark.parametrize("key", [EC, RSA, BARE], ids=lambda key: key.kid)
async def test_a_signed_assertion_gets_a_short_token(system: System, key: Key) -> None:
    answer = await system.ask(system.assertion(key))
    assert answer.json()["scope"] == "system/Composition.rs"
    assert answer.json()["expires_in"] == SYSTEM_TOKEN_SECONDS
    assert answer.headers["cache-control"] == "no-store"
    claims = await system.claims(answer)
    assert claims["sub"] == claims["client_id"] == "ehr-1"
    assert claims["roles"] == ["ehr_system"]
    assert claims["scope"] == "system/Composition.rs"
    assert claims["exp"] == system.clock.time + SYSTEM_TOKEN_SECONDS


async def test_the_audience_may_be_a_list_and_the_id_repeated(system: System) -> None:
    answer = await system.ask(system.assertion(aud=[TOKEN_URL]), client_id="ehr-1")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": None},
        {"iss": "nurse-1"},
        {"sub": None},
        {"sub": "nurse-1", "iss": "nurse-1"},
        {"sub": "nobody", "iss": "nobody"},
        {"sub": ["ehr-1"]},
        {"aud": None},
        {"aud": ISSUER},
        {"aud": f"{TOKEN_URL}/"},
        {"aud": []},
        {"exp": None},
        {"exp": "soon"},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 201},
    ],
    ids=str,
)
async def test_claims_that_prove_nothing(system: System, changes: dict[str, Any]) -> None:
    answer = await system.ask(system.assertion(**changes))
    assert refused(answer, "invalid_client", 401)


@pytest.mark.parametrize(
    ("ahead", "status"), [(-1, 401), (0, 401), (1, 200), (300, 200), (301, 401)]
)
async def test_an_assertion_lasts_five_minutes_at_most(
    system: System, ahead: int, status: int
) -> None:
    exp = int(system.clock.time) + ahead
    assert (await system.ask(system.assertion(exp=exp))).status_code == status


@pytest.mark.parametrize(
    ("key", "header"),
    [
        (UNREGISTERED, {}),
        (EC, {"kid": "other"}),
        (EC, {"kid": "rsa"}),
        (BARE, {"kid": "rsa", "alg": "RS256"}),
        (BARE, {"alg": "RS256"}),
        (BARE, {"alg": "PS384"}),
        (RSA, {"jku": "https://evil.example/jwks"}),
        (RSA, {"jwk": RSA.as_dict(private=False)}),
        (FOR_SECRECY, {}),
        (OctKey.import_key("local" * 20, {"kid": "rsa"}), {}),
    ],
)
async def test_keys_and_algorithms_that_prove_nothing(
    system: System, key: Key, header: dict[str, Any]
) -> None:
    answer = await system.ask(system.assertion(key, header))
    assert refused(answer, "invalid_client", 401)


@pytest.mark.parametrize("text", ["x", "a.b.c", "é.é.é", "..", "eyJhbGciOiJub25lIn0.e30."])
async def test_what_is_no_assertion(system: System, text: str) -> None:
    assert refused(await system.ask(text), "invalid_client", 401)


async def test_an_assertion_is_good_once(system: System) -> None:
    signed = system.assertion()
    assert (await system.ask(signed)).status_code == 200
    assert refused(await system.ask(signed), "invalid_client", 401)
    again = system.assertion(jti="jti-1")
    assert refused(await system.ask(again), "invalid_client", 401)


async def test_a_used_id_is_remembered_until_its_assertion_expires(system: System) -> None:
    assert (await system.ask(system.assertion(jti="one"))).status_code == 200
    system.clock.time += 299
    assert refused(await system.ask(system.assertion(jti="one")), "invalid_client", 401)
    system.clock.time += 1
    assert (await system.ask(system.assertion(jti="one"))).status_code == 200


async def test_a_bad_assertion_uses_nothing_up(system: System) -> None:
    assert refused(
        await system.ask(system.assertion(jti="one", aud="other")), "invalid_client", 401
    )
    assert (await system.ask(system.assertion(jti="one"))).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error", "status"),
    [
        ({"client_assertion": ""}, "invalid_request", 400),
        ({"client_assertion_type": None}, "invalid_request", 400),
        ({"client_assertion_type": "urn:other"}, "invalid_client", 401),
        ({"client_secret": "local"}, "invalid_request", 400),
        ({"client_id": "nurse-1"}, "invalid_client", 401),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type", 400),
        ({"scope": None}, "invalid_scope", 400),
        ({"scope": "system/Composition.sr"}, "invalid_scope", 400),
        ({"scope": "system/Composition.rs ledger.read"}, "invalid_scope", 400),
        ({"scope": "user/*.cruds"}, "invalid_scope", 400),
    ],
)
async def test_requests_that_are_refused(
    system: System, changes: dict[str, str | None], error: str, status: int
) -> None:
    assert refused(await system.ask(**changes), error, status)


async def test_two_ways_to_authenticate_at_once(system: System) -> None:
    form = {"grant_type": "client_credentials", "client_assertion": system.assertion()}
    answer = await system.http.post("/token", data=form, auth=("ehr-1", "local"))
    assert refused(answer, "invalid_request")


async def test_the_secret_still_works_and_may_ask_for_less(system: System) -> None:
    form = {"grant_type": "client_credentials", "client_id": "ehr-1", "client_secret": "local"}
    broad = await system.claims(await system.http.post("/token", data=form))
    assert broad["scope"] == "system/*.cruds"
    narrow = {**form, "scope": "system/Composition.rs system/Patient.read"}
    claims = await system.claims(await system.http.post("/token", data=narrow))
    assert claims["scope"] == narrow["scope"]
    beyond = await system.http.post("/token", data={**form, "scope": "system/Composition.x"})
    assert refused(beyond, "invalid_scope")


async def test_discovery_tells_a_system_how(system: System) -> None:
    smart = (await system.http.get("/.well-known/smart-configuration")).json()
    openid = (await system.http.get("/.well-known/openid-configuration")).json()
    for found in (smart, openid):
        assert found["token_endpoint"] == TOKEN_URL
        assert "private_key_jwt" in found["token_endpoint_auth_methods_supported"]
        assert found["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
        assert "client_credentials" in found["grant_types_supported"]
    assert {"client-confidential-asymmetric", "permission-v2"} <= set(smart["capabilities"])


async def test_a_newcomer_has_a_key_and_prints_an_assertion(tmp_path: Path, data: Path) -> None:
    (tmp_path / "identity-key.pem").write_bytes((data / "identity-key.pem").read_bytes())
    settings = IdentitySettings(port=8100, data_dir=tmp_path)
    transport = httpx.ASGITransport(app=create_app(settings))
    async with httpx.AsyncClient(transport=transport, base_url=ISSUER) as http:
        assert stat.S_IMODE(key_file(tmp_path, "ehr-1").stat().st_mode) == 0o600
        [registered] = json.loads(jwks_file(tmp_path, "ehr-1").read_text())["keys"]
        assert "d" not in registered
        newcomer = System(http, Clock())
        assert (await newcomer.ask(assertion(settings, "ehr-1"))).status_code == 200
    with pytest.raises(UnknownClient):
        assertion(settings, "nurse-1")
