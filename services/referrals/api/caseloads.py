"""Routes of caseloads, and of those who must be allocated again: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.referrals import access
from services.referrals.api.application import application
from services.referrals.schemas import CaseloadView, ReallocationView
from shared.kernel.call import Call
from shared.platform.http import Cursor, Limit, Name, Page, decode_cursor, moment, page, permit

caseloads = APIRouter(prefix="/v1/caseloads", tags=["caseloads"])
reallocations = APIRouter(prefix="/v1/reallocations", tags=["caseloads"])


@caseloads.get("/{worker_id}", response_model=CaseloadView)
async def get_caseload(
    request: Request,
    worker_id: Annotated[Name, Path(description="The worker's id in the register")],
    call: Annotated[Call, permit(access.READ_CASELOAD)],
) -> Response:
    """Who is on a worker's caseload, longest first. For the worker, managers and supervisors."""
    found = await application(request).caseload_reading.caseload(call, worker_id)
    return Response(to_json(found), media_type="application/json")


@reallocations.get("", response_model=Page[ReallocationView])
async def list_reallocations(
    request: Request,
    call: Annotated[Call, permit(access.LIST_REALLOCATIONS)],
    team_id: Annotated[Name | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Whose worker left, is away, left the team or declined the hand-over, the longest first."""
    found = await application(request).caseload_reading.reallocations(
        call, team_id, limit=limit, after=decode_cursor(cursor, moment, UUID)
    )
    return page(found, lambda last: [last["since"], last["referral_id"]])
