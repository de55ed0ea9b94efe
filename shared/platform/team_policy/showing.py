"""A team's policy as the API shows it."""

from datetime import datetime
from typing import Any

from shared.kernel.team_policy import InForce, R, Version, ends, in_force, in_order, version_at
from shared.platform.team_policy.kept import Kept


def policy_document(of: Kept[R], at: datetime, shipped: InForce[R], floor: R) -> dict[str, Any]:
    """What is in force at a moment, what follows it, what is proposed now, and what no team may be
    looser than."""
    held, until = version_at(of.versions, at), ends(of.versions)
    rules, proposal = in_force(of.versions, at, shipped), of.proposal
    return {
        "team_id": of.team_id,
        "version": of.version,
        "policy_version": rules.policy_version,
        "effective_from": held and held.effective_from,
        "effective_until": until.get(rules.policy_version) if held else _first(of.versions),
        "published_at": held and held.published_at,
        "published_by": held and held.proposed_by,
        "approved_by": held and held.approved_by,
        "reason": held and held.reason,
        "committee_reference": held and held.committee_reference,
        "review_on": held and held.review_on,
        "loosened": held.loosened if held else (),
        "rules": rules.rules,
        "upcoming": [
            _version(each, until[each.policy_version])
            for each in in_order(of.versions)
            if each.effective_from > at
        ],
        "proposal": proposal,
        "floor": floor,
    }


def versions_document(of: Kept[R]) -> list[dict[str, Any]]:
    """Every version that was published, the newest first, from when until when it holds."""
    until = ends(of.versions)
    return [_version(each, until[each.policy_version]) for each in reversed(of.versions)]


def _first(versions: tuple[Version[R], ...]) -> datetime | None:
    return in_order(versions)[0].effective_from if versions else None


def _version(version: Version[R], until: datetime | None) -> dict[str, Any]:
    return {
        "policy_version": version.policy_version,
        "effective_from": version.effective_from,
        "effective_until": until,
        "published_at": version.published_at,
        "published_by": version.proposed_by,
        "approved_by": version.approved_by,
        "reason": version.reason,
        "committee_reference": version.committee_reference,
        "review_on": version.review_on,
        "loosened": version.loosened,
        "rules": version.rules,
    }
