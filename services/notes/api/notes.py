"""Routes of notes: parse, call, return."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.notes import access
from services.notes.api.application import application
from services.notes.domain import Note
from services.notes.projection import document
from services.notes.schemas import (
    AmendmentRequest,
    CountersignatureRequest,
    History,
    NoteRequest,
    NoteView,
    WorklistItem,
)
from shared.contracts.notes import Account, Contact
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

notes = APIRouter(prefix="/v1/notes", tags=["notes"])
countersignatures = APIRouter(prefix="/v1/countersignatures", tags=["countersignatures"])


@notes.post("", status_code=201, response_model=NoteView)
async def record(
    request: Request, body: NoteRequest, call: Annotated[Call, permit(access.RECORD_NOTE)]
) -> Response:
    """Record a note. Refused only if malformed or about someone unknown; otherwise flagged."""
    contact, account = Contact(**body.contact_fields()), Account(**body.account_fields())
    return _created(
        await application(request).notes.record(call, body.service_user_id, contact, account)
    )


@notes.get("", response_model=Page[NoteView])
async def list_notes(
    request: Request,
    call: Annotated[Call, permit(access.LIST_NOTES)],
    service_user_id: Annotated[UUID | None, Query()] = None,
    author_id: Annotated[Name | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    status: Annotated[Name | None, Query()] = None,
    flag: Annotated[Name | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    order: Literal["asc", "desc"] = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Notes by when they were recorded. `from` and `to` mean when the work happened."""
    found = await application(request).notes.notes(
        call,
        service_user_id,
        author_id,
        team_id,
        status=status,
        flag=flag,
        since=since,
        until=until,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["recorded_at"], last["id"]])


@notes.get("/{id}", response_model=NoteView)
async def get_note(
    request: Request,
    id: UUID,
    call: Annotated[Call, permit(access.READ_NOTE)],
    version: Annotated[int | None, Query(ge=1, le=100_000)] = None,
    as_of: Annotated[Moment | None, Query()] = None,
) -> Response:
    """One note: as now, at a version, or as it stood at a time."""
    if version is None and as_of is None:
        found = await application(request).notes.note(call, id)
        return representation(found["document"], found["version"])
    note = await application(request).notes.note_as_it_was(call, id, version, as_of)
    return representation(document(note), note.version)


@notes.get("/{id}/history", response_model=History)
async def get_history(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_HISTORY)]
) -> Response:
    """Everything that happened to a note, oldest first."""
    items = await application(request).notes.history(call, id)
    return Response(to_json({"items": items}), media_type="application/json")


@notes.post("/{id}/amendments", status_code=201, response_model=NoteView)
async def amend(
    request: Request,
    id: UUID,
    body: AmendmentRequest,
    call: Annotated[Call, permit(access.AMEND_NOTE)],
) -> Response:
    """A new version with a reason; earlier versions stay. Needs `If-Match`."""
    return _created(
        await application(request).notes.amend(
            call, id, body.contact_fields(), body.account_fields(), body.reason
        )
    )


@notes.post("/{id}/countersignatures", status_code=201, response_model=NoteView)
async def countersign(
    request: Request,
    id: UUID,
    body: CountersignatureRequest,
    call: Annotated[Call, permit(access.COUNTERSIGN_NOTE)],
) -> Response:
    """Countersign the current version, by its digest. Needs `If-Match`."""
    return _created(
        await application(request).notes.countersign(
            call, id, body.basis, body.digest, body.comment
        )
    )


@countersignatures.get("/worklist", response_model=Page[WorklistItem])
async def worklist(
    request: Request,
    call: Annotated[Call, permit(access.READ_WORKLIST)],
    team_id: Annotated[Name | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Notes that await a countersignature, due first."""
    found = await application(request).notes.worklist(
        call, team_id, limit=limit, after=decode_cursor(cursor, moment, UUID)
    )
    return page(found, lambda last: [last["due_at"], last["id"]])


def _created(outcome: Outcome[Note]) -> Response:
    return created(outcome, document(outcome.aggregate), "/v1/notes")
