"""Routes of unmet needs: parse, call, return."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.referrals import access
from services.referrals.api.application import application
from services.referrals.domain import UnmetNeed
from services.referrals.projection import unmet_need_document
from services.referrals.schemas import ResolutionRequest, UnmetNeedRequest, UnmetNeedView
from shared.contracts.vocabulary import Need
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

unmet_needs = APIRouter(prefix="/v1/unmet-needs", tags=["unmet needs"])


def _created(outcome: Outcome[UnmetNeed]) -> Response:
    return created(outcome, unmet_need_document(outcome.aggregate), "/v1/unmet-needs")


@unmet_needs.post("", status_code=201, response_model=UnmetNeedView)
async def record(
    request: Request,
    body: UnmetNeedRequest,
    call: Annotated[Call, permit(access.RECORD_UNMET_NEED)],
) -> Response:
    """Record a need that nothing meets, and why."""
    words = {name: getattr(body, name) for name in UnmetNeedRequest.model_fields}
    return _created(await application(request).elsewhere.unmet_needs.record(call, **words))


@unmet_needs.get("", response_model=Page[UnmetNeedView])
async def list_unmet_needs(
    request: Request,
    call: Annotated[Call, permit(access.LIST_UNMET_NEEDS)],
    service_user_id: Annotated[UUID | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    need: Annotated[Need | None, Query()] = None,
    met: Annotated[bool | None, Query()] = None,
    order: Literal["asc", "desc"] = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Of one person, or of a team, by when they were recorded."""
    found = await application(request).elsewhere.unmet_needs.unmet_needs(
        call,
        service_user_id,
        team_id,
        need=need,
        met=met,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["recorded_at"], last["id"]])


@unmet_needs.get("/{id}", response_model=UnmetNeedView)
async def get_unmet_need(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_UNMET_NEED)]
) -> Response:
    found = await application(request).elsewhere.unmet_needs.unmet_need(call, id)
    return representation(found["document"], found["version"])


@unmet_needs.post("/{id}/resolutions", status_code=201, response_model=UnmetNeedView)
async def resolve(
    request: Request,
    id: UUID,
    body: ResolutionRequest,
    call: Annotated[Call, permit(access.RESOLVE_UNMET_NEED)],
) -> Response:
    """It is met after all. Needs `If-Match`."""
    return _created(
        await application(request).elsewhere.unmet_needs.resolve(
            call, id, body.met_on, body.details
        )
    )
