"""Who may end the support."""

from collections.abc import Collection


def may_close(
    role: str, staff_id: str, *, worker_id: str | None, care_coordinators: Collection[str]
) -> bool:
    """Whether a role that closes referrals may close this one.

    The gatekeeper may (HB 5.10), the person's care co-ordinator, and the worker whose caseload it
    is or last was: disengaging at the appropriate time is their work (JD South Tyneside).
    """
    if role == "str_worker":
        return staff_id == worker_id
    if role == "care_coordinator":
        return staff_id in care_coordinators
    return role == "team_manager"
