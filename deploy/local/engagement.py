"""The auditor's standing engagement in the local stack: over everything, with identities."""

from datetime import UTC, datetime, timedelta

import httpx

from deploy.local.identity import IdentitySettings, issue
from deploy.local.layout import Layout

AUDITOR, AGREES, APPROVES = "auditor-1", "ig-lead-1", "ig-lead-2"
LASTS = timedelta(days=365)
PATH = "/v1/audit/engagements"
REQUEST = {
    "purpose": "Standing engagement of the local stack's auditor.",
    "approver_id": APPROVES,
    "identities": True,
}


def agree_standing_engagement(layout: Layout, auditor: str = AUDITOR) -> None:
    """Agree it through the audit service's own interface, unless one is in force.

    Raises httpx.HTTPError when the service doesn't answer, or refuses.
    """
    identity = IdentitySettings(layout.ports["identity"], layout.data)
    headers = {"Authorization": f"Bearer {issue(identity, AGREES)}"}
    with httpx.Client(base_url=layout.url("audit"), headers=headers, timeout=30) as audit:
        listed = audit.get(PATH, params={"auditor_id": auditor, "active": "true", "limit": 200})
        listed.raise_for_status()
        if any(_stands(each) for each in listed.json()["items"]):
            return
        ends_at = (datetime.now(UTC) + LASTS).isoformat()
        request = {**REQUEST, "auditor_id": auditor, "ends_at": ends_at}
        audit.post(PATH, json=request).raise_for_status()


def _stands(engagement: dict[str, object]) -> bool:
    narrowed = engagement["teams"] or engagement["service_user_ids"]
    return bool(engagement["identities"]) and not narrowed
