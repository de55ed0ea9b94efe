"""Who may put questions to the record."""

from shared.platform.http import Operation

READERS = ("auditor", "ig_lead")
READ_EVENTS = Operation("read_events", READERS)
READ_TIMELINE = Operation("read_timeline", READERS)
READ_COMPLETENESS = Operation("read_completeness", READERS)
