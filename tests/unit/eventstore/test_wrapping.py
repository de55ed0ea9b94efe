"""Data keys are wrapped for one subject, under a ring that says what is wrong with it."""

import base64
from uuid import UUID

import pytest

from shared.eventstore.keys import context_of
from shared.eventstore.wrapping import CannotUnwrap, KeyRing, MalformedKeyRing, Wrapped
from tests.support.keys import ring, ring_file

pytestmark = pytest.mark.anyio
DATA_KEY = bytes(range(32))
SOMEONE = context_of(UUID(int=1), "service-user:1")


async def test_what_was_wrapped_is_unwrapped() -> None:
    wrapped = await ring("a").wrap(DATA_KEY, SOMEONE)
    assert wrapped.kek == "a"
    assert DATA_KEY not in wrapped.value
    assert await ring("a").unwrap(wrapped, SOMEONE) == DATA_KEY


@pytest.mark.parametrize(
    "other", [context_of(UUID(int=2), "service-user:1"), context_of(UUID(int=1), "worker:1")]
)
async def test_a_key_is_no_one_elses(other: bytes) -> None:
    with pytest.raises(CannotUnwrap):
        await ring("a").unwrap(await ring("a").wrap(DATA_KEY, SOMEONE), other)


async def test_the_first_of_a_ring_wraps_and_all_unwrap() -> None:
    before = await ring("old").wrap(DATA_KEY, SOMEONE)
    both = ring("new", "old")
    assert both.current == "new"
    assert (await both.wrap(DATA_KEY, SOMEONE)).kek == "new"
    assert await both.unwrap(before, SOMEONE) == DATA_KEY
    with pytest.raises(CannotUnwrap):
        await ring("new").unwrap(before, SOMEONE)


async def test_a_key_under_another_name_does_not_unwrap() -> None:
    wrapped = await ring("a").wrap(DATA_KEY, SOMEONE)
    with pytest.raises(CannotUnwrap):
        await ring("a", "b").unwrap(Wrapped(wrapped.value, "b"), SOMEONE)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "holds no key-encryption key"),
        ("\n \n", "holds no key-encryption key"),
        (ring_file("a") + "\nb", "line 2: not base64 of 32 bytes"),
        (ring_file("a", "b", "a"), "line 3: its id was given before"),
        ("a c2VjcmV0LXNob3J0", "line 1: not base64 of 32 bytes"),
        ("a c2VjcmV0!!!", "line 1: not base64 of 32 bytes"),
        ("{}c2VjcmV0 x", "line 1: it does not begin with an id"),
    ],
)
def test_a_malformed_ring_says_which_line_and_never_what_is_in_it(text: str, why: str) -> None:
    with pytest.raises(MalformedKeyRing, match=why) as raised:
        KeyRing.parse(text)
    assert "c2VjcmV0" not in str(raised.value)
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_a_ring_does_not_show_what_it_holds() -> None:
    encoded = base64.b64encode(b"a".ljust(32)).decode()
    assert encoded in ring_file("a")
    assert encoded not in repr(ring("a")) + str(vars(ring("a")))
