"""A stack of its own for what is done to it here."""

from collections.abc import Iterator

import pytest

from deploy.local.stack import Stack
from tests.support.client import Client
from tests.support.stack import introduce_team, whole_stack


@pytest.fixture(scope="module")
def faulty() -> Iterator[tuple[Stack, Client]]:
    with whole_stack() as (stack, client):
        introduce_team(client)
        yield stack, client
