"""What requests and responses of all that is kept about a person share."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Strict

from shared.platform.http import ActorView, ContentState, RequestModel, ResponseModel

Flag = Annotated[bool, Strict()]


class KeptRequest(RequestModel):
    def said(self) -> dict[str, Any]:
        """All it says, what it leaves out by default included."""
        return {name: getattr(self, name) for name in type(self).model_fields}


class KeptView(ResponseModel):
    """One thing about a service user. Its words are null once they were destroyed."""

    id: UUID
    version: int
    service_user_id: UUID
    team_id: str
    recorded_at: datetime
    recorded_by: ActorView
    content_state: ContentState
