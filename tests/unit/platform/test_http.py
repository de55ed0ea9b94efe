"""Cursors, refusals and their statuses."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.eventstore.cloudevents import Message
from shared.kernel import errors
from shared.kernel.errors import Malformed, Refusal
from shared.platform.consumer import unbroken
from shared.platform.http import decode_cursor, encode_cursor, moment
from shared.platform.problems import STATUS


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_cursors_come_back(at: datetime, id: UUID) -> None:
    assert decode_cursor(encode_cursor([at, id]), moment, UUID) == [at, id]


@pytest.mark.parametrize("cursor", ["", "!", "WzFd", "bm90IGpzb24", "W10", "MQ", "eyJhIjoxfQ"])
def test_cursors_we_never_gave_out(cursor: str) -> None:
    with pytest.raises(Malformed):
        decode_cursor(cursor, moment, UUID)


def _kinds(kind: type[Refusal]) -> list[type[Refusal]]:
    return [kind, *(each for sub in kind.__subclasses__() for each in _kinds(sub))]


def test_every_kind_of_refusal_has_a_status_of_its_own_kind() -> None:
    expected = {
        errors.RoleNotPermitted: 403,
        errors.NoRelationship: 403,
        errors.NotFound: 404,
        errors.Conflict: 409,
        errors.VersionChanged: 412,
        errors.Malformed: 422,
        errors.IdempotencyKeyReused: 422,
        errors.IfMatchRequired: 428,
        errors.Unauthenticated: 401,
        errors.TooManyRequests: 429,
        errors.Unavailable: 503,
    }
    for kind, status in expected.items():
        assert next(found for each, found, _ in STATUS if issubclass(kind, each)) == status


def test_codes_are_stable_words() -> None:
    for kind in _kinds(Refusal):
        assert kind.code.replace("_", "").isalpha()
        assert kind.code == kind.code.lower()


def _message(position: int, previous: int) -> Message:
    return Message(1, position, previous, "id", "type", b"{}", None)


def test_a_chain_breaks_where_one_does_not_follow() -> None:
    chain = [_message(10, 0), _message(20, 10), _message(40, 30), _message(50, 40)]
    assert [each.position for each in unbroken(0, chain)] == [10, 20]
    assert unbroken(5, chain) == []
    assert [each.position for each in unbroken(30, chain[2:])] == [40, 50]
