"""Read model of teams' record-keeping policies; nothing personal in it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, select

from services.notes.domain import RecordKeepingPolicy
from services.notes.policy import Version, ends, in_force, in_order, version_at
from services.notes.projection.standing import stored
from services.notes.projection.tables import POLICIES, RULES
from shared.contracts.notes import RecordKeepingRules
from shared.eventstore.database import Database
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write

_POLICIES, _RULES = RowsInto(POLICIES), RowsInto(RULES)
_ONE = Prepared(select(POLICIES).where(POLICIES.c.team_id == bindparam("team_id")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What awaits a second person."""

    rules: RecordKeepingRules
    effective_from: datetime
    loosened: tuple[str, ...]
    committee_reference: str
    review_on: date
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPolicy:
    """A team's policy as it is kept. `version` 0: the team has published and proposed nothing."""

    team_id: str
    version: int = 0
    versions: tuple[Version, ...] = ()
    proposal: Proposal | None = None


_TEAM_POLICY = TypeAdapter(TeamPolicy)


def team_policy(policy: RecordKeepingPolicy) -> TeamPolicy:
    return TeamPolicy(
        team_id=policy.team,
        version=policy.version,
        versions=policy.versions,
        proposal=Proposal(**policy.proposal) if policy.proposal else None,
    )


def policy_document(of: TeamPolicy, at: datetime, floor: RecordKeepingRules) -> dict[str, Any]:
    """As the API shows it: what is in force at a moment, what follows it, what is proposed now,
    and what no team may be looser than."""
    held, rules, until = version_at(of.versions, at), in_force(of.versions, at), ends(of.versions)
    proposal = of.proposal
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
        "rules": stored(rules.rules),
        "upcoming": [
            _version(each, until[each.policy_version])
            for each in in_order(of.versions)
            if each.effective_from > at
        ],
        "proposal": proposal
        and {
            "rules": stored(proposal.rules),
            "effective_from": proposal.effective_from,
            "loosened": proposal.loosened,
            "committee_reference": proposal.committee_reference,
            "review_on": proposal.review_on,
            "proposed_by": proposal.proposed_by,
            "proposed_at": proposal.proposed_at,
        },
        "floor": stored(floor),
    }


def versions_document(of: TeamPolicy) -> list[dict[str, Any]]:
    """Every version that was published, the newest first, from when until when it holds."""
    until = ends(of.versions)
    return [_version(each, until[each.policy_version]) for each in reversed(of.versions)]


def policy_rows(policy: RecordKeepingPolicy, seal: Seal) -> list[Write]:
    kept = team_policy(policy)
    return [
        _POLICIES.row(
            team_id=kept.team_id,
            version=kept.version,
            document=_TEAM_POLICY.dump_python(kept, mode="json"),
        ),
        *(
            _RULES.row(
                team_id=kept.team_id,
                policy_version=each.policy_version,
                effective_from=each.effective_from,
                rules=stored(each.rules),
            )
            for each in kept.versions
        ),
    ]


def _first(versions: tuple[Version, ...]) -> datetime | None:
    return in_order(versions)[0].effective_from if versions else None


def _version(version: Version, until: datetime | None) -> dict[str, Any]:
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
        "rules": stored(version.rules),
    }


class Policies:
    """Queries of the read model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, team_id: str) -> TeamPolicy:
        row = await self._database.fetch_one(_ONE, team_id=team_id)
        return _TEAM_POLICY.validate_python(row["document"]) if row else TeamPolicy(team_id=team_id)
