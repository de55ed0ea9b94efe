"""Routes of group sessions: parse, call, return."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.notes import access
from services.notes.api.application import application
from services.notes.schemas import GroupSessionLine, GroupSessionRequest, GroupSessionView
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

group_sessions = APIRouter(prefix="/v1/group-sessions", tags=["group sessions"])


@group_sessions.post("", status_code=201, response_model=GroupSessionView)
async def hold(
    request: Request,
    body: GroupSessionRequest,
    call: Annotated[Call, permit(access.HOLD_GROUP_SESSION)],
) -> Response:
    """Record a session and an entry for each person: a note of their own, or none of them."""
    outcome, shown = await application(request).group_sessions.hold(
        call, body.shared(), body.parts()
    )
    return created(outcome, shown, "/v1/group-sessions")


@group_sessions.get("", response_model=Page[GroupSessionLine])
async def list_sessions(
    request: Request,
    call: Annotated[Call, permit(access.LIST_GROUP_SESSIONS)],
    team_id: Annotated[Name | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    order: Literal["asc", "desc"] = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """A team's sessions by when they were recorded: how many came, not who."""
    found = await application(request).group_sessions.sessions(
        call,
        team_id,
        since=since,
        until=until,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["recorded_at"], last["id"]])


@group_sessions.get("/{id}", response_model=GroupSessionView)
async def get_session(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_GROUP_SESSION)]
) -> Response:
    """One session, with the entries that the reader may see."""
    found = await application(request).group_sessions.session(call, id)
    return representation(found, found["version"])
