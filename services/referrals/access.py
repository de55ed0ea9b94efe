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
PLANNERS: dict[str, frozenset[Basis]] = {**each(REFERRERS, TIED), "ehr_system": SYSTEM}
"""An STR worker is no co-ordinator (HB 5.15): plans aren't theirs to make or to review."""
SUPPORTERS = each((*REFERRERS, "str_worker"), TIED)
READERS = READ_SERVICE_USER.allows

REGISTER_PLAN = Operation("register_plan", ("CarePlan", "c"), PLANNERS)
REVIEW_PLAN = Operation("review_plan", ("CarePlan", "u"), PLANNERS)
READ_PLANS = Operation("read_plans", ("CarePlan", "r"), READERS)
SET_GOAL = Operation("set_goal", ("Goal", "c"), SUPPORTERS)
RECORD_PROGRESS = Operation("record_progress", ("Goal", "u"), SUPPORTERS)
READ_GOALS = Operation("read_goals", ("Goal", "r"), READERS)
RECORD_CARER = Operation("record_carer", ("RelatedPerson", "c"), SUPPORTERS)
UPDATE_CARER = Operation("update_carer", ("RelatedPerson", "u"), SUPPORTERS)
READ_CARERS = Operation("read_carers", ("RelatedPerson", "r"), READERS)
RECORD_SHARING = Operation("record_sharing_preference", ("Consent", "c"), SUPPORTERS)
READ_SHARING = Operation("read_sharing_preferences", ("Consent", "r"), READERS)
SET_VISIT_ALERT = Operation("set_visit_alert", ("Flag", "c"), SUPPORTERS)
REVIEW_VISIT_ALERT = Operation("review_visit_alert", ("Flag", "u"), SUPPORTERS)
READ_VISIT_ALERTS = Operation("read_visit_alerts", ("Flag", "r"), READERS)
