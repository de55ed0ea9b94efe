"""What the ledger opens for nobody who reads it here: supervision is for its participants, and for
whom it was disclosed to, and who raised an issue is for whom policy says (domain, section 5)."""

from collections.abc import Mapping
from typing import Any

CONFIDENTIAL = frozenset(
    {
        "supervision-agreement",
        "supervision-session",
        "supervision-disclosure",
        "group-supervision",
        "development-plan",
        "issue",
    }
)
"""Kinds of resource of whose events auditors and IG leads see the facts that are in clear, whatever
their engagement. The words of an issue they read in supervision, where they don't see who raised
it."""

KEPT_FROM_PARTIES = ("access", "supervision-disclosure")
"""Kinds of resource of whose events, if someone else caused them, the ledger doesn't tell whom they
are about: that a record was disclosed, and read, is told to the two where that is safe."""


def is_confidential(body: Mapping[str, Any]) -> bool:
    return body["resource"]["kind"] in CONFIDENTIAL


def filed_under(body: Mapping[str, Any]) -> str:
    """The id of what an event is about: of a look at something confidential, or of a refusal of
    one, that thing, so that who asks about it finds them."""
    looked_at = body["data"].get("resource") if body["resource"]["kind"] == "access" else None
    kind, _, its_id = (looked_at or "").partition("/")
    return str(its_id if kind in CONFIDENTIAL else body["resource"]["id"])
