"""Routes of what is to be done after sessions: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.schemas import ListedAction
from shared.contracts.supervision import ActionStatus
from shared.eventstore.listing import Order
from shared.kernel.call import Call
from shared.platform.http import Cursor, Limit, Name, Page, decode_cursor, moment, page, permit

actions = APIRouter(prefix="/v1/supervision/actions", tags=["supervision: sessions"])


@actions.get("", response_model=Page[ListedAction])
async def list_actions(
    request: Request,
    call: Annotated[Call, permit(access.LIST_ACTIONS)],
    status: Annotated[ActionStatus | None, Query()] = None,
    owner_id: Annotated[Name | None, Query()] = None,
    overdue: Annotated[bool | None, Query()] = None,
    order: Order = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What you, or who was in a session with you, said you would do."""
    found = await application(request).actions.page(
        call,
        overdue,
        status=status,
        owner_id=owner_id,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["recorded_at"], last["action_id"]])
