"""Who may do what in the notes service. Relationship is checked besides the role."""

from shared.platform.http import Operation

WRITERS = ("registered_practitioner", "care_coordinator", "str_worker")
STAFF = (*WRITERS, "team_manager", "supervisor")

RECORD_NOTE = Operation("record_note", WRITERS)
AMEND_NOTE = Operation("amend_note", WRITERS)
COUNTERSIGN_NOTE = Operation("countersign_note", STAFF)
"""Every member of staff may try: what decides is registration, not the role (RCN)."""
READ_NOTE = Operation("read_note", (*STAFF, "ehr_system"))
READ_HISTORY = Operation("read_history", (*STAFF, "ehr_system", "auditor"))
LIST_NOTES = Operation("list_notes", (*STAFF, "ehr_system", "auditor"))
READ_WORKLIST = Operation(
    "read_worklist", ("registered_practitioner", "care_coordinator", "team_manager", "auditor")
)
