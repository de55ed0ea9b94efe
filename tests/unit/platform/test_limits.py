"""How often a caller may call."""

import httpx
import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.call import Caller
from shared.kernel.errors import TooManyRequests, Unauthenticated
from shared.platform import limits
from shared.platform.identity import TokenVerifier
from shared.platform.limits import Admission, Buckets
from tests.support.issuer import RSA, Clock, Issuer, settings, token


def refused(buckets: Buckets, key: str) -> int:
    """The seconds to wait; 0 when the call was let through."""
    try:
        buckets.take(key)
    except TooManyRequests as refusal:
        return refusal.retry_after
    return 0


def test_a_burst_and_then_the_rate() -> None:
    clock = Clock()
    buckets = Buckets(2, 3, clock)
    assert [refused(buckets, "a") for _ in range(4)] == [0, 0, 0, 1]
    clock.time += 0.5
    assert [refused(buckets, "a") for _ in range(2)] == [0, 1]
    clock.time += 60
    assert [refused(buckets, "a") for _ in range(4)] == [0, 0, 0, 1]


def test_each_key_has_its_own() -> None:
    buckets = Buckets(1, 1, Clock())
    assert [refused(buckets, key) for key in ("a", "b", "a", "b")] == [0, 0, 1, 1]


def test_it_says_how_long_to_wait() -> None:
    buckets = Buckets(0.1, 1, Clock())
    assert [refused(buckets, "a") for _ in range(2)] == [0, 10]


def test_no_limit() -> None:
    buckets = Buckets(0, 1, Clock())
    assert not any(refused(buckets, "a") for _ in range(100))


def test_the_quietest_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_REMEMBERED", 2)
    buckets = Buckets(1, 1, Clock())
    assert [refused(buckets, key) for key in ("a", "b", "a", "c")] == [0, 0, 1, 0]
    assert [refused(buckets, key) for key in ("a", "b")] == [1, 0]


@given(
    st.lists(st.floats(min_value=0, max_value=5), max_size=60),
    st.integers(min_value=1, max_value=5),
    st.integers(min_value=1, max_value=10),
)
def test_never_more_than_the_burst_and_what_time_adds(
    waits: list[float], per_second: int, burst: int
) -> None:
    clock = Clock()
    began = clock.time
    buckets = Buckets(per_second, burst, clock)
    let_through = 0
    for wait in waits:
        clock.time += wait
        let_through += not refused(buckets, "a")
        assert let_through <= burst + (clock.time - began) * per_second + 1e-6


def from_address(address: str, bearer: str | None) -> Request:
    headers = [(b"authorization", f"Bearer {bearer}".encode())] if bearer else []
    return Request({"type": "http", "headers": headers, "client": (address, 1)})


async def outcome(admission: Admission, request: Request) -> str:
    try:
        caller: Caller = await admission.caller(request)
    except (Unauthenticated, TooManyRequests) as refusal:
        return refusal.code
    return caller.staff_id


@pytest.fixture
def admission() -> Admission:
    clock = Clock()
    transport = httpx.MockTransport(Issuer(RSA).answer)
    return Admission(TokenVerifier(settings(), transport, clock), 1, 2, clock)


@pytest.mark.anyio
async def test_a_caller_is_counted_by_id_not_by_token(admission: Admission) -> None:
    requests = [from_address(f"10.0.0.{n}", token(jti=str(n))) for n in range(3)]
    assert [await outcome(admission, each) for each in requests] == [
        "nurse-1", "nurse-1", "too_many_requests",
    ]  # fmt: skip
    another = from_address("10.0.0.1", token(sub="nurse-2"))
    assert await outcome(admission, another) == "nurse-2"


@pytest.mark.anyio
async def test_failures_are_counted_by_address_and_shut_nobody_out(admission: Admission) -> None:
    wrong, none = from_address("10.0.0.1", "wrong"), from_address("10.0.0.1", None)
    assert [await outcome(admission, each) for each in (wrong, none, wrong)] == [
        "unauthenticated", "unauthenticated", "too_many_requests",
    ]  # fmt: skip
    assert await outcome(admission, from_address("10.0.0.2", "wrong")) == "unauthenticated"
    assert await outcome(admission, from_address("10.0.0.1", token())) == "nurse-1"


def test_who_needs_no_token_is_counted_by_address(admission: Admission) -> None:
    def let_in(address: str) -> bool:
        try:
            admission.stranger(from_address(address, None))
        except TooManyRequests:
            return False
        return True

    assert [let_in("10.0.0.1") for _ in range(3)] == [True, True, False]
    assert let_in("10.0.0.2")
