"""Routes of duty: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.projection import rota
from services.supervision.schemas import RotaRequest, RotaView
from shared.kernel.call import Call
from shared.platform.http import Moment, Name, permit, representation

duties = APIRouter(prefix="/v1/duty", tags=["duty"])
TeamId = Annotated[Name, Path(description="The team that is answered for")]


@duties.put("/{team_id}", response_model=RotaView, responses={201: {"model": RotaView}})
async def put_duty(
    request: Request,
    team_id: TeamId,
    body: RotaRequest,
    call: Annotated[Call, permit(access.PUT_DUTY)],
) -> Response:
    """Set up the rota of a team of yours (201), or replace it (200, with `If-Match`)."""
    outcome, first = await application(request).duties.put(call, team_id, body.rota())
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
    found = await application(request).duties.at(call, team_id, at)
    return representation(found, found["version"])
