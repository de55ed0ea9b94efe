"""Who may put questions to the record. An auditor needs an engagement in force besides the role."""

from shared.platform.http import Operation

READERS = ("auditor", "ig_lead")
READ_EVENTS = Operation("read_events", READERS)
READ_TIMELINE = Operation("read_timeline", READERS)
READ_ACCESSES = Operation("read_accesses", READERS)
READ_ACCESS_RIGHTS = Operation("read_access_rights", READERS)
READ_BREAK_GLASS = Operation("read_break_glass", READERS)
READ_COMPLETENESS = Operation("read_completeness", READERS)
READ_ALERTS = Operation("read_alerts", ("ig_lead",))
AGREE_ENGAGEMENT = Operation("agree_engagement", ("ig_lead",))
END_ENGAGEMENT = Operation("end_engagement", ("ig_lead",))
READ_ENGAGEMENTS = Operation("read_engagements", ("ig_lead", "auditor"))
"""An auditor reads their own, and needs none in force for it."""
