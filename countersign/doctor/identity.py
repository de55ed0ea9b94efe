"""The issuer of tokens: reachable, consistent, with keys that services accept, and of our time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import Key

from countersign.doctor.database.server import clock
from countersign.doctor.finding import Findings, careful, fine, wrong
from shared.platform.identity import signing_keys
from shared.platform.settings import ServiceSettings

PATIENCE = 5.0
LEAST_BITS = 2048
"""Of an RSA key (NIST SP 800-57, until 2030)."""
TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
"""What kind of key an algorithm's first letters ask for."""
AWAY = "Nobody can sign in whose keys services don't know yet."


def identity(settings: ServiceSettings, transport: httpx.BaseTransport | None = None) -> Findings:
    with httpx.Client(timeout=PATIENCE, transport=transport) as client:
        uri = settings.jwks_uri
        try:
            if uri is None:
                at = f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration"
                said = client.get(at).raise_for_status().json()
                yield from discovered(said, settings.issuer)
                uri = said["jwks_uri"]
            answer = client.get(uri).raise_for_status()
            found = signing_keys(answer.json())
        except httpx.HTTPError as error:
            yield wrong(
                f"the issuer's keys can't be had: {_why(error)}", AWAY,
                "Is the address right, is its certificate believed here, may this pod go there?",
            )  # fmt: skip
            return
        except (ValueError, KeyError, TypeError, JoseError):
            yield wrong(
                "what the issuer publishes is no discovery document, or no key set", AWAY,
                "Is ISSUER the issuer itself, and not a page of it?",
            )  # fmt: skip
            return
    yield from keys(found, settings.algorithms, settings.revoked_kids)
    yield from of_our_time(answer.headers.get("date"), datetime.now(UTC))


def discovered(said: Mapping[str, Any], issuer: str) -> Findings:
    """Tokens must name the issuer as it names itself, to the letter."""
    if said["issuer"] != issuer:
        yield wrong(
            f"ISSUER is {issuer}, and the issuer calls itself {said['issuer']}",
            "Every token is refused.", f"Set ISSUER to {said['issuer']}.",
        )  # fmt: skip


def keys(
    found: Mapping[str, Sequence[Key]], algorithms: Iterable[str], revoked: Iterable[str]
) -> Findings:
    trusted = {kid: same for kid, same in found.items() if kid not in {*revoked}}
    of_use = [kid for kid, same in trusted.items() if any(_fits(each, algorithms) for each in same)]
    if not of_use:
        yield wrong(
            "none of the issuer's keys is of an algorithm that is allowed",
            "Every token is refused.",
            "Compare ALGORITHMS and REVOKED_KIDS with what the issuer signs with.",
        )
        return
    weak = [
        kid
        for kid, same in trusted.items()
        if any(each.key_type == "RSA" and _bits(each) < LEAST_BITS for each in same)
    ]
    if weak:
        yield wrong(
            f"the issuer's key {', '.join(weak)} has less than {LEAST_BITS} bits",
            "Whoever works it out signs in as anyone.", "Have the issuer replace it.",
        )  # fmt: skip
    yield fine(f"the issuer answers, with {len(of_use)} key(s) of an allowed algorithm")


def of_our_time(date: str | None, now: datetime) -> Findings:
    """The clock of the issuer, by the second in which it says it answered."""
    try:
        said = parsedate_to_datetime(date or "")
    except ValueError:
        yield careful(
            "the issuer doesn't say what time it has", "Its clock can't be compared.",
            "Compare it by hand.",
        )  # fmt: skip
        return
    ahead = (said - now).total_seconds()
    # It tells whole seconds, and the answer took a while.
    yield from clock(ahead if abs(ahead) > 2 else 0, "the issuer")


def _fits(key: Key, algorithms: Iterable[str]) -> bool:
    named = key.get("alg")
    return any(
        named == algorithm if named else TYPES[algorithm[:2]] == key.key_type
        for algorithm in algorithms
    )


def _bits(key: Key) -> int:
    public: Any = key.public_key
    return int(public.key_size)


def _why(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"{error.request.url.host} answers {error.response.status_code}"
    return f"{type(error).__name__}: {error}"
