"""Response: someone on a caseload without an entry in their record."""

from datetime import datetime
from uuid import UUID

from services.audit.schemas.parts import Place


class LastEntry(Place):
    note_id: UUID
    recorded_at: datetime


class RecordGap(Place):
    """`worker_id` has had them `since`; the place is where that is told. `quiet_since` is when they
    had their last entry or, if that is later, came onto a caseload by this referral; `days` are the
    whole ones since. Notes that were taken back are no entries. `last_entry` is null also for a
    note that isn't the caller's to read."""

    service_user_id: UUID
    team_id: str | None
    referral_id: UUID
    worker_id: str
    since: datetime
    on_caseload_since: datetime
    last_entry: LastEntry | None
    quiet_since: datetime
    days: int
