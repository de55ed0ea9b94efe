"""The route of a team's summary: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.notes import access
from services.notes.api.application import application
from services.notes.schemas import SummaryView
from shared.kernel.call import Call
from shared.platform.http import Name, permit

summaries = APIRouter(prefix="/v1/record-keeping", tags=["record keeping"])


@summaries.get("/summary", response_model=SummaryView)
async def summary(
    request: Request,
    call: Annotated[Call, permit(access.READ_SUMMARY)],
    team_id: Annotated[Name | None, Query()] = None,
) -> Response:
    """What stands open in a team: signatures, concerns, boundary queries, reasons asked for."""
    found = await application(request).summary.of(call, team_id)
    return Response(to_json(SummaryView(**found)), media_type="application/json")
