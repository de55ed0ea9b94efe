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
HELPERS = (*REFERRERS, "str_worker")
"""Whose work the person is: all staff but supervisors."""
TEAM: frozenset[Basis] = frozenset({"team"})
OWN: frozenset[Basis] = frozenset({"own"})
SUPPORTERS = each(HELPERS, TIED)
READERS: dict[str, frozenset[Basis]] = {**each(STAFF, RELATED), "ehr_system": SYSTEM}

REGISTER_SERVICE_USER = Operation(
    "register_service_user", ("Patient", "c"), {"ehr_system": SYSTEM, "team_manager": ANYONE}
)
READ_SERVICE_USER = Operation("read_service_user", ("Patient", "r"), READERS)
READ_SERVICE_USER_HISTORY = Operation("read_service_user_history", READ_SERVICE_USER.scope, READERS)
UPDATE_SERVICE_USER = Operation(
    "update_service_user", ("Patient", "u"), {"ehr_system": SYSTEM, **SUPPORTERS}
)
"""`policy.may_change` says which particulars are whose to change."""
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
READ_REFERRAL = Operation("read_referral", ("ServiceRequest", "r"), READERS)
READ_HISTORY = Operation("read_referral_history", READ_REFERRAL.scope, READERS)
LIST_REFERRALS = Operation("list_referrals", ("ServiceRequest", "s"), READERS)
DECIDE = Operation("decide", ("ServiceRequest", "u"), SUPPORTERS)
"""`policy.routes` says who decides by a team's rules: the manager, a meeting, a worker."""
ASSESS = Operation("assess", ("ServiceRequest", "u"), SUPPORTERS)
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
LIST_REALLOCATIONS = Operation(
    "list_reallocations",
    ("ServiceRequest", "s"),
    each(("team_manager", "supervisor", "care_coordinator"), TEAM),
)
PUT_AGENCY = Operation("put_agency", ("Organization", "u"), {"team_manager": ANYONE})
READ_AGENCY = Operation(
    "read_agency", ("Organization", "r"), {**each(STAFF, ANYONE), "ehr_system": SYSTEM}
)
LIST_AGENCIES = Operation("list_agencies", ("Organization", "s"), READ_AGENCY.allows)
REFER_ONWARD = Operation("refer_onward", ("ServiceRequest", "c"), SUPPORTERS)
READ_ONWARD_REFERRAL = Operation("read_onward_referral", ("ServiceRequest", "r"), READERS)
READ_ONWARD_HISTORY = Operation("read_onward_history", ("ServiceRequest", "r"), READERS)
LIST_ONWARD_REFERRALS = Operation("list_onward_referrals", ("ServiceRequest", "s"), READERS)
ACKNOWLEDGE_ONWARD_REFERRAL = Operation(
    "acknowledge_onward_referral", ("ServiceRequest", "u"), SUPPORTERS
)
RECORD_ONWARD_OUTCOME = Operation("record_onward_outcome", ("ServiceRequest", "u"), SUPPORTERS)
RECORD_UNMET_NEED = Operation("record_unmet_need", ("Observation", "c"), SUPPORTERS)
READ_UNMET_NEED = Operation("read_unmet_need", ("Observation", "r"), READERS)
LIST_UNMET_NEEDS = Operation("list_unmet_needs", ("Observation", "s"), READERS)
RESOLVE_UNMET_NEED = Operation("resolve_unmet_need", ("Observation", "u"), SUPPORTERS)
READ_UNMET_NEEDS_REPORT = Operation(
    "read_unmet_needs_report", ("MeasureReport", "r"), {"team_manager": TEAM, "ig_lead": GOVERNANCE}
)
READ_DECISIONS_REPORT = Operation(
    "read_decisions_report", ("MeasureReport", "r"), READ_UNMET_NEEDS_REPORT.allows
)
EXTRACT = Operation(
    "extract_mhsds",
    ("MeasureReport", "s"),
    {"ehr_system": SYSTEM, "team_manager": TEAM, "ig_lead": GOVERNANCE},
)
PLANNERS: dict[str, frozenset[Basis]] = {**each(REFERRERS, TIED), "ehr_system": SYSTEM}
"""An STR worker is no co-ordinator (HB 5.15): plans aren't theirs to make or to review."""

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
