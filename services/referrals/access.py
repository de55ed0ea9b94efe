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
REFER = Operation(
    "refer", ("ServiceRequest", "c"), {"ehr_system": SYSTEM, **each(REFERRERS, ANYONE)}
)
READ_REFERRAL = Operation(
    "read_referral", ("ServiceRequest", "r"), {**each(STAFF, RELATED), "ehr_system": SYSTEM}
)
READ_HISTORY = Operation("read_referral_history", READ_REFERRAL.scope, READ_REFERRAL.allows)
LIST_REFERRALS = Operation("list_referrals", ("ServiceRequest", "s"), READ_REFERRAL.allows)
DECIDE = Operation("decide", ("ServiceRequest", "u"), each((*REFERRERS, "str_worker"), TIED))
"""`policy.routes` says who decides by a team's rules: the manager, a meeting, a worker."""
ASSESS = Operation("assess", ("ServiceRequest", "u"), DECIDE.allows)
"""`policy.may_assess`: of the STR workers, the senior ones."""
INFORM = Operation(
    "give_information", ("ServiceRequest", "u"), {**each(REFERRERS, TIED), "ehr_system": SYSTEM}
)
WITHDRAW = Operation("withdraw_referral", ("ServiceRequest", "u"), INFORM.allows)
REVIEW_WAITING = Operation("review_waiting", ("ServiceRequest", "u"), each(REFERRERS, TIED))
READ_WAITING_LIST = Operation(
    "read_waiting_list", ("ServiceRequest", "s"), each(STAFF, frozenset({"team", "duty"}))
)
ALLOCATE = Operation(
    "allocate", ("ServiceRequest", "u"), each(("team_manager", "str_worker"), TIED)
)
"""`policy.may_allocate` says whom an STR worker may: those they accepted for themselves."""
TRANSFER = Operation("transfer", ("ServiceRequest", "u"), {"team_manager": TIED})
ANSWER_HANDOVER = Operation(
    "answer_handover",
    ("ServiceRequest", "u"),
    each(("care_coordinator", "registered_practitioner", "str_worker"), TIED),
)
"""Whoever receives it, which the use case asks."""
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
LIST_REALLOCATIONS = Operation(
    "list_reallocations",
    ("ServiceRequest", "s"),
    each(("team_manager", "supervisor", "care_coordinator"), TEAM),
)
READ_POLICY = Operation(
    "read_referral_policy", ("PlanDefinition", "r"), each((*STAFF, "auditor", "ig_lead"), ANYONE)
)
"""Nothing personal: reads of a team's rules are not recorded."""
PUT_POLICY = Operation("put_referral_policy", ("PlanDefinition", "u"), {"team_manager": TEAM})
DECIDE_ON_POLICY = Operation(
    "decide_on_referral_policy",
    ("PlanDefinition", "u"),
    {"ig_lead": GOVERNANCE, "team_manager": ANYONE},
)
"""Anybody of these but who proposed it: what loosens a policy takes two."""
