"""Readiness: what a service adds to it, and what that makes of it."""

import json
import math
from types import SimpleNamespace
from typing import Any

import pytest

from shared.eventstore.relay import RelayState
from shared.platform.health import _readiness
from shared.platform.service import Role
from shared.platform.stopping import Stopping

pytestmark = pytest.mark.anyio


def process(role: Role, *, keys_age: float = 0.0, **checks: str) -> Any:
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
        tokens=SimpleNamespace(keys_age=keys_age),
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
async def test_what_a_service_says_of_itself(role: Role, said: str, status: str) -> None:
    answer = await _readiness(process(role, ledger=said))
    assert answer.status_code == 200
    body = json.loads(bytes(answer.body))
    assert body["status"] == status
    assert body["checks"].get("ledger") == (None if role == "api" else said)


@pytest.mark.parametrize(("role", "code"), [("api", 503), ("all", 503), ("worker", 200)])
async def test_nobody_is_sent_to_who_never_read_the_issuers_keys(role: Role, code: int) -> None:
    answer = await _readiness(process(role, keys_age=math.inf))
    assert answer.status_code == code
    checks = json.loads(bytes(answer.body))["checks"]
    assert checks.get("issuer") == ("unavailable" if code == 503 else None)
    later = await _readiness(process(role, keys_age=86_400))
    assert later.status_code == 200, "keys that were read stay good while the issuer is away"
