"""Routes of countersignatures and their worklist, returns, answers and reassignment."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.notes import access
from services.notes.api.answers import answered
from services.notes.api.application import application
from services.notes.schemas import (
    AnswerRequest,
    CountersignatureRequest,
    NoteView,
    ReassignmentRequest,
    ReturnRequest,
    WorklistItem,
)
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Name,
    Page,
    decode_cursor,
    moment,
    page,
    permit,
)

signing = APIRouter(prefix="/v1/notes/{id}", tags=["countersignatures"])
countersignatures = APIRouter(prefix="/v1/countersignatures", tags=["countersignatures"])


@signing.post("/countersignatures", status_code=201, response_model=NoteView)
async def countersign(
    request: Request,
    id: UUID,
    body: CountersignatureRequest,
    call: Annotated[Call, permit(access.COUNTERSIGN_NOTE)],
) -> Response:
    """Countersign the current version, by its digest. Needs `If-Match`."""
    outcome = await application(request).signing.countersign(
        call, id, body.basis, body.digest, body.comment
    )
    return await answered(request, call, outcome)


@signing.post("/returns", status_code=201, response_model=NoteView)
async def send_back(
    request: Request,
    id: UUID,
    body: ReturnRequest,
    call: Annotated[Call, permit(access.RETURN_NOTE)],
) -> Response:
    """Return it to its author with a question before signing. Needs `If-Match`.

    By who may countersign it. When its signature is due stays as it was.
    """
    outcome = await application(request).signing.send_back(call, id, body.question)
    return await answered(request, call, outcome)


@signing.post("/answers", status_code=201, response_model=NoteView)
async def answer(
    request: Request,
    id: UUID,
    body: AnswerRequest,
    call: Annotated[Call, permit(access.ANSWER_NOTE)],
) -> Response:
    """Answer what was asked, as the author or in their place. An amendment answers too."""
    outcome = await application(request).signing.answer(call, id, body.answer)
    return await answered(request, call, outcome)


@signing.post("/reassignments", status_code=201, response_model=NoteView)
async def reassign(
    request: Request,
    id: UUID,
    body: ReassignmentRequest,
    call: Annotated[Call, permit(access.REASSIGN_NOTE)],
) -> Response:
    """Name who is to sign (others still may), or who answers for an author who left or is away.

    They are at work; to sign, registered, and neither the author nor who answers for them; to
    answer, neither who asked nor who is to sign. It gives no access to the record.
    """
    outcome = await application(request).signing.reassign(
        call, id, body.duty, body.staff_id, body.reason
    )
    return await answered(request, call, outcome)


@countersignatures.get("/worklist", response_model=Page[WorklistItem])
async def worklist(
    request: Request,
    call: Annotated[Call, permit(access.READ_WORKLIST)],
    team_id: Annotated[Name | None, Query()] = None,
    assigned_to: Annotated[Name | None, Query()] = None,
    author_at_work: Annotated[bool | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Notes that await a countersignature, those returned to their author too; due first.

    `assigned_to` is who was named to sign or to answer. `author_at_work=false` finds the notes of
    those who have left.
    """
    found = await application(request).reading.worklist(
        call,
        team_id,
        assigned_to=assigned_to,
        author_at_work=author_at_work,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["due_at"], last["id"]])
