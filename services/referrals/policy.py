"""Rules that are data, and who is related to a service user."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReferralPolicy:
    """Local policy of a team. HB 5.4 works with about 12 to a worker; 5.10 warns of 30."""

    caseload_limit: int = 12


DEFAULT = ReferralPolicy()


SEES_ALL = frozenset({"ehr_system"})
"""Roles that need no relationship: the trust's own record system serves every team."""


@dataclass(frozen=True, slots=True)
class Relationship:
    """What ties staff to a service user: team, care co-ordination, caseload."""

    team_id: str
    care_coordinator_id: str | None
    workers: Collection[str]

    def includes(self, staff_id: str, teams: Collection[str]) -> bool:
        return (
            self.team_id in teams
            or staff_id == self.care_coordinator_id
            or staff_id in self.workers
        )
