"""What a record of supervision is said to say, as it is kept."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.supervision.domain import ActionAgreed
from shared.contracts.supervision import Action
from shared.kernel.call import Call
from shared.kernel.errors import Malformed
from shared.kernel.ids import new_id
from shared.platform.relationships import Relationships


def as_kept(said: Mapping[str, Any], worker_id: str) -> dict[str, Any]:
    """Each action with an id and an owner: the worker, where nobody was named."""
    if "actions" not in said:
        return {**said}
    agreed: Sequence[ActionAgreed] = said["actions"]
    actions = tuple(
        Action(
            id=new_id(),
            action=each.action,
            owner_id=each.owner_id or worker_id,
            due_on=each.due_on,
        )
        for each in agreed
    )
    return {**said, "actions": actions}


async def refuse_unknown(relationships: Relationships, call: Call, cases: Sequence[UUID]) -> None:
    """Whoever was discussed is somebody the referrals service has. Raises `Malformed`, or
    `Unavailable` when that can't be told for sure."""
    unknown = await _unknown(relationships, call, cases)
    if unknown:
        await relationships.catch_up(call)
        unknown = await _unknown(relationships, call, cases)
    if unknown:
        raise Malformed("no service user has this id", f"#/cases/{unknown[0]}")


async def _unknown(relationships: Relationships, call: Call, cases: Sequence[UUID]) -> list[int]:
    """Which of them nobody has heard of here, by their places."""
    facts = await asyncio.gather(*(relationships.facts(call, each) for each in cases))
    return [number for number, each in enumerate(facts) if each.person is None]
