"""Which record-keeping policies held, and which were gone by, as the ledger's events say."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from services.audit.policy.told import Told
from shared.contracts.notes import SHIPPED_RULES, RecordKeepingPolicyPublished, RecordKeepingRules
from shared.kernel.team_policy import Version, version_at

SHIPPED = 1
Cited = tuple[str | None, int]
"""A team, and the number of the policy version by which something of it was decided."""


def policies_then(
    told: Iterable[Told], team_id: str | None, cited: Collection[Cited], at: datetime
) -> list[dict[str, Any]]:
    """The policy that a team's notes were kept by at a moment, and the versions that are `cited`.

    `told` are the publications of all these teams up to that moment. What was shipped, version 1,
    no event tells of.
    """
    published: dict[Cited, Told] = {
        (each.payload.team_id, each.payload.policy_version): each
        for each in told
        if isinstance(each.payload, RecordKeepingPolicyPublished)
    }
    versions = [_version(each) for (team, _), each in published.items() if team == team_id]
    held = version_at(versions, at)
    in_force = (team_id, held.policy_version if held else SHIPPED)
    return [
        {**_shown(each, published.get(each)), "in_force": each == in_force}
        for each in sorted({in_force, *cited}, key=lambda each: (each[0] or "", each[1]))
    ]


def _version(told: Told) -> Version[RecordKeepingRules]:
    said = told.payload
    return Version(
        policy_version=said.policy_version,
        rules=said.rules,
        effective_from=said.effective_from,
        published_at=told.time,
        proposed_by=said.proposed_by,
        approved_by=said.approved_by,
        loosened=said.loosened,
        committee_reference=said.committee_reference,
        review_on=said.review_on,
        reason=said.reason,
    )


def _shown(cited: Cited, told: Told | None) -> dict[str, Any]:
    """A version; of one that the ledger lacks, only which it was."""
    team_id, number = cited
    version = _version(told) if told else None
    return {
        "team_id": team_id,
        "policy_version": number,
        "effective_from": version and version.effective_from,
        "published_at": version and version.published_at,
        "published_by": version and version.proposed_by,
        "approved_by": version and version.approved_by,
        "rules": version.rules if version else SHIPPED_RULES if number == SHIPPED else None,
        "index": told and told.index,
        "event_id": told and told.event_id,
    }
