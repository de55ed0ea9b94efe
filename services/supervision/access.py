"""Who may do what in the supervision service."""

from shared.platform.http import Operation

STAFF = (
    "team_manager", "supervisor", "care_coordinator", "registered_practitioner", "str_worker",
)  # fmt: skip
PUT_DUTY = Operation("put_duty", ("team_manager",))
READ_DUTY = Operation("read_duty", STAFF)
PUT_WORKER = Operation("put_worker", ("team_manager", "ehr_system"))
READ_WORKER = Operation("read_worker", (*STAFF, "ehr_system", "auditor", "ig_lead"))
