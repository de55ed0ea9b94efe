"""Which tokens are taken, and how the issuer's keys are kept, against an issuer in this process."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import Key, OctKey, RSAKey
from joserfc.jws import JWSRegistry
from pydantic import ValidationError

from shared.kernel.call import Caller
from shared.kernel.errors import Unauthenticated
from shared.platform import identity
from shared.platform.identity import REFRESH_AT_MOST_EVERY, TokenVerifier
from tests.support.issuer import EC, RSA, Clock, Issuer, settings, token
from tests.support.wait import PATIENCE, until

pytestmark = pytest.mark.anyio

ANOTHER = RSAKey.generate_key(2048, {"kid": "another"})


@pytest.fixture
def issuer() -> Issuer:
    return Issuer(RSA, EC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verifier(issuer: Issuer, clock: Clock) -> TokenVerifier:
    return TokenVerifier(settings(), httpx.MockTransport(issuer.answer), clock)


def forged(header: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    def part(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).decode().rstrip("=")

    unsigned = f"{part(json.dumps(header).encode())}.{token().split('.')[1]}"
    return f"{unsigned}.{part(sign(unsigned.encode()))}"


def rsa_signature(text: bytes) -> bytes:
    return JWSRegistry.algorithms["RS256"].sign(text, RSA)


async def taken(verifier: TokenVerifier, bearer: str) -> bool:
    try:
        await verifier.caller(f"Bearer {bearer}")
    except Unauthenticated:
        return False
    return True


@asynccontextmanager
async def keeping_keys(
    verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[asyncio.Task[None]]:
    """Keys are read again all the time, as a service does it every five minutes."""
    monkeypatch.setattr(identity, "KEYS_FOR", 0.01)
    monkeypatch.setattr(identity, "REFRESH_AT_MOST_EVERY", 0.0)
    keeping = asyncio.create_task(verifier.keep_keys())
    try:
        yield keeping
    finally:
        keeping.cancel()
        await asyncio.wait({keeping}, timeout=PATIENCE)
        assert keeping.cancelled()


async def answers(verifier: TokenVerifier, *tokens: str) -> list[str]:
    """What becomes of tokens that come at the same time: who calls, or why not."""
    async with asyncio.timeout(PATIENCE):
        came = (verifier.caller(f"Bearer {each}") for each in tokens)
        found = await asyncio.gather(*came, return_exceptions=True)
    return [each.staff_id if isinstance(each, Caller) else type(each).__name__ for each in found]


async def test_a_good_token_says_who_calls(verifier: TokenVerifier) -> None:
    caller = await verifier.caller(f"Bearer {token(scope='a b')}")
    assert (caller.staff_id, caller.name) == ("nurse-1", "Nurse 1")
    assert caller.roles == {"registered_practitioner"}
    assert caller.teams == {"north-cmht"}
    assert caller.scopes == {"a", "b"}


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "token"])
async def test_without_a_bearer_token(verifier: TokenVerifier, header: str | None) -> None:
    with pytest.raises(Unauthenticated):
        await verifier.caller(header)


@pytest.mark.parametrize("key", [RSA, EC], ids=["RSA", "EC"])
async def test_algorithms_with_a_public_key(verifier: TokenVerifier, key: Key) -> None:
    assert await taken(verifier, token(key))


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"exp": None},
        {"exp": int(time.time()) - 60},
        {"exp": "soon"},
        {"exp": float("nan")},
        {"nbf": int(time.time()) + 300},
        {"iat": int(time.time()) + 300},
        {"iss": "https://other.example"},
        {"iss": None},
        {"aud": None},
        {"aud": "console", "nonce": "n", "at_hash": "h"},
        {"aud": ["console"]},
    ],
    ids=" ".join,
)
async def test_claims_that_are_not_taken(verifier: TokenVerifier, changes: dict[str, Any]) -> None:
    """The one with a nonce is an ID token: it is for the client, and no key to this door."""
    assert not await taken(verifier, token(**changes))


@pytest.mark.parametrize(("claim", "sign"), [("exp", -1), ("nbf", 1), ("iat", 1)])
async def test_clocks_may_differ_by_the_leeway(
    verifier: TokenVerifier, claim: str, sign: int
) -> None:
    now = int(time.time())
    near: dict[str, Any] = {claim: now + sign * 20}
    far: dict[str, Any] = {claim: now + sign * 40}
    assert await taken(verifier, token(**near))
    assert not await taken(verifier, token(**far))


async def test_the_public_key_is_no_shared_secret(verifier: TokenVerifier) -> None:
    public = RSA.as_pem(private=False)
    header = {"alg": "HS256", "kid": RSA.kid}
    assert not await taken(
        verifier, forged(header, lambda text: hmac.digest(public, text, hashlib.sha256))
    )


async def test_unsigned_and_wrongly_signed(verifier: TokenVerifier) -> None:
    assert not await taken(verifier, forged({"alg": "none", "kid": RSA.kid}, lambda _: b""))
    assert not await taken(verifier, token(ANOTHER, {"kid": RSA.kid}))
    assert not await taken(verifier, forged({"alg": "RS256"}, rsa_signature))


@pytest.mark.parametrize("more", [{}, {"typ": "at+jwt"}, {"zip": "NONE", "sia": "x"}], ids=str)
async def test_what_may_be_ignored_is_ignored(
    verifier: TokenVerifier, more: dict[str, Any]
) -> None:
    assert await taken(verifier, forged({"alg": "RS256", "kid": RSA.kid, **more}, rsa_signature))


@pytest.mark.parametrize("more", [{"crit": []}, {"crit": ["b64"], "b64": True}, {"crit": 1}])
async def test_what_must_be_understood_is_refused(
    verifier: TokenVerifier, more: dict[str, Any]
) -> None:
    header = {"alg": "RS256", "kid": RSA.kid, **more}
    assert not await taken(verifier, forged(header, rsa_signature))


@pytest.mark.parametrize("other", [{"use": "enc"}, {"alg": "RS384"}, {"key_ops": ["encrypt"]}])
async def test_a_key_for_something_else_is_not_used(clock: Clock, other: dict[str, Any]) -> None:
    issuer = Issuer({**RSA.as_dict(private=False), **other}, EC)
    verifier = TokenVerifier(settings(), httpx.MockTransport(issuer.answer), clock)
    assert await taken(verifier, token(EC))
    assert not await taken(verifier, token(RSA))


async def test_the_key_of_a_token_is_found_among_those_of_one_name(clock: Clock) -> None:
    twin = {**EC.as_dict(private=False), "kid": "rsa", "alg": "ES256"}
    issuer = Issuer(twin, {**RSA.as_dict(private=False), "alg": "RS256"})
    verifier = TokenVerifier(settings(), httpx.MockTransport(issuer.answer), clock)
    assert await taken(verifier, token(RSA))


async def test_a_shared_secret_among_the_keys_is_left_out(clock: Clock) -> None:
    secret = OctKey.import_key("s" * 40, {"kid": "shared"})
    issuer = Issuer(RSA, {**secret.as_dict(private=True), "kid": "shared"})
    verifier = TokenVerifier(settings(), httpx.MockTransport(issuer.answer), clock)
    assert await taken(verifier, token(RSA))
    made = jwt.encode({"alg": "HS256", "kid": "shared"}, {"sub": "x"}, secret)
    assert not await taken(verifier, made)


@pytest.mark.parametrize("name", ["none", "HS256", "RSA1_5"])
def test_no_other_algorithm_can_be_configured(name: str) -> None:
    with pytest.raises(ValidationError):
        settings(algorithms=[name])


async def test_keys_are_read_once(verifier: TokenVerifier, issuer: Issuer) -> None:
    for _ in range(3):
        assert await taken(verifier, token())
    assert issuer.reads == 1


async def test_a_new_key_is_picked_up(
    verifier: TokenVerifier, issuer: Issuer, clock: Clock
) -> None:
    assert await taken(verifier, token(RSA))
    issuer.keys = [RSA, ANOTHER]
    clock.time += REFRESH_AT_MOST_EVERY
    assert await taken(verifier, token(ANOTHER))
    assert await taken(verifier, token(RSA))
    assert issuer.reads == 2


async def test_a_flood_of_unknown_keys_does_not_reach_the_issuer(
    verifier: TokenVerifier, issuer: Issuer, clock: Clock
) -> None:
    assert await taken(verifier, token())
    clock.time += REFRESH_AT_MOST_EVERY
    for number in range(50):
        assert not await taken(verifier, token(ANOTHER, {"kid": f"unknown-{number}"}))
    assert issuer.reads == 2


async def test_a_flood_at_once_makes_one_try(
    verifier: TokenVerifier, issuer: Issuer, clock: Clock
) -> None:
    assert await taken(verifier, token())
    clock.time += REFRESH_AT_MOST_EVERY
    issuer.quick.clear()
    unknown = [token(ANOTHER, {"kid": f"unknown-{number}"}) for number in range(10)]
    flood = asyncio.create_task(answers(verifier, *unknown))
    await until(lambda: issuer.tries == 2)
    assert await answers(verifier, token()) == ["nurse-1"], "who is known doesn't wait"
    issuer.quick.set()
    assert await flood == ["Unauthenticated"] * 10
    assert issuer.tries == 2


async def test_keys_are_read_again_without_being_asked_for(
    verifier: TokenVerifier, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with keeping_keys(verifier, monkeypatch):
        await until(lambda: issuer.reads > 2)


async def test_a_withdrawn_key_is_forgotten(
    verifier: TokenVerifier, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = token(RSA)
    async with keeping_keys(verifier, monkeypatch):
        assert await taken(verifier, kept)
        issuer.keys = [EC]

        async def forgotten() -> bool:
            return not await taken(verifier, kept)

        await until(forgotten)


async def test_who_is_known_never_waits_for_the_issuer(
    verifier: TokenVerifier, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = [token(sub=f"nurse-{number}") for number in range(10)]
    callers = [f"nurse-{number}" for number in range(10)]
    assert await answers(verifier, *tokens) == callers
    tries = issuer.tries
    issuer.quick.clear()
    async with keeping_keys(verifier, monkeypatch):
        await until(lambda: issuer.tries == tries + 1)
        assert await answers(verifier, *tokens) == callers
        assert await answers(verifier, token(sub="nurse-11")) == ["nurse-11"]
        assert issuer.tries == tries + 1


@pytest.mark.parametrize(
    "nonsense",
    [b"", b"[]", b"{}", b'{"jwks_uri": 7}', b'{"jwks_uri": "https://[", "keys": [7]}',
     b'{"jwks_uri": "https://issuer.example/jwks", "keys": [7]}'],
)  # fmt: skip
async def test_an_issuer_that_talks_nonsense_is_asked_again(
    verifier: TokenVerifier,
    issuer: Issuer,
    monkeypatch: pytest.MonkeyPatch,
    nonsense: bytes,
) -> None:
    async with keeping_keys(verifier, monkeypatch):
        await until(lambda: issuer.reads > 0)
        issuer.nonsense, tries = nonsense, issuer.tries
        await until(lambda: issuer.tries > tries + 1)
        assert await taken(verifier, token())
        issuer.nonsense, reads = None, issuer.reads
        await until(lambda: issuer.reads > reads)


async def test_a_revoked_key_verifies_nothing(issuer: Issuer, clock: Clock) -> None:
    revoking = settings(revoked_kids=["rsa"])
    verifier = TokenVerifier(revoking, httpx.MockTransport(issuer.answer), clock)
    assert not await taken(verifier, token(RSA))
    assert await taken(verifier, token(EC))


@pytest.mark.parametrize("how", ["away", "slow"])
async def test_without_keys_one_try_answers_all_who_come(
    verifier: TokenVerifier,
    issuer: Issuer,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    issuer.away = how == "away"
    if how == "slow":
        monkeypatch.setattr(identity, "READ_FOR", 0.05)
        issuer.quick.clear()
    tokens = [token(sub=f"nurse-{number}") for number in range(10)]
    assert await answers(verifier, *tokens) == ["Unavailable"] * 10
    assert await answers(verifier, *tokens) == ["Unavailable"] * 10
    assert issuer.tries == 1
    issuer.away = False
    issuer.quick.set()
    clock.time += REFRESH_AT_MOST_EVERY
    assert await taken(verifier, token())
    assert issuer.tries == 2


async def test_keys_stay_good_while_the_issuer_is_away(
    verifier: TokenVerifier, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with keeping_keys(verifier, monkeypatch):
        await until(lambda: issuer.reads > 0)
        issuer.away, tries = True, issuer.tries
        await until(lambda: issuer.tries > tries + 1)
        assert await taken(verifier, token())
