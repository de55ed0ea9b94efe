"""One stack for all journeys: every process real, every call over HTTP."""

from collections.abc import Iterator

import pytest

from tests.support.client import Client
from tests.support.moving import MovableClock, moving_stack
from tests.support.stack import introduce_team, whole_stack


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    with whole_stack() as (_stack, client):
        introduce_team(client)
        yield client


@pytest.fixture(scope="session")
def moving() -> Iterator[tuple[Client, MovableClock]]:
    """A second stack, on a clock that a test can move."""
    with moving_stack() as (client, clock, _):
        introduce_team(client)
        yield client, clock


@pytest.fixture(scope="module")
def person(client: Client) -> str:
    """A service user on the caseload of `str-worker-1`."""
    found = client.service_user()
    client.allocated(found, "str-worker-1")
    return found
