"""Routes of putting a record right: addenda, late reasons, retractions and confirmations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.notes import access
from services.notes.api.answers import answered
from services.notes.api.application import application
from services.notes.schemas import (
    AddendumRequest,
    ConfirmationRequest,
    LateReasonRequest,
    NoteView,
    RetractionRequest,
)
from services.notes.schemas.commands import CONFIRMED
from shared.kernel.call import Call
from shared.platform.http import permit

corrections = APIRouter(prefix="/v1/notes/{id}", tags=["putting right"])


@corrections.post("/addenda", status_code=201, response_model=NoteView)
async def add(
    request: Request,
    id: UUID,
    body: AddendumRequest,
    call: Annotated[Call, permit(access.ADD_ADDENDUM)],
) -> Response:
    """Put something beside a note: its digest, signature and status stand. Needs `If-Match`.

    A disputed opinion is answered by the service user's own statement.
    """
    outcome = await application(request).corrections.add(call, id, body.kind, body.text)
    return await answered(request, call, outcome)


@corrections.post("/late-reasons", status_code=201, response_model=NoteView)
async def give_late_reason(
    request: Request,
    id: UUID,
    body: LateReasonRequest,
    call: Annotated[Call, permit(access.GIVE_LATE_REASON)],
) -> Response:
    """Say why an entry was late, afterwards. That it was stays visible. Needs `If-Match`."""
    outcome = await application(request).corrections.give_late_reason(call, id, body.reason)
    return await answered(request, call, outcome)


@corrections.post("/retractions", status_code=201, response_model=NoteView)
async def retract(
    request: Request,
    id: UUID,
    body: RetractionRequest,
    call: Annotated[Call, permit(access.RETRACT_NOTE)],
) -> Response:
    """Take a note back: its author at once, a manager with a second person. Needs `If-Match`.

    `entered_in_error` strikes it through. `wrong_person` hides it at once from all but its author,
    IG leads and auditors, and files it anew under `belongs_to`; where that isn't known yet, the
    author or an IG lead retracts the tombstone again once it is.
    """
    outcome = await application(request).corrections.retract(
        call, id, body.kind, body.reason, body.belongs_to
    )
    return await answered(request, call, outcome)


@corrections.post("/confirmations", status_code=201, response_model=NoteView)
async def confirm(
    request: Request,
    id: UUID,
    call: Annotated[Call, permit(access.CONFIRM_RETRACTION)],
    body: ConfirmationRequest = CONFIRMED,
) -> Response:
    """Agree, as a second person, to what a manager asked to be retracted. Needs `If-Match`."""
    outcome = await application(request).corrections.confirm(call, id, body.comment)
    return await answered(request, call, outcome)
