"""Routes of learning: parse, call, return."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.supervision import access
from services.supervision.api.application import StaffId, application
from services.supervision.policy import Kind, State
from services.supervision.schemas import DueView, LearningView
from shared.kernel.call import Call
from shared.platform.http import Cursor, Limit, Name, Page, decode_cursor, page, permit, word

learning = APIRouter(prefix="/v1", tags=["learning"])
Within = Annotated[int, Query(ge=0, le=3650, description="How many days ahead to look")]


@learning.get("/workers/{staff_id}/learning", response_model=LearningView)
async def get_learning(
    request: Request, staff_id: StaffId, call: Annotated[Call, permit(access.READ_LEARNING)]
) -> Response:
    """What a worker has done and has to do by the rules of their first team: the pathway, training
    that expires, sign-offs to be reviewed, registrations to be looked at again. STR workers read
    their own."""
    found = await application(request).learning.of(call, staff_id)
    return Response(to_json(found), media_type="application/json")


@learning.get("/learning", response_model=Page[DueView])
async def list_learning(
    request: Request,
    call: Annotated[Call, permit(access.LIST_LEARNING)],
    team_id: Annotated[Name | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
    kind: Annotated[Kind | None, Query()] = None,
    within_days: Within = 28,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What a team's workers have to see to within so many days, or should have: by `due_on`, what
    has none first, then `staff_id`. What is `done` is listed if it stops holding by then."""
    found = await application(request).learning.due(
        call,
        team_id,
        within=timedelta(days=within_days),
        state=state,
        kind=kind,
        after=decode_cursor(cursor, date.fromisoformat, word, word, word),
        limit=limit,
    )
    return page(found, lambda last: [*last["key"]])
