"""Routes of the workforce register: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.application import StaffId, application
from services.supervision.projection import document
from services.supervision.schemas import (
    BulkRequest,
    BulkView,
    WorkerRequest,
    WorkerView,
    answered,
)
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
    """Register a worker (201), or replace their entry (200, with `If-Match`).

    The whole entry: what is left out is empty. But `status`, `conditions` and `checked_on` of a
    registration that are left out stay as they are known here for the same body and number, and so
    do `absent_from` and `left_on` while the status does.
    """
    outcome, new = await application(request).workers.put(call, staff_id, body.asked())
    return representation(
        document(outcome.aggregate),
        outcome.aggregate.version,
        status=201 if new else 200,
        location=f"/v1/workers/{staff_id}" if new else None,
    )


@workers.put("", response_model=BulkView)
async def put_workers(
    request: Request, body: BulkRequest, call: Annotated[Call, permit(access.PUT_WORKERS)]
) -> BulkView:
    """Up to 500 entries, each as if it were put on its own: some may be refused and the others not.

    What became of each is in the answer, in the same order. A row that changes an entry needs the
    `version` that it changes; one that says what is held already is 200 without it.
    """
    rows = body.rows()
    return answered(await application(request).bulk.put(call, rows))


@workers.get("/{staff_id}", response_model=WorkerView)
async def get_worker(
    request: Request, staff_id: StaffId, call: Annotated[Call, permit(access.READ_WORKER)]
) -> Response:
    """One worker. STR workers see what was said of training and competence of their own only.

    A look at the words about somebody else is recorded before it is answered.
    """
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
