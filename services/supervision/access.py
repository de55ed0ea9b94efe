"""Who may do what in the supervision service: operation × role × relationship."""

from shared.kernel.operation import ANYONE, ENGAGEMENT, GOVERNANCE, SYSTEM, Operation, each
from shared.kernel.relationship import Basis

PRACTITIONERS = ("registered_practitioner", "care_coordinator")
QUALIFIED = ("team_manager", "supervisor", "care_coordinator", "registered_practitioner")
STAFF = (*QUALIFIED, "str_worker")
TEAM: frozenset[Basis] = frozenset({"team"})
OWN: frozenset[Basis] = frozenset({"own"})
PUT_DUTY = Operation("put_duty", ("PractitionerRole", "u"), {"team_manager": TEAM})
READ_DUTY = Operation("read_duty", ("PractitionerRole", "r"), each(STAFF, ANYONE))
PUT_WORKER = Operation(
    "put_worker", ("Practitioner", "u"), {"team_manager": TEAM | ANYONE, "ehr_system": SYSTEM}
)
"""A manager registers anyone, changes who is in a team of theirs or in none, and takes on others
besides (`domain/entry.py`). The HR feed changes anyone."""
READ_WORKER = Operation(
    "read_worker",
    ("Practitioner", "r"),
    {**each((*QUALIFIED, "ig_lead", "str_worker"), ANYONE), "ehr_system": SYSTEM},
)
"""The register is the staff directory: reads of it are not recorded. Auditors ask the ledger.
STR workers read the words about themselves only, so it is the last role that one acts in."""
RECORD_TRAINING = Operation(
    "record_training", ("Practitioner", "u"), each(("team_manager", "supervisor"), TEAM)
)
SIGN_OFF = Operation("sign_off_competence", ("Practitioner", "u"), each(PRACTITIONERS, TEAM))
"""And registered: the role says who may try, the register whether they may (RCN)."""
REVOKE = Operation(
    "revoke_competence", ("Practitioner", "u"), each(("team_manager", *PRACTITIONERS), TEAM)
)
"""A manager may revoke without a registration, so it is the first role that one acts in."""
RAISE_ISSUE = Operation("raise_issue", ("Task", "c"), each(STAFF, TEAM))
READ_ISSUE = Operation(
    "read_issue",
    ("Task", "r"),
    {**each(STAFF, TEAM | OWN), "auditor": ENGAGEMENT, "ig_lead": GOVERNANCE},
)
"""About the work, so the whole team reads it; whoever raised it does wherever they are by then."""
LIST_ISSUES = Operation("list_issues", ("Task", "s"), READ_ISSUE.allows)
ANSWER_ISSUE = Operation(
    "answer_issue", ("Task", "u"), each(("team_manager", "care_coordinator"), TEAM)
)
"""`policy.routes_of` says whose it is to answer what comes by a route."""
ROUTE_ISSUE = Operation("route_issue", ("Task", "u"), ANSWER_ISSUE.allows)
CLOSE_ISSUE = Operation("close_issue", ("Task", "u"), each(STAFF, TEAM | OWN))
"""Whoever raised it, or answers for its route."""
READ_POLICY = Operation(
    "read_supervision_policy", ("PlanDefinition", "r"), each((*STAFF, "auditor", "ig_lead"), ANYONE)
)
"""Nothing personal: reads of a team's rules are not recorded."""
PUT_POLICY = Operation("put_supervision_policy", ("PlanDefinition", "u"), {"team_manager": TEAM})
DECIDE_ON_POLICY = Operation(
    "decide_on_supervision_policy",
    ("PlanDefinition", "u"),
    {"ig_lead": GOVERNANCE, "team_manager": ANYONE},
)
"""Anybody of these but who proposed it: what loosens a policy takes two."""
