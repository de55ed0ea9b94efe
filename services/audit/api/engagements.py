"""Engagements: what auditors may read, agreed and ended by an IG lead."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.audit import access
from services.audit.api.application import application
from services.audit.projection import engagement_document
from services.audit.schemas import EndingRequest, EngagementRequest, EngagementView
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Name,
    Page,
    created,
    decode_cursor,
    moment,
    page,
    permit,
    representation,
)

COLLECTION = "/v1/audit/engagements"
router = APIRouter(prefix=COLLECTION, tags=["engagements"])


@router.post("", status_code=201, response_model=EngagementView)
async def agree(
    request: Request,
    body: EngagementRequest,
    call: Annotated[Call, permit(access.AGREE_ENGAGEMENT)],
) -> Response:
    """Let an auditor read, within a scope and until a time, as someone else approved."""
    outcome = await application(request).engagements.agree(call, body.terms(call.at))
    return created(outcome, engagement_document(outcome.aggregate), COLLECTION)


@router.get("", response_model=Page[EngagementView])
async def list_engagements(
    request: Request,
    call: Annotated[Call, permit(access.READ_ENGAGEMENTS)],
    auditor_id: Annotated[Name | None, Query()] = None,
    active: Annotated[bool | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Engagements, newest first; an auditor sees their own. `active` are those in force now."""
    found = await application(request).engagements.engagements(
        call, auditor_id, active, limit=limit, after=decode_cursor(cursor, moment, UUID)
    )
    return page(found, lambda last: [last["agreed_at"], last["id"]])


@router.get("/{id}", response_model=EngagementView)
async def get_engagement(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_ENGAGEMENTS)]
) -> Response:
    found = await application(request).engagements.engagement(call, id)
    return representation(found["document"], found["version"])


@router.post("/{id}/endings", status_code=201, response_model=EngagementView)
async def end(
    request: Request,
    id: UUID,
    body: EndingRequest,
    call: Annotated[Call, permit(access.END_ENGAGEMENT)],
) -> Response:
    """End an engagement before its time. Needs `If-Match`."""
    outcome = await application(request).engagements.end(call, id, body.reason)
    return created(outcome, engagement_document(outcome.aggregate), COLLECTION)
