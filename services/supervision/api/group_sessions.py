"""Routes of group sessions: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.projection import group_document
from services.supervision.schemas import GroupSupervisionRequest, GroupSupervisionView
from shared.eventstore.listing import Order
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Moment,
    Name,
    Page,
    created,
    decode_cursor,
    moment,
    page,
    permit,
    representation,
)

PREFIX = "/v1/supervision/group-sessions"
group_sessions = APIRouter(prefix=PREFIX, tags=["supervision: group sessions"])


@group_sessions.post("", status_code=201, response_model=GroupSupervisionView)
async def hold(
    request: Request,
    body: GroupSupervisionRequest,
    call: Annotated[Call, permit(access.HOLD_GROUP_SUPERVISION)],
) -> Response:
    """Record a session with several workers: each gets a record of their own, or none does."""
    outcome = await application(request).group_sessions.hold(call, body.held(), body.of_each())
    return created(outcome, group_document(outcome.aggregate), PREFIX)


@group_sessions.get("", response_model=Page[GroupSupervisionView])
async def list_group_sessions(
    request: Request,
    call: Annotated[Call, permit(access.LIST_GROUP_SUPERVISIONS)],
    team_id: Annotated[Name | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    order: Order = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Those that you held; or a team's, for its managers and auditors. By when they were held."""
    found = await application(request).group_sessions.page(
        call,
        team_id,
        since=since,
        until=until,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["held_at"], last["id"]])


@group_sessions.get("/{id}", response_model=GroupSupervisionView)
async def get_group_session(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_GROUP_SUPERVISION)]
) -> Response:
    """That it was held, and for whom."""
    found = await application(request).group_sessions.one(call, id)
    return representation(found["document"], found["version"])
