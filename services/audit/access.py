"""Who may put questions to the record: operation × role × relationship."""

from shared.kernel.operation import ENGAGEMENT, GOVERNANCE, Operation

READERS = {"auditor": ENGAGEMENT, "ig_lead": GOVERNANCE}
READ_EVENTS = Operation("read_events", ("AuditEvent", "s"), READERS)
READ_TIMELINE = Operation("read_timeline", ("AuditEvent", "s"), READERS)
READ_COMPLETENESS = Operation("read_completeness", ("AuditEvent", "s"), READERS)
