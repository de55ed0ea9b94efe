"""Who may put questions to the record: operation × role × relationship."""

from shared.kernel.operation import ENGAGEMENT, GOVERNANCE, Operation
from shared.kernel.relationship import Basis

OWN: frozenset[Basis] = frozenset({"own"})
READERS = {"auditor": ENGAGEMENT, "ig_lead": GOVERNANCE}
GOVERNORS = {"ig_lead": GOVERNANCE}

READ_EVENTS = Operation("read_events", ("AuditEvent", "s"), READERS)
READ_TIMELINE = Operation("read_timeline", ("AuditEvent", "s"), READERS)
READ_ACCESSES = Operation("read_accesses", ("AuditEvent", "s"), READERS)
READ_ACCESS_RIGHTS = Operation("read_access_rights", ("AuditEvent", "s"), READERS)
READ_NOTE_READERS = Operation("read_note_readers", ("AuditEvent", "s"), READERS)
READ_NOTE_AS_OF = Operation("read_note_as_of", ("AuditEvent", "s"), READERS)
READ_WORKER_AS_OF = Operation("read_worker_as_of", ("AuditEvent", "s"), READERS)
READ_RECORD_GAPS = Operation("read_record_gaps", ("MeasureReport", "r"), READERS)
READ_BREAK_GLASS = Operation("read_break_glass", ("MeasureReport", "r"), READERS)
READ_COMPLETENESS = Operation("read_completeness", ("AuditEvent", "r"), READERS)
READ_PROOFS = Operation("read_proofs", ("AuditEvent", "r"), READERS)
READ_LEDGER_ENTRIES = Operation("read_ledger_entries", ("AuditEvent", "r"), {}, grant="ledger.read")
"""Leaves: of each event its type, digest and time, and nobody's name or id."""
READ_DISAGREEMENTS = Operation("read_disagreements", ("AuditEvent", "s"), READERS)
READ_ALERTS = Operation("read_alerts", ("AuditEvent", "s"), GOVERNORS)
AGREE_ENGAGEMENT = Operation("agree_engagement", ("Consent", "c"), GOVERNORS)
END_ENGAGEMENT = Operation("end_engagement", ("Consent", "u"), GOVERNORS)
READ_ENGAGEMENTS = Operation(
    "read_engagements", ("Consent", "r"), {"ig_lead": GOVERNANCE, "auditor": OWN}
)
"""An auditor reads their own, and needs none in force for it."""
REQUEST_EXPORT = Operation("request_export", ("AuditEvent", "s"), READERS)
READ_EXPORTS = Operation(
    "read_exports", ("AuditEvent", "r"), {"ig_lead": GOVERNANCE, "auditor": OWN}
)
"""How far they are, and what was stated of them: nothing of what is in them. An auditor's own."""
FETCH_EXPORT = Operation("fetch_export", ("AuditEvent", "s"), READERS)
CANCEL_EXPORT = Operation(
    "cancel_export", ("AuditEvent", "u"), {"ig_lead": GOVERNANCE, "auditor": OWN}
)
