"""A concern as its events up to a moment leave it: facts, and nothing of what was said."""

from collections.abc import Iterable
from typing import Any

from services.audit.policy.told import Told
from shared.contracts import notes as contract


def concern_then(told: Iterable[Told]) -> dict[str, Any]:
    """`told` is the concern's own stream up to a moment, in order; nothing if it doesn't begin so.
    Where it stood when it was refiled is None to who isn't shown what was done about it."""
    found: dict[str, Any] = {}
    for each in told:
        _apply(found, each)
        if "id" not in found:
            return {}
    return found


def _apply(found: dict[str, Any], told: Told) -> None:
    said = told.payload
    match said:
        case contract.ConcernRaised():
            found |= _begun(told) | {"raised_by": told.actor, "raised_at": told.time}
            found["status"] = "raised"
        case contract.ConcernRefiled():
            found |= _begun(told) | {"raised_by": said.raised_by, "raised_at": said.raised_at}
            found["status"] = _when_refiled(told)
        case contract.ConcernRestated():
            found |= {"kind": said.kind, "urgency": said.urgency}
            if said.anew:
                found |= _clock(told)
        case contract.ConcernAcknowledged():
            found["status"] = "acknowledged"
        case contract.ConcernClosed():
            found["status"] = "closed"
        case contract.ConcernMoved():
            found |= {"status": "moved", "moved_to": said.moved_to}
        case contract.ConcernUpgraded() | contract.ConcernReopened():
            found |= _clock(told)
            if isinstance(said, contract.ConcernUpgraded):
                found["urgency"] = "urgent"
    found |= told.place


def _begun(told: Told) -> dict[str, Any]:
    said = told.payload
    return {
        "id": told.resource_id,
        "team_id": said.team_id,
        "kind": said.kind,
        "urgency": said.urgency,
        "acknowledge_by": said.acknowledge_by,
        "policy_version": said.policy_version,
        "moved_to": None,
    }


def _clock(told: Told) -> dict[str, Any]:
    said = told.payload
    return {
        "status": "raised",
        "acknowledge_by": said.acknowledge_by,
        "policy_version": said.policy_version,
    }


def _when_refiled(told: Told) -> str | None:
    if told.content_state != "shown":
        return None
    said = told.payload
    if said.closed:
        return "closed"
    return "acknowledged" if said.acknowledged else "raised"
