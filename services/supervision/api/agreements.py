"""Routes of agreements: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.domain import Agreement
from services.supervision.projection import agreement_document
from services.supervision.schemas import (
    AgreementEndingRequest,
    AgreementRequest,
    AgreementView,
)
from shared.eventstore.commands import Outcome
from shared.eventstore.listing import Order
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

agreements = APIRouter(prefix="/v1/supervision/agreements", tags=["supervision: agreements"])


def _created(outcome: Outcome[Agreement]) -> Response:
    shown = agreement_document(outcome.aggregate)
    return created(outcome, shown, "/v1/supervision/agreements")


@agreements.post("", status_code=201, response_model=AgreementView)
async def agree(
    request: Request,
    body: AgreementRequest,
    call: Annotated[Call, permit(access.AGREE_SUPERVISION)],
) -> Response:
    """Agree on supervision of a worker of your team, or whose line manager you are.

    Which kinds there are, and how far apart their sessions may be, the team's policy says.
    """
    return _created(await application(request).agreements.agree(call, **body.terms()))


@agreements.get("", response_model=Page[AgreementView])
async def list_agreements(
    request: Request,
    call: Annotated[Call, permit(access.LIST_AGREEMENTS)],
    worker_id: Annotated[Name | None, Query()] = None,
    supervisor_id: Annotated[Name | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    kind: Annotated[Name | None, Query()] = None,
    in_force: Annotated[bool | None, Query()] = None,
    order: Order = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Your own; or a team's, without their words. One that is to begin yet is not in force."""
    found = await application(request).agreement_reading.page(
        call,
        worker_id,
        supervisor_id,
        team_id,
        in_force,
        kind=kind,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["agreed_at"], last["id"]])


@agreements.get("/{id}", response_model=AgreementView)
async def get_agreement(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_AGREEMENT)]
) -> Response:
    """One, for the two, managers of the worker's team and the line manager."""
    found = await application(request).agreement_reading.one(call, id)
    return representation(found["document"], found["version"])


@agreements.post("/{id}/acceptances", status_code=201, response_model=AgreementView)
async def accept(
    request: Request, id: UUID, call: Annotated[Call, permit(access.ACCEPT_AGREEMENT)]
) -> Response:
    """You, one of the two, agree to what somebody else set down. Needs `If-Match`."""
    return _created(await application(request).agreements.accept(call, id))


@agreements.post("/{id}/endings", status_code=201, response_model=AgreementView)
async def end(
    request: Request,
    id: UUID,
    body: AgreementEndingRequest,
    call: Annotated[Call, permit(access.END_AGREEMENT)],
) -> Response:
    """End it: today is its last day, or its first, if that is to come. Needs `If-Match`."""
    return _created(await application(request).agreements.end(call, id, body.reason))
