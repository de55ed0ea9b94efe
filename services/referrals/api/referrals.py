"""Routes of referrals: parse, call, return."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.referrals import access
from services.referrals.api.application import application
from services.referrals.domain import Referral
from services.referrals.projection import referral_document
from services.referrals.schemas import (
    AllocationRequest,
    ClosureRequest,
    DecisionRequest,
    History,
    ReferralRequest,
    ReferralView,
    TransferRequest,
)
from shared.eventstore.commands import Outcome
from shared.kernel.call import Call
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

referrals = APIRouter(prefix="/v1/referrals", tags=["referrals"])


@referrals.post("", status_code=201, response_model=ReferralView)
async def receive(
    request: Request, body: ReferralRequest, call: Annotated[Call, permit(access.REFER)]
) -> Response:
    """Record a referral to the STR workers of the person's team."""
    particulars = {name: getattr(body, name) for name in ReferralRequest.model_fields}
    return _created(await application(request).referrals.receive(call, **particulars))


@referrals.get("", response_model=Page[ReferralView])
async def list_referrals(
    request: Request,
    call: Annotated[Call, permit(access.LIST_REFERRALS)],
    service_user_id: Annotated[UUID | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    worker_id: Annotated[Name | None, Query()] = None,
    status: Annotated[Name | None, Query()] = None,
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


@referrals.post("/{id}/decisions", status_code=201, response_model=ReferralView)
async def decide(
    request: Request,
    id: UUID,
    body: DecisionRequest,
    call: Annotated[Call, permit(access.DECIDE)],
) -> Response:
    """Decide a referral, with the reason the referrer will be told. Needs `If-Match`."""
    return _created(
        await application(request).referrals.decide(
            call, id, body.outcome, body.rationale, body.reason_code
        )
    )


@referrals.post("/{id}/allocations", status_code=201, response_model=ReferralView)
async def allocate(
    request: Request,
    id: UUID,
    body: AllocationRequest,
    call: Annotated[Call, permit(access.ALLOCATE)],
) -> Response:
    """Put the person on a worker's caseload. Needs `If-Match`."""
    return _created(
        await application(request).referrals.allocate(
            call, id, body.worker_id, body.override_reason
        )
    )


@referrals.post("/{id}/transfers", status_code=201, response_model=ReferralView)
async def transfer(
    request: Request,
    id: UUID,
    body: TransferRequest,
    call: Annotated[Call, permit(access.TRANSFER)],
) -> Response:
    """Move the person to another worker's caseload, with a hand-over. Needs `If-Match`."""
    return _created(
        await application(request).referrals.transfer(
            call, id, body.worker_id, body.handover, body.override_reason
        )
    )


@referrals.post("/{id}/closures", status_code=201, response_model=ReferralView)
async def close(
    request: Request,
    id: UUID,
    body: ClosureRequest,
    call: Annotated[Call, permit(access.CLOSE)],
) -> Response:
    """End the support with its outcome; the person leaves the caseload. Needs `If-Match`.

    For a team manager, the person's care co-ordinator, and the worker whose caseload it is.
    """
    return _created(
        await application(request).referrals.close(call, id, body.outcome, body.summary)
    )


def _created(outcome: Outcome[Referral]) -> Response:
    return created(outcome, referral_document(outcome.aggregate), "/v1/referrals")
