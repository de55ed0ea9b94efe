"""Routes of notes: parse, call, return."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.notes import access
from services.notes.api.answers import answered
from services.notes.api.application import application
from services.notes.domain import Status
from services.notes.schemas import AmendmentRequest, History, NoteRequest, NoteView
from shared.contracts.notes import Account, Contact, Flag
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Moment,
    Name,
    Page,
    decode_cursor,
    moment,
    page,
    permit,
    representation,
)

notes = APIRouter(prefix="/v1/notes", tags=["notes"])


@notes.post("", status_code=201, response_model=NoteView)
async def record(
    request: Request, body: NoteRequest, call: Annotated[Call, permit(access.RECORD_NOTE)]
) -> Response:
    """Record a note. Refused only if malformed or about someone unknown; otherwise flagged."""
    contact, account = Contact(**body.contact_fields()), Account(**body.account_fields())
    outcome = await application(request).notes.record(call, body.service_user_id, contact, account)
    return await answered(request, call, outcome)


@notes.get("", response_model=Page[NoteView])
async def list_notes(
    request: Request,
    call: Annotated[Call, permit(access.LIST_NOTES)],
    service_user_id: Annotated[UUID | None, Query()] = None,
    author_id: Annotated[Name | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    status: Annotated[Status | None, Query()] = None,
    flag: Annotated[Flag | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    order: Literal["asc", "desc"] = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Notes by when they were recorded. `from` and `to` mean when the work happened."""
    found = await application(request).reading.notes(
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
        found = await application(request).reading.note(call, id)
        return representation(found["document"], found["version"])
    shown = await application(request).reading.note_as_it_was(call, id, version, as_of)
    return representation(shown, shown["version"])


@notes.get("/{id}/history", response_model=History)
async def get_history(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_HISTORY)]
) -> Response:
    """Everything that happened to a note, oldest first."""
    items = await application(request).reading.history(call, id)
    return Response(to_json({"items": items}), media_type="application/json")


@notes.post("/{id}/amendments", status_code=201, response_model=NoteView)
async def amend(
    request: Request,
    id: UUID,
    body: AmendmentRequest,
    call: Annotated[Call, permit(access.AMEND_NOTE)],
) -> Response:
    """A new version with a reason; earlier versions stay. Needs `If-Match`."""
    outcome = await application(request).notes.amend(
        call, id, body.contact_fields(), body.account_fields(), body.reason, body.kind
    )
    return await answered(request, call, outcome)
