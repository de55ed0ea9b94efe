"""Who may do what in the supervision service: operation × role × relationship."""

from shared.kernel.operation import ANYONE, ENGAGEMENT, GOVERNANCE, RELATED, SYSTEM, Operation, each
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
besides (`domain/entry.py`); into the trust's safeguarding team only its own managers put anybody.
The HR feed changes anyone."""
PUT_WORKERS = Operation("put_workers", PUT_WORKER.scope, PUT_WORKER.allows)
"""Each row as if it were put on its own."""
READ_WORKER = Operation(
    "read_worker",
    ("Practitioner", "r"),
    {**each((*QUALIFIED, "ig_lead", "str_worker"), ANYONE), "ehr_system": SYSTEM},
)
"""The register is the staff directory: reads of it are not recorded, but for those that show one
worker's words to somebody else. Auditors ask the ledger. STR workers read the words about
themselves only, so it is the last role that one acts in."""
RECORD_TRAINING = Operation(
    "record_training", ("Practitioner", "u"), each(("team_manager", "supervisor"), TEAM)
)
WITHDRAW_TRAINING = Operation("withdraw_training", RECORD_TRAINING.scope, RECORD_TRAINING.allows)
SIGN_OFF = Operation("sign_off_competence", ("Practitioner", "u"), each(PRACTITIONERS, TEAM))
"""And registered: the role says who may try, the register whether they may (RCN)."""
REVOKE = Operation(
    "revoke_competence", ("Practitioner", "u"), each(("team_manager", *PRACTITIONERS), TEAM)
)
"""A manager may revoke without a registration, so it is the first role that one acts in."""
READ_LEARNING = Operation(
    "read_learning",
    ("Practitioner", "r"),
    {**each((*QUALIFIED, "ig_lead"), ANYONE), "str_worker": OWN},
)
"""It follows from the register, so it is for whom the register is for; colleagues needn't know."""
LIST_LEARNING = Operation(
    "list_learning",
    ("Practitioner", "s"),
    {
        **each(("team_manager", "supervisor", "care_coordinator"), TEAM),
        "ig_lead": GOVERNANCE,
        "auditor": ENGAGEMENT,
    },
)
"""Facts of the register and no words: only what auditors and IG leads ask is recorded."""
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
PARTIES = (*STAFF, "ig_lead", "auditor")
"""Anybody may be supervised, or supervise: who is one of the two, the use case asks."""
PARTICIPANT: frozenset[Basis] = frozenset({"participant"})
MANAGING: frozenset[Basis] = frozenset({"team", "line_management"})
AGREE_SUPERVISION = Operation(
    "agree_supervision", ("Contract", "c"), each(("team_manager", "supervisor"), MANAGING)
)
ACCEPT_AGREEMENT = Operation("accept_agreement", ("Contract", "u"), each(PARTIES, PARTICIPANT))
END_AGREEMENT = Operation(
    "end_agreement",
    ("Contract", "u"),
    {
        **each(PARTIES, PARTICIPANT | frozenset({"line_management"})),
        "team_manager": PARTICIPANT | MANAGING,
    },
)
"""Of the two, the supervisor."""
READ_AGREEMENT = Operation("read_agreement", ("Contract", "r"), END_AGREEMENT.allows)
LIST_AGREEMENTS = Operation(
    "list_agreements",
    ("Contract", "s"),
    {
        **each(PARTIES, PARTICIPANT),
        **each(("team_manager", "supervisor"), PARTICIPANT | TEAM),
        "ig_lead": PARTICIPANT | GOVERNANCE,
        "auditor": PARTICIPANT | ENGAGEMENT,
    },
)
"""One's own with their words, everybody else's without."""
SCHEDULE_SESSION = Operation("schedule_session", ("Appointment", "c"), each(PARTIES, PARTICIPANT))
RECORD_SESSION = Operation("record_session", ("Appointment", "u"), each(PARTIES, PARTICIPANT))
AMEND_SESSION = Operation("amend_session", ("Appointment", "u"), each(PARTIES, PARTICIPANT))
MISS_SESSION = Operation("miss_session", ("Appointment", "u"), each(PARTIES, PARTICIPANT))
"""Of the two, the supervisor: to schedule, to record and amend, to say that it was missed."""
RESCHEDULE_SESSION = Operation(
    "reschedule_session", ("Appointment", "u"), each(PARTIES, PARTICIPANT)
)
CANCEL_SESSION = Operation("cancel_session", ("Appointment", "u"), each(PARTIES, PARTICIPANT))
SIGN_SESSION = Operation("sign_session", ("Appointment", "u"), each(PARTIES, PARTICIPANT))
READ_COMPLIANCE = Operation(
    "read_compliance",
    ("MeasureReport", "r"),
    {
        **each(("team_manager", "supervisor"), TEAM),
        "auditor": ENGAGEMENT,
        "ig_lead": GOVERNANCE,
    },
)
"""That supervision was held, when and by whom; nobody's words."""
READ_CHART = Operation(
    "read_chart",
    ("PractitionerRole", "r"),
    {**each(STAFF, TEAM), "auditor": ENGAGEMENT, "ig_lead": GOVERNANCE},
)
AGREE_DEVELOPMENT_PLAN = Operation(
    "agree_development_plan",
    ("CarePlan", "c"),
    {"team_manager": PARTICIPANT | TEAM, **each(STAFF[1:], PARTICIPANT)},
)
"""A manager of a team of the worker's begins one too."""
CHANGE_DEVELOPMENT_PLAN = Operation(
    "change_development_plan", ("CarePlan", "u"), each(STAFF, PARTICIPANT)
)
READ_DEVELOPMENT_PLAN = Operation(
    "read_development_plan",
    ("CarePlan", "r"),
    each((*STAFF, "auditor", "ig_lead"), PARTICIPANT | {"line_management"}),
)
"""Whoever may know that there is one, and isn't of those whom it is for, is told so."""
LIST_DEVELOPMENT_PLANS = Operation(
    "list_development_plans",
    ("CarePlan", "s"),
    {
        **AGREE_DEVELOPMENT_PLAN.allows,
        "auditor": ENGAGEMENT,
        "ig_lead": GOVERNANCE,
    },
)
READ_THEMES = Operation("read_themes", ("MeasureReport", "r"), {"team_manager": TEAM})
"""Told of nobody: looks are not recorded."""
OTHERS = (*STAFF, "auditor")
"""All but IG leads."""
AUTHOR: frozenset[Basis] = frozenset({"author"})
READ_SESSION = Operation(
    "read_session", ("Appointment", "r"), each(PARTIES, PARTICIPANT | {"disclosure"})
)
"""Everybody else is told that it is confidential, auditors and IG leads too."""
READ_SESSION_HISTORY = Operation(
    "read_session_history", ("Appointment", "r"), each(PARTIES, PARTICIPANT)
)
LIST_SESSIONS = Operation(
    "list_sessions",
    ("Appointment", "s"),
    {
        "ig_lead": PARTICIPANT | GOVERNANCE,
        **each(("team_manager", "supervisor"), PARTICIPANT | MANAGING),
        **each((*PRACTITIONERS, "str_worker"), PARTICIPANT | {"line_management"}),
        "auditor": PARTICIPANT | ENGAGEMENT,
    },
)
"""That they were held, when and how long: never what was said."""
DISCLOSE = Operation(
    "disclose",
    ("Consent", "c"),
    {
        "ig_lead": PARTICIPANT | GOVERNANCE | {"duty"},
        **each(OTHERS, PARTICIPANT | {"duty"}),
    },
)
"""`policy.BASES` says on which bases: on duty is whoever is on the rota of the trust's safeguarding
team now."""
READ_DISCLOSURES = Operation(
    "read_disclosures",
    ("Consent", "r"),
    {"ig_lead": GOVERNANCE, **each(OTHERS, PARTICIPANT | AUTHOR | {"disclosure"})},
)
"""Those that one made, received or was told of; all for IG leads, but untold ones of their own."""
TELL_OF_DISCLOSURE = Operation(
    "tell_of_disclosure",
    ("Consent", "u"),
    {"ig_lead": GOVERNANCE | AUTHOR, **each(OTHERS, AUTHOR)},
)
REVIEW_DISCLOSURE = Operation("review_disclosure", ("Consent", "u"), {"ig_lead": GOVERNANCE})
DECIDE_CASE = Operation("decide_case", ("Composition", "c"), each(PARTIES, PARTICIPANT))
"""Needs no tie to the person: without one it is flagged, as a note is."""
RETRACT_CASE_DECISION = Operation(
    "retract_case_decision", ("Composition", "u"), each(PARTIES, AUTHOR)
)
READ_CASE_DECISION = Operation(
    "read_case_decision",
    ("Composition", "r"),
    {**each(STAFF, RELATED | AUTHOR), "ehr_system": SYSTEM},
)
LIST_CASE_DECISIONS = Operation(
    "list_case_decisions",
    ("Composition", "s"),
    {**READ_CASE_DECISION.allows, "auditor": ENGAGEMENT},
)
"""As a note is read: they are part of the person's record."""
UPDATE_ACTION = Operation("update_supervision_action", ("Task", "u"), each(PARTIES, PARTICIPANT))
"""Whose action it is, or the supervisor."""
LIST_ACTIONS = Operation("list_supervision_actions", ("Task", "s"), each(PARTIES, PARTICIPANT))
HOLD_GROUP_SUPERVISION = Operation(
    "hold_group_supervision", ("Appointment", "c"), each(PARTIES, PARTICIPANT)
)
READ_GROUP_SUPERVISION = Operation(
    "read_group_supervision",
    ("Appointment", "r"),
    {
        **each(PARTIES, PARTICIPANT),
        "team_manager": PARTICIPANT | TEAM,
        "ig_lead": PARTICIPANT | GOVERNANCE,
        "auditor": PARTICIPANT | ENGAGEMENT,
    },
)
"""Not by who was in it: it names the others."""
LIST_GROUP_SUPERVISIONS = Operation(
    "list_group_supervisions", ("Appointment", "s"), READ_GROUP_SUPERVISION.allows
)
