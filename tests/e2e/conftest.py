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
def person(client: Client) -> Iterator[str]:
    """A service user on the caseload of `str-worker-1`, who has room again afterwards."""
    found = client.service_user()
    allocated = client.allocated(found, "str-worker-1")
    assert allocated.status == 201, allocated.body
    yield found
    now = client.get("referrals", f"/v1/referrals/{allocated.body['id']}", "manager-1")
    if now.status == 200 and now.body["status"] == "allocated":
        client.closed(now)
