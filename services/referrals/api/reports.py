"""Routes of figures and of the national extract: parse, call, return."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.referrals import access
from services.referrals.api.application import application
from services.referrals.policy import Period, mhsds
from services.referrals.schemas import (
    DecisionsReport,
    FirstDay,
    From,
    LastDay,
    To,
    UnmetNeedsReport,
)
from shared.kernel.call import Call
from shared.platform.http import Name, permit

reports = APIRouter(prefix="/v1/reports", tags=["reports"])
extracts = APIRouter(prefix="/v1/extracts", tags=["extracts"])
Table = Literal["MHS101", "MHS102", "MHS201", "MHS105", "validation"]


@reports.get("/unmet-needs", response_model=UnmetNeedsReport)
async def unmet_needs(
    request: Request,
    since: FirstDay,
    until: LastDay,
    call: Annotated[Call, permit(access.READ_UNMET_NEEDS_REPORT)],
    team_id: Annotated[Name | None, Query()] = None,
) -> Response:
    """Unmet needs recorded in whole months, by team, need and why, small numbers suppressed.

    A year at most.
    """
    use = application(request).elsewhere.reports
    found = await use.unmet_needs(call, team_id, Period.months(since, until))
    return Response(to_json(found), media_type="application/json")


@reports.get("/decisions", response_model=DecisionsReport)
async def decisions(
    request: Request,
    since: FirstDay,
    until: LastDay,
    call: Annotated[Call, permit(access.READ_DECISIONS_REPORT)],
    team_id: Annotated[Name | None, Query()] = None,
) -> Response:
    """How referrals were decided, by ethnicity, outcome and reason, small numbers suppressed.

    The last decision of each referral in whole months. A year at most.
    """
    use = application(request).elsewhere.reports
    found = await use.decisions(call, team_id, Period.months(since, until))
    return Response(to_json(found), media_type="application/json")


@extracts.get(
    "/mhsds",
    responses={200: {"content": {"application/zip": {}, "text/csv": {}}}},
    response_class=Response,
)
async def extract(
    request: Request,
    since: From,
    until: To,
    call: Annotated[Call, permit(access.EXTRACT)],
    team_id: Annotated[Name | None, Query()] = None,
    table: Annotated[Table | None, Query()] = None,
) -> Response:
    """Rows for the Mental Health Services Data Set: a ZIP of CSV files with a report of what is
    missing, or one `table` of it. A year at most."""
    use = application(request).elsewhere.extracts
    made = await use.extract(call, team_id, Period.asked(since, until))
    if table is None:
        return _file(mhsds.as_zip(made), "mhsds.zip", "application/zip")
    return _file(mhsds.as_csv(made, table), f"{table}.csv", "text/csv; charset=utf-8")


def _file(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=kind)
