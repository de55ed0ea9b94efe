"""Events: the record, one of it, and a person's timeline."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.audit import access
from services.audit.api.application import application
from services.audit.schemas import EventType, EventView, ServiceName
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Moment,
    Name,
    Page,
    decode_cursor,
    page,
    permit,
    whole,
)

OUTCOME = "`denied`, the outcome that an event names, such as `accepted`, or else `success`"
router = APIRouter(prefix="/v1/audit", tags=["audit"])


@router.get("/events", response_model=Page[EventView])
async def list_events(
    request: Request,
    call: Annotated[Call, permit(access.READ_EVENTS)],
    service_user_id: Annotated[UUID | None, Query()] = None,
    actor_id: Annotated[Name | None, Query()] = None,
    actor_role: Annotated[Name | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    resource_id: Annotated[Name | None, Query()] = None,
    type: Annotated[EventType | None, Query()] = None,
    service: Annotated[ServiceName | None, Query()] = None,
    outcome: Annotated[Name | None, Query(description=OUTCOME)] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    order: Literal["asc", "desc"] = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The record, newest first. The query itself is recorded."""
    found = await application(request).questions.events(
        call,
        service_user_id=str(service_user_id) if service_user_id else None,
        actor_id=actor_id,
        actor_role=actor_role,
        team_id=team_id,
        resource_id=resource_id,
        type=type,
        service=service,
        outcome=outcome,
        since=since,
        until=until,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, whole),
    )
    return page(found, lambda last: [last["index"]])


@router.get("/events/{event_id}", response_model=EventView)
async def get_event(
    request: Request, event_id: UUID, call: Annotated[Call, permit(access.READ_EVENTS)]
) -> Response:
    """One event."""
    found = await application(request).questions.event(call, event_id)
    return Response(to_json(found), media_type="application/json")


@router.get("/service-users/{id}/timeline", response_model=Page[EventView])
async def timeline(
    request: Request,
    id: UUID,
    call: Annotated[Call, permit(access.READ_TIMELINE)],
    as_of: Annotated[Moment | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What was recorded about a service user, oldest first, who had looked included: as the ledger
    had it at a time, so that what arrived later isn't told, whenever it happened. (By when it
    happened, `/events` has `to`.)"""
    found = await application(request).questions.timeline(
        call, id, as_of, limit=limit, after=decode_cursor(cursor, whole)
    )
    return page(found, lambda last: [last["index"]])
