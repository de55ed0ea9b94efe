"""Who may do what in the supervision service: operation × role × relationship."""

from shared.kernel.operation import ANYONE, SYSTEM, Operation, each

STAFF = (
    "team_manager", "supervisor", "care_coordinator", "registered_practitioner", "str_worker",
)  # fmt: skip
PUT_DUTY = Operation("put_duty", ("PractitionerRole", "u"), {"team_manager": frozenset({"team"})})
READ_DUTY = Operation("read_duty", ("PractitionerRole", "r"), each(STAFF, ANYONE))
PUT_WORKER = Operation(
    "put_worker", ("Practitioner", "u"), {"team_manager": ANYONE, "ehr_system": SYSTEM}
)
READ_WORKER = Operation(
    "read_worker",
    ("Practitioner", "r"),
    {**each((*STAFF, "auditor", "ig_lead"), ANYONE), "ehr_system": SYSTEM},
)
"""The register is the trust's staff directory: reads of it are not recorded."""
