"""What is to be done after sessions, as it is listed."""

from datetime import date, datetime
from uuid import UUID

from shared.contracts.supervision import ActionStatus
from shared.platform.http import ActorView, ContentState, ResponseModel


class ListedAction(ResponseModel):
    """An action of one of your sessions: overdue when its last day has passed and it is open."""

    id: UUID
    session_id: UUID
    worker_id: str
    supervisor_id: str
    owner_id: str
    action: str | None
    due_on: date | None
    status: ActionStatus
    overdue: bool
    outcome: str | None
    updated_by: ActorView | None
    updated_at: datetime | None
    recorded_at: datetime
    content_state: ContentState
