"""Routes of the supervision service: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.application import Supervision
from services.supervision.projection import document, rota
from services.supervision.schemas import RotaRequest, RotaView, WorkerRequest, WorkerView
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Moment,
    Name,
    Page,
    decode_cursor,
    page,
    permit,
    representation,
    word,
)
from shared.platform.service import runtime

router = APIRouter(prefix="/v1/workers", tags=["workforce register"])
duties = APIRouter(prefix="/v1/duty", tags=["duty"])
ROUTERS = (router, duties)
TeamId = Annotated[Name, Path(description="The team that is answered for")]
StaffId = Annotated[Name, Path(description="The worker's id, as their token carries it")]


def application(request: Request) -> Supervision:
    found: Supervision = runtime(request.app).application
    return found


@router.put("/{staff_id}", response_model=WorkerView, responses={201: {"model": WorkerView}})
async def put_worker(
    request: Request,
    staff_id: StaffId,
    body: WorkerRequest,
    call: Annotated[Call, permit(access.PUT_WORKER)],
) -> Response:
    """Register a worker (201), or replace their entry (200, with `If-Match`)."""
    outcome, new = await application(request).put_worker(call, staff_id, body.details())
    return representation(
        document(outcome.aggregate),
        outcome.aggregate.version,
        status=201 if new else 200,
        location=f"/v1/workers/{staff_id}" if new else None,
    )


@router.get("/{staff_id}", response_model=WorkerView)
async def get_worker(
    request: Request, staff_id: StaffId, call: Annotated[Call, permit(access.READ_WORKER)]
) -> Response:
    found = await application(request).worker(staff_id)
    return representation(found["document"], found["version"])


@router.get("", response_model=Page[WorkerView])
async def list_workers(
    request: Request,
    call: Annotated[Call, permit(access.READ_WORKER)],
    team_id: Annotated[Name | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Workers by `staff_id`, all of them or those of a team."""
    (after,) = decode_cursor(cursor, word) or [""]
    found = await application(request).workers(team_id, after, limit)
    return page(found, lambda last: [last["staff_id"]])


@duties.put("/{team_id}", response_model=RotaView, responses={201: {"model": RotaView}})
async def put_duty(
    request: Request,
    team_id: TeamId,
    body: RotaRequest,
    call: Annotated[Call, permit(access.PUT_DUTY)],
) -> Response:
    """Set up the rota of a team of yours (201), or replace it (200, with `If-Match`)."""
    outcome, first = await application(request).put_duty(call, team_id, body.rota())
    duty = outcome.aggregate
    return representation(
        rota(team_id, duty.version, duty.shifts, call.at),
        duty.version,
        status=201 if first else 200,
        location=f"/v1/duty/{team_id}" if first else None,
    )


@duties.get("/{team_id}", response_model=RotaView)
async def get_duty(
    request: Request,
    team_id: TeamId,
    call: Annotated[Call, permit(access.READ_DUTY)],
    at: Annotated[Moment | None, Query()] = None,
) -> Response:
    """Shifts that end after `at` (by default now), and who is on duty at that moment."""
    found = await application(request).duty(call, team_id, at)
    return representation(found, found["version"])
