"""Responses of caseloads."""

from datetime import datetime
from uuid import UUID

from shared.platform.http import ResponseModel


class CaseloadItem(ResponseModel):
    service_user_id: UUID
    referral_id: UUID
    since: datetime


class CaseloadView(ResponseModel):
    """`headroom` is how many more the worker may be given without an override."""

    worker_id: str
    open: int
    limit: int
    headroom: int
    items: list[CaseloadItem]
