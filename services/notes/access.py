"""Who may do what in the notes service: operation × role × relationship."""

from shared.kernel.operation import (
    ANYONE,
    ENGAGEMENT,
    ESCALATED,
    GOVERNANCE,
    RELATED,
    SYSTEM,
    TIED,
    Operation,
    each,
)
from shared.kernel.relationship import Basis

PRACTITIONERS = ("registered_practitioner", "care_coordinator")
WRITERS = (*PRACTITIONERS, "str_worker")
STAFF = (*WRITERS, "team_manager", "supervisor")
TEAM: frozenset[Basis] = frozenset({"team"})
AUTHOR: frozenset[Basis] = frozenset({"author"})
ON_DUTY: frozenset[Basis] = frozenset({"duty"})
OWN: frozenset[Basis] = frozenset({"own"})

RECORD_NOTE = Operation("record_note", ("Composition", "c"), each(WRITERS, ANYONE))
"""Nothing that happened is refused: without a relationship it is flagged (domain, section 2)."""
AMEND_NOTE = Operation("amend_note", ("Composition", "u"), each(WRITERS, AUTHOR))
COUNTERSIGN_NOTE = Operation("countersign_note", ("Composition", "u"), each(STAFF, TIED))
"""Every member of staff may try: what decides is registration, not the role (RCN)."""
RETURN_NOTE = Operation("return_note", ("Composition", "u"), each(STAFF, TIED))
ANSWER_NOTE = Operation("answer_note", ("Composition", "u"), each(WRITERS, AUTHOR | TIED))
"""The author, or a colleague who was given that duty and is tied to the person."""
REASSIGN_NOTE = Operation("reassign_note", ("Composition", "u"), {"team_manager": TIED})
ADD_ADDENDUM = Operation(
    "add_addendum",
    ("Composition", "u"),
    {**each(PRACTITIONERS, AUTHOR | TIED), "str_worker": AUTHOR},
)
GIVE_LATE_REASON = Operation("give_late_reason", ("Composition", "u"), each(WRITERS, AUTHOR))
RETRACT_NOTE = Operation(
    "retract_note",
    ("Composition", "u"),
    {"team_manager": AUTHOR | TIED, **each(WRITERS, AUTHOR), "ig_lead": GOVERNANCE},
)
"""A manager only asks for it, unless the note is their own; an IG lead refiles tombstones."""
CONFIRM_RETRACTION = Operation(
    "confirm_retraction",
    ("Composition", "u"),
    {**each(("team_manager", *PRACTITIONERS), TIED), "ig_lead": GOVERNANCE},
)
READ_NOTE = Operation(
    "read_note",
    ("Composition", "r"),
    {**each(STAFF, RELATED | AUTHOR), "ehr_system": SYSTEM, "ig_lead": GOVERNANCE},
)
"""An IG lead reads what is or is asked to be retracted, and no other note: they decide what
becomes of what was misfiled, and are nobody's carer."""
READ_HISTORY = Operation(
    "read_history",
    ("Composition", "r"),
    {
        **each(STAFF, RELATED | AUTHOR),
        "ehr_system": SYSTEM,
        "auditor": ENGAGEMENT,
        "ig_lead": GOVERNANCE,
    },
)
LIST_NOTES = Operation(
    "list_notes",
    ("Composition", "s"),
    {**each(STAFF, RELATED | AUTHOR), "ehr_system": SYSTEM, "auditor": ENGAGEMENT},
)
READ_WORKLIST = Operation(
    "read_worklist",
    ("Composition", "s"),
    {
        **each((*PRACTITIONERS, "team_manager"), frozenset({"team", "duty"})),
        "auditor": ENGAGEMENT,
    },
)
BREAK_GLASS = Operation(
    "break_glass", ("Consent", "c"), {**each(PRACTITIONERS, ANYONE), "str_worker": ON_DUTY}
)
READ_OVERRIDES = Operation(
    "read_overrides", ("Consent", "r"), {"ig_lead": GOVERNANCE, **each(WRITERS, OWN)}
)
REVIEW_OVERRIDE = Operation("review_override", ("Consent", "u"), {"ig_lead": GOVERNANCE})
READ_BOUNDARY_QUERY = Operation(
    "read_boundary_query",
    ("Task", "r"),
    {"team_manager": frozenset({"team"}), **each(WRITERS, OWN)},
)
READ_BOUNDARY_QUERIES = Operation(
    "read_boundary_queries",
    ("Task", "s"),
    {**READ_BOUNDARY_QUERY.allows, "auditor": ENGAGEMENT},
)
ANSWER_BOUNDARY_QUERY = Operation(
    "answer_boundary_query", ("Task", "u"), {"team_manager": frozenset({"team"})}
)
"""A staff matter between the worker and the team's manager (HB 5.15)."""
HOLD_GROUP_SESSION = Operation("hold_group_session", ("Composition", "c"), each(WRITERS, ANYONE))
READ_GROUP_SESSION = Operation(
    "read_group_session", ("Composition", "r"), each(STAFF, frozenset({"team", "duty", "author"}))
)
LIST_GROUP_SESSIONS = Operation(
    "list_group_sessions",
    ("Composition", "s"),
    {**each(STAFF, frozenset({"team", "duty"})), "auditor": ENGAGEMENT},
)
READ_SUMMARY = Operation(
    "read_summary",
    ("MeasureReport", "r"),
    {**each((*PRACTITIONERS, "team_manager"), frozenset({"team", "duty"})), "auditor": ENGAGEMENT},
)
READ_POLICY = Operation(
    "read_policy", ("PlanDefinition", "r"), each((*STAFF, "auditor", "ig_lead"), ANYONE)
)
"""Nothing personal: reads of a team's rules are not recorded."""
PUT_POLICY = Operation("put_policy", ("PlanDefinition", "u"), {"team_manager": TEAM})
DECIDE_ON_POLICY = Operation(
    "decide_on_policy",
    ("PlanDefinition", "u"),
    {"ig_lead": GOVERNANCE, "team_manager": ANYONE},
)
"""Anybody of these but who proposed it: what loosens a policy takes two."""
RAISE_CONCERN = Operation("raise_concern", ("Flag", "c"), each(STAFF, ANYONE))
"""Writing a concern is never refused for who is related."""
READ_CONCERN = Operation(
    "read_concern", ("Flag", "r"), {**each(STAFF, RELATED | AUTHOR), "ehr_system": SYSTEM}
)
READ_CONCERN_HISTORY = Operation(
    "read_concern_history", ("Flag", "r"), {**READ_CONCERN.allows, "auditor": ENGAGEMENT}
)
LIST_CONCERNS = Operation(
    "list_concerns",
    ("Flag", "s"),
    {**each(STAFF, RELATED), "ehr_system": SYSTEM, "auditor": ENGAGEMENT},
)
ACTING = each(STAFF, TIED | ESCALATED | AUTHOR)
ALERT = Operation("alert", ("Flag", "u"), ACTING)
ESCALATE_CONCERN = Operation("escalate_concern", ("Flag", "u"), ACTING)
UPGRADE_CONCERN = Operation("upgrade_concern", ("Flag", "u"), ACTING)
REOPEN_CONCERN = Operation("reopen_concern", ("Flag", "u"), ACTING)
ACKNOWLEDGE_CONCERN = Operation("acknowledge_concern", ("Flag", "u"), each(STAFF, TIED | ESCALATED))
"""`policy.answers` says whose it is to answer a concern."""
CLOSE_CONCERN = Operation(
    "close_concern", ("Flag", "u"), each(("team_manager", *STAFF), TIED | ESCALATED)
)
"""Those who may acknowledge it, who did, and a manager: first, so that they act as one."""
