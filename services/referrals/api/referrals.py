"""Routes of referrals: parse, call, return."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.referrals import access
from services.referrals.api.answers import created_referral
from services.referrals.api.application import application
from services.referrals.domain import Status
from services.referrals.schemas import (
    History,
    ReferralRequest,
    ReferralView,
)
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Moment,
    Name,
    Page,
    decode_cursor,
    moment,
    page,
    permit,
    representation,
)

referrals = APIRouter(prefix="/v1/referrals", tags=["referrals"])


@referrals.post("", status_code=201, response_model=ReferralView)
async def receive(
    request: Request, body: ReferralRequest, call: Annotated[Call, permit(access.REFER)]
) -> Response:
    """Record a referral to the STR workers of the person's team.

    `previous_referral_id`, the last that ended, is shown to those who are related to the person.
    """
    use = application(request).referrals
    particulars = {name: getattr(body, name) for name in ReferralRequest.model_fields}
    outcome, related = await use.receive(call, **particulars)
    return created_referral(outcome, related=related)


@referrals.get("", response_model=Page[ReferralView])
async def list_referrals(
    request: Request,
    call: Annotated[Call, permit(access.LIST_REFERRALS)],
    service_user_id: Annotated[UUID | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    worker_id: Annotated[Name | None, Query()] = None,
    status: Annotated[Status | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    order: Literal["asc", "desc"] = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Referrals by when they were recorded. `from` and `to` mean when they were received."""
    found = await application(request).referrals.referrals(
        call,
        service_user_id,
        team_id,
        worker_id=worker_id,
        status=status,
        since=since,
        until=until,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["recorded_at"], last["id"]])


@referrals.get("/{id}", response_model=ReferralView)
async def get_referral(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_REFERRAL)]
) -> Response:
    found = await application(request).referrals.referral(call, id)
    return representation(found["document"], found["version"])


@referrals.get("/{id}/history", response_model=History)
async def get_history(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_HISTORY)]
) -> Response:
    """Everything that happened to a referral, oldest first."""
    items = await application(request).referrals.history(call, id)
    return Response(to_json({"items": items}), media_type="application/json")
