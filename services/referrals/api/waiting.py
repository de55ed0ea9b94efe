"""Routes of waiting lists: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.referrals import access
from services.referrals.api.answers import created_referral
from services.referrals.api.application import application
from services.referrals.schemas import ReferralView, ReviewRequest, WaitingView
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Name,
    Page,
    decode_cursor,
    moment,
    page,
    permit,
    whole,
)

waiting = APIRouter(prefix="/v1", tags=["waiting list"])


@waiting.get("/waiting-list", response_model=Page[WaitingView])
async def get_waiting_list(
    request: Request,
    call: Annotated[Call, permit(access.READ_WAITING_LIST)],
    team_id: Annotated[Name | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Who waits for a team: by priority, then whoever has waited longest first.

    `position` counts everybody, also restricted people whom the caller isn't shown.
    """
    found = await application(request).waiting.waiting(
        call, team_id, limit=limit, after=decode_cursor(cursor, whole, moment, UUID)
    )
    return page(found, lambda last: [last["priority_rank"], last["waiting_since"], last["id"]])


@waiting.post("/referrals/{id}/reviews", status_code=201, response_model=ReferralView)
async def review(
    request: Request,
    id: UUID,
    body: ReviewRequest,
    call: Annotated[Call, permit(access.REVIEW_WAITING)],
) -> Response:
    """Look again at someone who waits: another priority, and when to look next. Needs
    `If-Match`."""
    return created_referral(
        await application(request).waiting.review(
            call, id, body.findings, body.priority, body.review_due
        )
    )
