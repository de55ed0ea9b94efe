"""Rules that are data, and who is related to a service user."""

from collections.abc import Collection
from dataclasses import dataclass

from shared.kernel.relationship import Restriction


@dataclass(frozen=True, slots=True)
class ReferralPolicy:
    """Local policy of a team. HB 5.4 works with about 12 to a worker; 5.10 warns of 30."""

    caseload_limit: int = 12


DEFAULT = ReferralPolicy()
UNRESTRICTED = Restriction()


SEES_ALL = frozenset({"ehr_system"})
"""Roles that need no relationship: the trust's own record system serves every team."""


READS_CASELOADS = frozenset({"team_manager", "supervisor"})
"""Roles that read the caseload of any worker, and not only their own."""


def may_close(
    role: str, staff_id: str, *, worker_id: str | None, care_coordinator_id: str | None
) -> bool:
    """Whether a role that closes referrals may close this one.

    The gatekeeper may (HB 5.10), the person's care co-ordinator, and the worker whose caseload it
    is or last was: disengaging at the appropriate time is their work (JD South Tyneside).
    """
    if role == "str_worker":
        return staff_id == worker_id
    if role == "care_coordinator":
        return staff_id == care_coordinator_id
    return role == "team_manager"


@dataclass(frozen=True, slots=True)
class Relationship:
    """What ties staff to a service user: team, care co-ordination, caseload; or, of a restricted
    record, being named. Whoever is excluded is never related."""

    team_id: str
    care_coordinator_id: str | None
    workers: Collection[str]
    restriction: Restriction = UNRESTRICTED

    def includes(self, staff_id: str, teams: Collection[str]) -> bool:
        if staff_id in self.restriction.excluded:
            return False
        if self.restriction.restricted:
            return staff_id in self.restriction.named
        return (
            self.team_id in teams
            or staff_id == self.care_coordinator_id
            or staff_id in self.workers
        )
