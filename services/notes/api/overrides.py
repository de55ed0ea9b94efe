"""Routes of break-glass: parse, call, return."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.notes import access
from services.notes.api.application import application
from services.notes.application import shown_now
from services.notes.domain import AccessOverride
from services.notes.schemas import OverrideRequest, OverrideView, ReviewRequest
from shared.eventstore.commands import Outcome
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

overrides = APIRouter(prefix="/v1/access-overrides", tags=["break-glass"])


@overrides.post("", status_code=201, response_model=OverrideView)
async def break_glass(
    request: Request, body: OverrideRequest, call: Annotated[Call, permit(access.BREAK_GLASS)]
) -> Response:
    """Break the glass: open one person's record to yourself, in every service, for a time.

    To the end of your shift, at most 12 hours. Each read it allows is marked, and someone else
    reviews it within three working days.
    """
    outcome = await application(request).overrides.break_glass(
        call, body.service_user_id, body.reason_code, body.reason, body.until
    )
    return _created(outcome, call)


@overrides.get("", response_model=Page[OverrideView])
async def list_overrides(
    request: Request,
    call: Annotated[Call, permit(access.READ_OVERRIDES)],
    reviewed: Annotated[bool | None, Query()] = None,
    service_user_id: Annotated[UUID | None, Query()] = None,
    staff_id: Annotated[Name | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    order: Literal["asc", "desc"] = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Broken glass, newest first: all of it for the IG lead, their own for staff."""
    found = await application(request).overrides.overrides(
        call,
        service_user_id,
        staff_id,
        reviewed=reviewed,
        team_id=team_id,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["granted_at"], last["id"]])


@overrides.get("/{id}", response_model=OverrideView)
async def get_override(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_OVERRIDES)]
) -> Response:
    """One of them, with its review."""
    found = await application(request).overrides.override(call, id)
    return representation(found["document"], found["version"])


@overrides.post("/{id}/reviews", status_code=201, response_model=OverrideView)
async def review(
    request: Request,
    id: UUID,
    body: ReviewRequest,
    call: Annotated[Call, permit(access.REVIEW_OVERRIDE)],
) -> Response:
    """Say whether it was justified; never one's own. Needs `If-Match`."""
    outcome = await application(request).overrides.review(call, id, body.outcome, body.reason)
    return _created(outcome, call)


def _created(outcome: Outcome[AccessOverride], call: Call) -> Response:
    return created(outcome, shown_now(outcome.aggregate, call.at), "/v1/access-overrides")
