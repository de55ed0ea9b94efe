"""Who may do what in the referrals service. Relationship is checked besides the role."""

from shared.platform.http import Operation

STAFF = (
    "team_manager", "care_coordinator", "registered_practitioner", "str_worker", "supervisor",
)  # fmt: skip
REGISTER_SERVICE_USER = Operation("register_service_user", ("ehr_system", "team_manager"))
READ_SERVICE_USER = Operation("read_service_user", (*STAFF, "ehr_system"))
SEARCH_SERVICE_USERS = Operation(
    "search_service_users",
    ("ehr_system", "team_manager", "care_coordinator", "registered_practitioner"),
)
RESTRICT = Operation("restrict", ("ig_lead",))
READ_RESTRICTION = Operation("read_restriction", ("ig_lead",))
REFER = Operation(
    "refer", ("ehr_system", "team_manager", "care_coordinator", "registered_practitioner")
)
READ_REFERRAL = Operation("read_referral", (*STAFF, "ehr_system"))
DECIDE = Operation("decide", ("team_manager",))
ALLOCATE = Operation("allocate", ("team_manager",))
TRANSFER = Operation("transfer", ("team_manager",))
CLOSE = Operation("close", ("team_manager", "care_coordinator", "str_worker"))
"""`policy.may_close` says which referrals the last two may close."""
READ_HISTORY = Operation("read_referral_history", READ_REFERRAL.roles)
READ_CASELOAD = Operation(
    "read_caseload",
    ("team_manager", "supervisor", "care_coordinator", "registered_practitioner", "str_worker"),
)
"""The first two read anyone's; whoever has a caseload reads their own."""
