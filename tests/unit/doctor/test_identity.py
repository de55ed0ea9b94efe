"""What is judged of an issuer, from what it answers."""

import warnings
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, RSAKey

from countersign.doctor.finding import Finding
from countersign.doctor.identity import identity
from shared.platform.settings import ServiceSettings
from tests.support.doctoring import only, said

ISSUER = "https://login.trust.example"
GOOD = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
with warnings.catch_warnings(action="ignore", category=SecurityWarning):
    WEAK = RSAKey.generate_key(1024, {"kid": "weak", "use": "sig", "alg": "RS256"})
OF_ANOTHER = ECKey.generate_key("P-521", {"kid": "ec", "use": "sig", "alg": "ES512"})


def look(
    *keys: Any,
    issuer: str = ISSUER,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **changes: Any,
) -> list[Finding]:
    def answer(request: httpx.Request) -> httpx.Response:
        date = {"date": format_datetime(datetime.now(UTC), usegmt=True)}
        if request.url.path == "/keys":
            jwks = {"keys": [key.as_dict(private=False) for key in keys]}
            return httpx.Response(status, json=jwks, headers=date if headers is None else headers)
        said = {"issuer": issuer, "jwks_uri": f"{ISSUER}/keys"}
        return httpx.Response(200, json=said, headers=date)

    settings = ServiceSettings(
        database_dsn="", idempotency_secret="", key_encryption_keys="", issuer=ISSUER, **changes
    )
    return [*identity(settings, httpx.MockTransport(answer))]


def test_an_issuer_that_is_fit() -> None:
    assert said(look(GOOD)) == []


def test_a_clock_that_is_wrong() -> None:
    then = {"date": "Thu, 01 Jan 2026 00:00:00 GMT"}
    assert "behind" in only(look(GOOD, headers=then), "the clock of the issuer").what
    only(look(GOOD, headers={}), "doesn't say what time it has")


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    ("keys", "changes", "words"),
    [
        ((GOOD,), {"issuer": f"{ISSUER}/"}, "calls itself https://login.trust.example/"),
        ((OF_ANOTHER,), {}, "none of the issuer's keys"),
        ((GOOD,), {"revoked_kids": frozenset({"one"})}, "none of the issuer's keys"),
        ((GOOD, WEAK), {}, "the issuer's key weak has less than 2048 bits"),
        ((GOOD,), {"status": 503}, "login.trust.example answers 503"),
    ],
)
def test_an_issuer_that_is_not(keys: Any, changes: dict[str, Any], words: str) -> None:
    only(look(*keys, **changes), words)


def test_an_issuer_that_says_something_else() -> None:
    def page(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text="<html>Sign in</html>")

    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route")

    settings = ServiceSettings(database_dsn="", idempotency_secret="", key_encryption_keys="")
    only([*identity(settings, httpx.MockTransport(page))], "no discovery document")
    only([*identity(settings, httpx.MockTransport(away))], "can't be had: ConnectError")
