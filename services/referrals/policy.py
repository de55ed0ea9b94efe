"""Rules that are data, and who may end the support."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReferralPolicy:
    """Local policy of a team. HB 5.4 works with about 12 to a worker; 5.10 warns of 30."""

    caseload_limit: int = 12


DEFAULT = ReferralPolicy()


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
