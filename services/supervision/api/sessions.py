"""Routes of what is done in sessions: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.domain import Session
from services.supervision.projection import session_document
from services.supervision.schemas import (
    RecordRequest,
    SessionRequest,
    SessionView,
    SignatureRequest,
)
from shared.eventstore.commands import Outcome
from shared.kernel.call import Call
from shared.platform.http import created, permit

sessions = APIRouter(prefix="/v1/supervision/sessions", tags=["supervision: sessions"])


def _created(outcome: Outcome[Session]) -> Response:
    return created(outcome, session_document(outcome.aggregate), "/v1/supervision/sessions")


@sessions.post("", status_code=201, response_model=SessionView)
async def schedule(
    request: Request,
    body: SessionRequest,
    call: Annotated[Call, permit(access.SCHEDULE_SESSION)],
) -> Response:
    """Schedule a session under an agreement of yours, as its supervisor; also one that was."""
    return _created(
        await application(request).sessions.schedule(call, body.agreement_id, body.scheduled_for)
    )


@sessions.post("/{id}/records", status_code=201, response_model=SessionView)
async def record(
    request: Request,
    id: UUID,
    body: RecordRequest,
    call: Annotated[Call, permit(access.RECORD_SESSION)],
) -> Response:
    """It was held, and this was said: for the two alone. Needs `If-Match`."""
    return _created(await application(request).sessions.record(call, id, body.said()))


@sessions.post("/{id}/signatures", status_code=201, response_model=SessionView)
async def sign(
    request: Request,
    id: UUID,
    body: SignatureRequest,
    call: Annotated[Call, permit(access.SIGN_SESSION)],
) -> Response:
    """Sign what the record says, as agreeing with it or not. Needs `If-Match`."""
    return _created(
        await application(request).sessions.sign(call, id, body.digest, body.agrees, body.comment)
    )
