"""Routes of reading sessions: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.domain import Status
from services.supervision.schemas import SessionHistory, SessionView
from shared.eventstore.listing import Order
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
    representation,
)

reading = APIRouter(prefix="/v1/supervision/sessions", tags=["supervision: sessions"])


@reading.get("", response_model=Page[SessionView])
async def list_sessions(
    request: Request,
    call: Annotated[Call, permit(access.LIST_SESSIONS)],
    worker_id: Annotated[Name | None, Query()] = None,
    supervisor_id: Annotated[Name | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    agreement_id: Annotated[UUID | None, Query()] = None,
    group_session_id: Annotated[UUID | None, Query()] = None,
    kind: Annotated[Name | None, Query()] = None,
    status: Annotated[Status | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    order: Order = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """That sessions were held, when and how long, by `scheduled_for`; never what was said.

    Your own, as worker or supervisor; with `team_id` those of a team that you manage or supervise
    in, with `worker_id` those of somebody whose line manager you are. Auditors see what an
    engagement covers, IG leads all.
    """
    found = await application(request).reading.sessions(
        call,
        worker_id,
        supervisor_id,
        team_id,
        agreement_id=agreement_id,
        group_session_id=group_session_id,
        kind=kind,
        status=status,
        since=since,
        until=until,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["scheduled_for"], last["id"]])


@reading.get("/{id}", response_model=SessionView)
async def get_session(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_SESSION)]
) -> Response:
    """A session with its record: for the two, and for whom it was disclosed to. Everybody else is
    refused with `confidential`. `disclosures` are those that you may know of."""
    shown = await application(request).reading.session(call, id)
    return representation(shown, shown["version"])


@reading.get("/{id}/history", response_model=SessionHistory)
async def get_session_history(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_SESSION_HISTORY)]
) -> Response:
    """What the two did with it, oldest first: for them alone."""
    items = await application(request).reading.history(call, id)
    return Response(to_json({"items": items}), media_type="application/json")
