"""Who may do what in the supervision service: operation × role × relationship."""

from shared.kernel.operation import ANYONE, SYSTEM, Operation, each
from shared.kernel.relationship import Basis

STAFF = (
    "team_manager", "supervisor", "care_coordinator", "registered_practitioner", "str_worker",
)  # fmt: skip
TEAM: frozenset[Basis] = frozenset({"team"})
PUT_DUTY = Operation("put_duty", ("PractitionerRole", "u"), {"team_manager": TEAM})
READ_DUTY = Operation("read_duty", ("PractitionerRole", "r"), each(STAFF, ANYONE))
PUT_WORKER = Operation(
    "put_worker", ("Practitioner", "u"), {"team_manager": TEAM | ANYONE, "ehr_system": SYSTEM}
)
"""A manager registers anyone, and moves who is registered into or out of a team of their own; the
HR feed moves anyone."""
READ_WORKER = Operation(
    "read_worker",
    ("Practitioner", "r"),
    {**each((*STAFF, "ig_lead"), ANYONE), "ehr_system": SYSTEM},
)
"""The register is the staff directory: reads of it are not recorded. Auditors ask the ledger."""
