"""Agreements of supervision and their sessions, from the first to both signatures."""

import pytest

from tests.support.client import Client
from tests.support.supervising import agreed, held, introduced, scheduled, signed_by

pytestmark = pytest.mark.anyio
TEAM = "supervised-cmht"
WORKER, SUPERVISOR = "supervised-1", "supervising-1"


@pytest.fixture(scope="module")
def team(client: Client) -> Client:
    introduced(client, WORKER, "str_worker", TEAM)
    introduced(client, SUPERVISOR, "supervisor", TEAM)
    return client


async def test_a_session_from_agreement_to_both_signatures(team: Client) -> None:
    agreement = agreed(team, WORKER, SUPERVISOR)
    assert agreement.status == 201, agreement.body
    session = scheduled(team, agreement)
    assert session.status == 201, session.body
    recorded = held(team, session)
    assert recorded.status == 201, recorded.body
    once = signed_by(team, recorded, "supervisor")
    assert once.status == 201, once.body
    twice = signed_by(team, once, "worker")
    assert twice.status == 201, twice.body
    assert twice.body["status"] == "signed"
