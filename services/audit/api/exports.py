"""Exports: asked for, followed, fetched, cancelled."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from services.audit import access
from services.audit.api.application import application
from services.audit.projection import export_document
from services.audit.schemas import CancellationRequest, ExportRequest, ExportState, ExportView
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

COLLECTION = "/v1/audit/exports"
ZIP = "application/zip"
router = APIRouter(prefix=COLLECTION, tags=["exports"])


@router.post("", status_code=201, response_model=ExportView)
async def request_export(
    request: Request, body: ExportRequest, call: Annotated[Call, permit(access.REQUEST_EXPORT)]
) -> Response:
    """Ask for the record of a person, of a note, or of a period, in a form that proves itself. It
    is made beside requests: follow it at its `Location`."""
    outcome = await application(request).exports.request(call, body.purpose, **body.asked())
    document = {**export_document(outcome.aggregate), "progress": None}
    return created(outcome, document, COLLECTION)


@router.get("", response_model=Page[ExportView])
async def list_exports(
    request: Request,
    call: Annotated[Call, permit(access.READ_EXPORTS)],
    requested_by: Annotated[Name | None, Query()] = None,
    state: Annotated[ExportState | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Exports, newest first; an auditor sees their own."""
    found = await application(request).exports.exports(
        call, requested_by, state, limit=limit, after=decode_cursor(cursor, moment, UUID)
    )
    return page(found, lambda last: [last["requested_at"], last["id"]])


@router.get("/{id}", response_model=ExportView)
async def get_export(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_EXPORTS)]
) -> Response:
    """How far an export is, and what is stated of it."""
    found = await application(request).exports.export(call, id)
    return representation(found["document"], found["version"])


@router.get(
    "/{id}/content",
    response_class=StreamingResponse,
    responses={200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def get_content(
    request: Request, id: UUID, call: Annotated[Call, permit(access.FETCH_EXPORT)]
) -> Response:
    """The ZIP, for who asked for it and IG leads; recorded before it leaves. `409` while it is not
    made (`export_not_ready`) and once it is no longer kept (`export_expired`)."""
    document, content = await application(request).exports.content(call, id)
    headers = {
        "Content-Disposition": f'attachment; filename="countersign-export-{id}.zip"',
        "Content-Length": str(document["bytes"]),
        "ETag": f'"{document["version"]}"',
    }
    return StreamingResponse(content, media_type=ZIP, headers=headers)


@router.post("/{id}/cancellations", status_code=201, response_model=ExportView)
async def cancel(
    request: Request,
    id: UUID,
    body: CancellationRequest,
    call: Annotated[Call, permit(access.CANCEL_EXPORT)],
) -> Response:
    """Stop making it, or delete it before its time. Needs `If-Match`."""
    outcome = await application(request).exports.cancel(call, id)
    document = {**export_document(outcome.aggregate), "progress": None}
    return created(outcome, document, COLLECTION)
