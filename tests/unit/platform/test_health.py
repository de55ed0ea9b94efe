"""Readiness: what a service adds to it, and what that makes of it."""

import json
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from shared.eventstore.relay import RelayState
from shared.platform.health import _readiness
from shared.platform.stopping import Stopping

pytestmark = pytest.mark.anyio


def process(role: Literal["api", "worker", "all"], **checks: str) -> Any:
    """A process in which all is well, but for what its service says."""

    async def schema_state() -> str:
        return "ok"

    return SimpleNamespace(
        role=role,
        application=object(),
        schema_state=schema_state,
        stopping=Stopping(),
        messaging=SimpleNamespace(connected=True),
        service=SimpleNamespace(name="audit", checks=lambda app: checks),
        worker=SimpleNamespace(
            relay=SimpleNamespace(state=RelayState.RUNNING), parked=0, handover=None
        ),
    )


@pytest.mark.parametrize(
    ("role", "said", "status"),
    [
        ("all", "ok", "ok"),
        ("worker", "tree_changed", "degraded"),
        ("api", "tree_changed", "ok"),  # who doesn't work doesn't know
    ],
)
async def test_what_a_service_says_of_itself(
    role: Literal["api", "worker", "all"], said: str, status: str
) -> None:
    answer = await _readiness(process(role, ledger=said))
    assert answer.status_code == 200
    body = json.loads(bytes(answer.body))
    assert body["status"] == status
    assert body["checks"].get("ledger") == (None if role == "api" else said)
