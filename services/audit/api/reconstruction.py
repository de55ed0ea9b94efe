"""What was so at a time: a note, a worker, and who had no entry in their record."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.audit import access
from services.audit.api.application import application
from services.audit.schemas import NoteThen, RecordGap, WorkerThen
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Moment,
    Name,
    Page,
    decode_cursor,
    moment,
    page,
    permit,
    word,
)

router = APIRouter(prefix="/v1/audit", tags=["audit"])
AsOf = Annotated[Moment | None, Query(description="By the services' clocks; now, if left out")]
FOUR_WEEKS = 28
TEN_YEARS = 3660


@router.get("/notes/{id}", response_model=NoteThen)
async def note(
    request: Request,
    id: UUID,
    call: Annotated[Call, permit(access.READ_NOTE_AS_OF)],
    as_of: AsOf = None,
) -> Response:
    """A note as it was at a time, from the ledger alone: its versions, signatures and policy, who
    had been shown it by then, and the events that this rests on."""
    found = await application(request).reconstruction.note(call, id, as_of)
    return Response(to_json(found), media_type="application/json")


@router.get("/workers/{staff_id}", response_model=WorkerThen)
async def worker(
    request: Request,
    staff_id: Annotated[Name, Path()],
    call: Annotated[Call, permit(access.READ_WORKER_AS_OF)],
    as_of: AsOf = None,
) -> Response:
    """A worker as the register had them at a time: training, competence, registrations, teams; what
    was in force on that day; and the events that this rests on."""
    found = await application(request).reconstruction.worker(call, staff_id, as_of)
    return Response(to_json(found), media_type="application/json")


@router.get("/record-keeping/gaps", response_model=Page[RecordGap])
async def record_gaps(
    request: Request,
    call: Annotated[Call, permit(access.READ_RECORD_GAPS)],
    team_id: Annotated[Name | None, Query()] = None,
    days: Annotated[int, Query(ge=1, le=TEN_YEARS)] = FOUR_WEEKS,
    as_of: AsOf = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """People on a caseload without an entry in their record for so many days, those without one for
    longest first; nobody is late for an entry longer than they have been on the caseload."""
    found = await application(request).record_gaps.page(
        call, team_id, days, as_of, limit=limit, after=decode_cursor(cursor, _utc, word)
    )
    return page(found, lambda last: [last["quiet_since"], last["referral_id"]])


def _utc(value: object) -> datetime:
    """A time in a cursor, which has an offset."""
    found = moment(value)
    if found.tzinfo is None:
        raise ValueError(value)
    return found
