"""People: who looked at a record, and who could have."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.audit import access
from services.audit.api.application import application
from services.audit.schemas import AccessRights, AccessView, NoteReaders
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

router = APIRouter(prefix="/v1/audit", tags=["audit"])


@router.get("/service-users/{id}/accesses", response_model=Page[AccessView])
async def accesses(
    request: Request,
    id: UUID,
    call: Annotated[Call, permit(access.READ_ACCESSES)],
    actor_id: Annotated[Name | None, Query()] = None,
    outcome: Annotated[Literal["allowed", "denied"] | None, Query()] = None,
    basis: Annotated[Name | None, Query()] = None,
    since: Annotated[Moment | None, Query(alias="from")] = None,
    until: Annotated[Moment | None, Query(alias="to")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Who looked at a person's record, when and why, and who was refused; newest first."""
    found = await application(request).people.accesses(
        call,
        id,
        actor_id=actor_id,
        outcome=outcome,
        basis=basis,
        since=since,
        until=until,
        limit=limit,
        after=decode_cursor(cursor, whole),
    )
    return page(found, lambda last: [last["index"]])


@router.get("/access-rights", response_model=AccessRights)
async def access_rights(
    request: Request,
    call: Annotated[Call, permit(access.READ_ACCESS_RIGHTS)],
    service_user_id: Annotated[UUID, Query()],
    staff_id: Annotated[Name | None, Query()] = None,
    as_of: Annotated[Moment | None, Query()] = None,
) -> Response:
    """Who could see a person's record at a time, and why: everyone with a tie and everyone
    excluded, or the one who is named."""
    found = await application(request).people.access_rights(call, service_user_id, staff_id, as_of)
    return Response(to_json(found), media_type="application/json")


@router.get("/notes/{id}/readers", response_model=NoteReaders)
async def readers(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_NOTE_READERS)]
) -> Response:
    """Who was shown a note, in the order in which they first were: until it was retracted, which
    is whom to tell of a note that was filed under the wrong person; or until now."""
    found = await application(request).people.readers(call, id)
    return Response(to_json(found), media_type="application/json")
