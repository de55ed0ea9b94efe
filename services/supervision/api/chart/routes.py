"""The route of the chart: parse, call, return."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.api.chart.drawing import drawn
from services.supervision.schemas import ChartView
from shared.kernel.call import Call
from shared.platform.http import Name, permit

SVG = "image/svg+xml"
chart = APIRouter(prefix="/v1/supervision/chart", tags=["supervision: compliance"])


@chart.get("", response_model=ChartView, responses={200: {"content": {SVG: {}}}})
async def of_a_team(
    request: Request,
    call: Annotated[Call, permit(access.READ_CHART)],
    team_id: Annotated[Name | None, Query()] = None,
    format: Annotated[Literal["json", "svg"] | None, Query()] = None,
    accept: Annotated[str, Header()] = "",
) -> Response:
    """Who supervises whom in a team, and for what: as data, or as a picture if `format` or
    `Accept` asks for one."""
    found = await application(request).chart.of(call, team_id)
    wanted = format or ("svg" if SVG in accept and "json" not in accept else "json")
    vary = {"Vary": "Accept"}
    if wanted == "svg":
        return Response(drawn(found), media_type=SVG, headers=vary)
    return Response(to_json(found), media_type="application/json", headers=vary)
