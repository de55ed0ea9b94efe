"""Who may do what in the referrals service: operation × role × relationship."""

from shared.kernel.operation import (
    ANYONE,
    GOVERNANCE,
    RELATED,
    SYSTEM,
    TIED,
    Operation,
    each,
)
from shared.kernel.relationship import Basis

STAFF = (
    "team_manager", "care_coordinator", "registered_practitioner", "str_worker", "supervisor",
)  # fmt: skip
REFERRERS = ("team_manager", "care_coordinator", "registered_practitioner")
TEAM: frozenset[Basis] = frozenset({"team"})
OWN: frozenset[Basis] = frozenset({"own"})

REGISTER_SERVICE_USER = Operation(
    "register_service_user", ("Patient", "c"), {"ehr_system": SYSTEM, "team_manager": ANYONE}
)
READ_SERVICE_USER = Operation(
    "read_service_user", ("Patient", "r"), {**each(STAFF, RELATED), "ehr_system": SYSTEM}
)
SEARCH_SERVICE_USERS = Operation(
    "search_service_users", ("Patient", "s"), {"ehr_system": SYSTEM, **each(REFERRERS, RELATED)}
)
RESTRICT = Operation("restrict", ("Consent", "u"), {"ig_lead": GOVERNANCE})
READ_RESTRICTION = Operation("read_restriction", ("Consent", "r"), {"ig_lead": GOVERNANCE})
MERGE = Operation(
    "merge",
    ("Patient", "u"),
    {"team_manager": TIED, "ehr_system": SYSTEM, "ig_lead": GOVERNANCE},
)
"""Tied to both registrations."""
SEPARATE = Operation("separate", MERGE.scope, MERGE.allows)
REFER = Operation(
    "refer", ("ServiceRequest", "c"), {"ehr_system": SYSTEM, **each(REFERRERS, ANYONE)}
)
READ_REFERRAL = Operation(
    "read_referral", ("ServiceRequest", "r"), {**each(STAFF, RELATED), "ehr_system": SYSTEM}
)
READ_HISTORY = Operation("read_referral_history", READ_REFERRAL.scope, READ_REFERRAL.allows)
LIST_REFERRALS = Operation("list_referrals", ("ServiceRequest", "s"), READ_REFERRAL.allows)
DECIDE = Operation("decide", ("ServiceRequest", "u"), {"team_manager": TIED})
ALLOCATE = Operation("allocate", ("ServiceRequest", "u"), {"team_manager": TIED})
TRANSFER = Operation("transfer", ("ServiceRequest", "u"), {"team_manager": TIED})
CLOSE = Operation(
    "close",
    ("ServiceRequest", "u"),
    each(("team_manager", "care_coordinator", "str_worker"), TIED),
)
"""`policy.may_close` says which referrals the last two may close."""
READ_CASELOAD = Operation(
    "read_caseload",
    ("ServiceRequest", "s"),
    {
        **each(("team_manager", "supervisor"), TEAM | OWN),
        **each(("care_coordinator", "registered_practitioner", "str_worker"), OWN),
    },
)
