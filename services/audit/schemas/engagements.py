"""Requests and responses: engagements."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.access import EngagementAgreed
from shared.contracts.vocabulary import Paragraph
from shared.kernel.actor import Actor
from shared.platform.http import Moment, Name, RequestModel, ResponseModel


class EngagementRequest(RequestModel):
    """Neither team nor service user named: everything. `starts_at` is now unless it is said."""

    auditor_id: Name
    purpose: Paragraph
    approver_id: Name
    starts_at: Moment | None = None
    ends_at: Moment
    teams: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    service_user_ids: Annotated[tuple[UUID, ...], Field(max_length=1000)] = ()
    identities: Annotated[bool, Field(strict=True)] = False

    def terms(self, now: datetime) -> EngagementAgreed:
        said = {name: getattr(self, name) for name in type(self).model_fields}
        return EngagementAgreed(**{**said, "starts_at": self.starts_at or now})


class EndingRequest(RequestModel):
    reason: Paragraph


class Ending(ResponseModel):
    by: Actor
    at: datetime
    reason: str


class Agreement(ResponseModel):
    by: Actor
    at: datetime


class EngagementView(ResponseModel):
    id: UUID
    version: int
    auditor_id: str
    purpose: str
    approver_id: str
    starts_at: datetime
    ends_at: datetime
    teams: tuple[str, ...]
    service_user_ids: tuple[UUID, ...]
    identities: bool
    agreed: Agreement
    ended: Ending | None
