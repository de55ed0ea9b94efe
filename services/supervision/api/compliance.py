"""The route of compliance: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.application import key_of
from services.supervision.schemas import ComplianceView, ForecastDays, Since, Until
from shared.kernel.call import Call
from shared.platform.http import Cursor, Limit, Name, decode_cursor, encode_cursor, permit, word

compliance = APIRouter(prefix="/v1/supervision/compliance", tags=["supervision: compliance"])


@compliance.get("", response_model=ComplianceView)
async def of_a_team(
    request: Request,
    call: Annotated[Call, permit(access.READ_COMPLIANCE)],
    since: Since = None,
    until: Until = None,
    team_id: Annotated[Name | None, Query()] = None,
    forecast_days: ForecastDays = 28,
    worker_id: Annotated[Name | None, Query()] = None,
    kind: Annotated[Name | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What supervision was due in a team and held in time, by worker and kind, and what falls due.

    That it was held, and nobody's words.
    """
    after = decode_cursor(cursor, word, word, word, word)
    found, more = await application(request).compliance.of(
        call, team_id, since, until, forecast_days, worker_id, kind, after, limit
    )
    following = encode_cursor(key_of(found["items"][-1])) if more else None
    return Response(to_json({**found, "next_cursor": following}), media_type="application/json")
