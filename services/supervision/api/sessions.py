"""Routes of what is done in sessions: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.answers import answered
from services.supervision.api.application import application
from services.supervision.schemas import (
    ActionUpdateRequest,
    AmendmentRequest,
    NotHeldRequest,
    RecordRequest,
    ReschedulingRequest,
    SessionRequest,
    SessionView,
    SignatureRequest,
)
from shared.kernel.call import Call
from shared.platform.http import permit

sessions = APIRouter(prefix="/v1/supervision/sessions", tags=["supervision: sessions"])


@sessions.post("", status_code=201, response_model=SessionView)
async def schedule(
    request: Request,
    body: SessionRequest,
    call: Annotated[Call, permit(access.SCHEDULE_SESSION)],
) -> Response:
    """Schedule a session under an agreement of yours, as its supervisor; also one that was."""
    return await answered(
        request,
        call,
        await application(request).sessions.schedule(call, body.agreement_id, body.scheduled_for),
    )


@sessions.post("/{id}/records", status_code=201, response_model=SessionView)
async def record(
    request: Request,
    id: UUID,
    body: RecordRequest,
    call: Annotated[Call, permit(access.RECORD_SESSION)],
) -> Response:
    """It was held, and this was said: for the two alone. Needs `If-Match`."""
    return await answered(
        request, call, await application(request).sessions.record(call, id, body.said())
    )


@sessions.post("/{id}/signatures", status_code=201, response_model=SessionView)
async def sign(
    request: Request,
    id: UUID,
    body: SignatureRequest,
    call: Annotated[Call, permit(access.SIGN_SESSION)],
) -> Response:
    """Sign what the record says, as agreeing with it or not. Needs `If-Match`."""
    return await answered(
        request,
        call,
        await application(request).sessions.sign(call, id, body.digest, body.agrees, body.comment),
    )


@sessions.post("/{id}/amendments", status_code=201, response_model=SessionView)
async def amend(
    request: Request,
    id: UUID,
    body: AmendmentRequest,
    call: Annotated[Call, permit(access.AMEND_SESSION)],
) -> Response:
    """The record says something else: both are to sign that too, and what they signed before stays
    with what it was. Needs `If-Match`."""
    return await answered(
        request,
        call,
        await application(request).sessions.amend(call, id, body.reason, body.changes()),
    )


@sessions.post("/{id}/reschedulings", status_code=201, response_model=SessionView)
async def reschedule(
    request: Request,
    id: UUID,
    body: ReschedulingRequest,
    call: Annotated[Call, permit(access.RESCHEDULE_SESSION)],
) -> Response:
    """Move one that is to come; either of the two may. Needs `If-Match`."""
    return await answered(
        request,
        call,
        await application(request).sessions.reschedule(call, id, body.scheduled_for, body.reason),
    )


@sessions.post("/{id}/cancellations", status_code=201, response_model=SessionView)
async def cancel(
    request: Request,
    id: UUID,
    body: NotHeldRequest,
    call: Annotated[Call, permit(access.CANCEL_SESSION)],
) -> Response:
    """Call it off; either of the two may. Needs `If-Match`."""
    return await answered(
        request,
        call,
        await application(request).sessions.cancel(call, id, body.reason_code, body.reason),
    )


@sessions.post("/{id}/non-attendances", status_code=201, response_model=SessionView)
async def miss(
    request: Request,
    id: UUID,
    body: NotHeldRequest,
    call: Annotated[Call, permit(access.MISS_SESSION)],
) -> Response:
    """Its time has passed, and it wasn't held. Needs `If-Match`."""
    return await answered(
        request,
        call,
        await application(request).sessions.miss(call, id, body.reason_code, body.reason),
    )


@sessions.post("/{id}/actions/{action_id}/updates", status_code=201, response_model=SessionView)
async def update_action(
    request: Request,
    id: UUID,
    action_id: UUID,
    body: ActionUpdateRequest,
    call: Annotated[Call, permit(access.UPDATE_ACTION)],
) -> Response:
    """What became of an action of yours, or of a session that you supervised. Needs `If-Match`."""
    return await answered(
        request,
        call,
        await application(request).sessions.update_action(
            call, id, action_id, body.status, body.outcome
        ),
    )
