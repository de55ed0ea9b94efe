"""Route of caseloads: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.referrals import access
from services.referrals.api.application import application
from services.referrals.schemas import CaseloadView
from shared.kernel.call import Call
from shared.platform.http import Name, permit

caseloads = APIRouter(prefix="/v1/caseloads", tags=["caseloads"])


@caseloads.get("/{worker_id}", response_model=CaseloadView)
async def get_caseload(
    request: Request,
    worker_id: Annotated[Name, Path(description="The worker's id in the register")],
    call: Annotated[Call, permit(access.READ_CASELOAD)],
) -> Response:
    """Who is on a worker's caseload, longest first. For the worker, managers and supervisors."""
    found = await application(request).caseloads.caseload(call, worker_id)
    return Response(to_json(found), media_type="application/json")
