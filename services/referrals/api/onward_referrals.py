"""Routes of onward referrals: parse, call, return."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.referrals import access
from services.referrals.api.application import application
from services.referrals.domain import OnwardReferral
from services.referrals.projection import onward_referral_document
from services.referrals.schemas import (
    AcknowledgementRequest,
    History,
    OnwardReferralRequest,
    OnwardReferralView,
    OutcomeRequest,
)
from shared.eventstore.commands import Outcome
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.platform.http import (
    Cursor,
    Limit,
    Moment,
    Name,
    Page,
    created,
    decode_cursor,
    moment,
    page,
    permit,
    representation,
)

onward_referrals = APIRouter(prefix="/v1/onward-referrals", tags=["onward referrals"])


def _created(outcome: Outcome[OnwardReferral]) -> Response:
    shown = onward_referral_document(outcome.aggregate)
    return created(outcome, shown, "/v1/onward-referrals")


@onward_referrals.post("", status_code=201, response_model=OnwardReferralView)
async def make(
    request: Request,
    body: OnwardReferralRequest,
    call: Annotated[Call, permit(access.REFER_ONWARD)],
) -> Response:
    """Help someone to reach an agency, with their consent or on another basis that says why."""
    particulars = body.particulars(local_day(call.at))
    return _created(await application(request).elsewhere.onward_referrals.make(call, **particulars))


@onward_referrals.get("", response_model=Page[OnwardReferralView])
async def list_onward_referrals(
    request: Request,
    call: Annotated[Call, permit(access.LIST_ONWARD_REFERRALS)],
    service_user_id: Annotated[UUID | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    status: Annotated[Literal["made", "acknowledged", "ended"] | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    order: Literal["asc", "desc"] = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Of one person, or of a team. `from` and `to` mean when they were made."""
    found = await application(request).elsewhere.onward_referrals.onward_referrals(
        call,
        service_user_id,
        team_id,
        status=status,
        since=since,
        until=until,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["recorded_at"], last["id"]])


@onward_referrals.get("/{id}", response_model=OnwardReferralView)
async def get_onward_referral(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_ONWARD_REFERRAL)]
) -> Response:
    found = await application(request).elsewhere.onward_referrals.onward_referral(call, id)
    return representation(found["document"], found["version"])


@onward_referrals.get("/{id}/history", response_model=History)
async def get_onward_referral_history(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_ONWARD_HISTORY)]
) -> Response:
    """Everything that happened to it, oldest first."""
    items = await application(request).elsewhere.onward_referrals.history(call, id)
    return Response(to_json({"items": items}), media_type="application/json")


@onward_referrals.post("/{id}/acknowledgements", status_code=201, response_model=OnwardReferralView)
async def acknowledge(
    request: Request,
    id: UUID,
    body: AcknowledgementRequest,
    call: Annotated[Call, permit(access.ACKNOWLEDGE_ONWARD_REFERRAL)],
) -> Response:
    """The agency has it. Needs `If-Match`."""
    return _created(
        await application(request).elsewhere.onward_referrals.acknowledge(
            call, id, body.acknowledged_on, body.details
        )
    )


@onward_referrals.post("/{id}/outcomes", status_code=201, response_model=OnwardReferralView)
async def record_outcome(
    request: Request,
    id: UUID,
    body: OutcomeRequest,
    call: Annotated[Call, permit(access.RECORD_ONWARD_OUTCOME)],
) -> Response:
    """What came of it. A later outcome takes an earlier one's place. Needs `If-Match`."""
    return _created(
        await application(request).elsewhere.onward_referrals.end(
            call, id, body.outcome, body.known_on, body.details
        )
    )
