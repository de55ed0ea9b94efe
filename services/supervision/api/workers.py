"""Routes of the workforce register: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.application import StaffId, application
from services.supervision.projection import document
from services.supervision.schemas import WorkerRequest, WorkerView
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Name,
    Page,
    decode_cursor,
    page,
    permit,
    representation,
    word,
)

workers = APIRouter(prefix="/v1/workers", tags=["workforce register"])


@workers.put("/{staff_id}", response_model=WorkerView, responses={201: {"model": WorkerView}})
async def put_worker(
    request: Request,
    staff_id: StaffId,
    body: WorkerRequest,
    call: Annotated[Call, permit(access.PUT_WORKER)],
) -> Response:
    """Register a worker (201), or replace their entry (200, with `If-Match`)."""
    outcome, new = await application(request).workers.put(call, staff_id, body.details())
    return representation(
        document(outcome.aggregate),
        outcome.aggregate.version,
        status=201 if new else 200,
        location=f"/v1/workers/{staff_id}" if new else None,
    )


@workers.get("/{staff_id}", response_model=WorkerView)
async def get_worker(
    request: Request, staff_id: StaffId, call: Annotated[Call, permit(access.READ_WORKER)]
) -> Response:
    """One worker. STR workers see what was said of training and competence of their own only."""
    found = await application(request).workers.one(call, staff_id)
    return representation(found["document"], found["version"])


@workers.get("", response_model=Page[WorkerView])
async def list_workers(
    request: Request,
    call: Annotated[Call, permit(access.READ_WORKER)],
    team_id: Annotated[Name | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Workers by `staff_id`, all of them or those of a team, without what was said of them."""
    (after,) = decode_cursor(cursor, word) or [""]
    found = await application(request).workers.page(team_id, after, limit)
    return page(found, lambda last: [last["staff_id"]])
