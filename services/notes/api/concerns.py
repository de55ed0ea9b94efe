"""Routes of concerns: parse, call, return."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.notes import access
from services.notes.api.application import application
from services.notes.domain import Concern, ConcernStatus, Told
from services.notes.schemas import (
    AcknowledgementRequest,
    AlertsRequest,
    ClosureRequest,
    ConcernView,
    History,
    RaiseConcernRequest,
    ReasonRequest,
)
from shared.contracts.notes import Urgency
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

concerns = APIRouter(prefix="/v1/concerns", tags=["concerns"])


@concerns.post("", status_code=201, response_model=ConcernView)
async def raise_concern(
    request: Request,
    body: RaiseConcernRequest,
    call: Annotated[Call, permit(access.RAISE_CONCERN)],
) -> Response:
    """Raise a concern. Refused only if malformed or about someone unknown.

    It replaces neither the telephone call that tells the right people, nor 999.
    """
    outcome = await application(request).concerns.raise_(
        call, body.service_user_id, body.concern(), body.note_id
    )
    return await _created(request, call, outcome)


@concerns.get("", response_model=Page[ConcernView])
async def list_concerns(
    request: Request,
    call: Annotated[Call, permit(access.LIST_CONCERNS)],
    service_user_id: Annotated[UUID | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    status: Annotated[ConcernStatus | None, Query()] = None,
    urgency: Annotated[Urgency | None, Query()] = None,
    reached: Annotated[bool, Query()] = False,
    order: Literal["asc", "desc"] = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Concerns by when they were raised: of a service user, of a team, or that `reached` you."""
    found = await application(request).concern_reading.concerns(
        call,
        service_user_id,
        team_id,
        reached=reached,
        status=status,
        urgency=urgency,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["raised_at"], last["id"]])


@concerns.get("/{id}", response_model=ConcernView)
async def get_concern(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_CONCERN)]
) -> Response:
    """One concern; never for those whom it names, but for who raised it."""
    found = await application(request).concern_reading.concern(call, id)
    return representation(found["document"], found["version"])


@concerns.get("/{id}/history", response_model=History)
async def get_concern_history(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_CONCERN_HISTORY)]
) -> Response:
    """Everything that happened to it, what the clock did included, oldest first."""
    items = await application(request).concern_reading.history(call, id)
    return Response(to_json({"items": items}), media_type="application/json")


@concerns.post("/{id}/alerts", status_code=201, response_model=ConcernView)
async def alert(
    request: Request, id: UUID, body: AlertsRequest, call: Annotated[Call, permit(access.ALERT)]
) -> Response:
    """Someone else was told, or the service user was. Needs `If-Match`."""
    told = Told(body.service_user_told, body.not_told_reason)
    outcome = await application(request).concerns.alert(call, id, body.alerted, told)
    return await _created(request, call, outcome)


@concerns.post("/{id}/acknowledgements", status_code=201, response_model=ConcernView)
async def acknowledge(
    request: Request,
    id: UUID,
    body: AcknowledgementRequest,
    call: Annotated[Call, permit(access.ACKNOWLEDGE_CONCERN)],
) -> Response:
    """Take it on. For the person's care co-ordinator, whoever is on duty for the team, and those
    whom it was escalated to. Needs `If-Match`."""
    told = Told(body.service_user_told, body.not_told_reason)
    outcome = await application(request).concerns.acknowledge(call, id, body.plan, told)
    return await _created(request, call, outcome)


@concerns.post("/{id}/escalations", status_code=201, response_model=ConcernView)
async def escalate(
    request: Request,
    id: UUID,
    body: ReasonRequest,
    call: Annotated[Call, permit(access.ESCALATE_CONCERN)],
) -> Response:
    """Have it go on to the next along the team's chain, now. Needs `If-Match`."""
    outcome = await application(request).concerns.escalate(call, id, body.reason)
    return await _created(request, call, outcome)


@concerns.post("/{id}/upgrades", status_code=201, response_model=ConcernView)
async def upgrade(
    request: Request,
    id: UUID,
    body: ReasonRequest,
    call: Annotated[Call, permit(access.UPGRADE_CONCERN)],
) -> Response:
    """From routine to urgent: to be acknowledged anew. Needs `If-Match`."""
    outcome = await application(request).concerns.upgrade(call, id, body.reason)
    return await _created(request, call, outcome)


@concerns.post("/{id}/closures", status_code=201, response_model=ConcernView)
async def close(
    request: Request,
    id: UUID,
    body: ClosureRequest,
    call: Annotated[Call, permit(access.CLOSE_CONCERN)],
) -> Response:
    """Close it with what came of it. Needs `If-Match`."""
    outcome = await application(request).concerns.close(call, id, body.outcome)
    return await _created(request, call, outcome)


@concerns.post("/{id}/reopenings", status_code=201, response_model=ConcernView)
async def reopen(
    request: Request,
    id: UUID,
    body: ReasonRequest,
    call: Annotated[Call, permit(access.REOPEN_CONCERN)],
) -> Response:
    """Open it again, on a new clock. Needs `If-Match`."""
    outcome = await application(request).concerns.reopen(call, id, body.reason)
    return await _created(request, call, outcome)


async def _created(request: Request, call: Call, outcome: Outcome[Concern]) -> Response:
    document = await application(request).concern_reading.answer(outcome, call.at)
    return created(outcome, document, "/v1/concerns")
