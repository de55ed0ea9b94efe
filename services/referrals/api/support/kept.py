"""What the routes of all that is kept about a person have in common: a path, and two ways to read.

Each kind has its own file, with what is done to it.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.referrals.api.application import application
from services.referrals.application import Support
from services.referrals.application.support import Keeping
from services.referrals.projection import kept_document
from services.referrals.schemas.referrals import History
from shared.eventstore.commands import Outcome
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.operation import Operation
from shared.platform.http import (
    Cursor,
    Limit,
    created,
    decode_cursor,
    moment,
    page,
    permit,
    representation,
)

PEOPLE = "/v1/service-users"
Order = Literal["asc", "desc"]


def router_of(name: str) -> APIRouter:
    return APIRouter(prefix=f"{PEOPLE}/{{id}}/{name}", tags=[name.replace("-", " ")])


def support(request: Request) -> Support:
    return application(request).support


def created_kept(
    outcome: Outcome[Any], name: str, document: Mapping[str, Any] | None = None
) -> Response:
    """A thing as a command left it."""
    kept = outcome.aggregate
    where = f"{PEOPLE}/{kept.service_user_id}/{name}"
    return created(outcome, document or kept_document(kept), where)


def paged(found: Slice) -> Response:
    return page(found, lambda last: [last["recorded_at"], last["id"]])


def after(cursor: str | None) -> list[Any] | None:
    return decode_cursor(cursor, moment, UUID)


def one_is_read(
    router: APIRouter,
    name: str,
    operation: Operation,
    of: Callable[[Support], Keeping[Any]],
    view: Any,
) -> None:
    """`GET` of one of them, whose id the path calls `name`."""

    @router.get(f"/{{{name}}}", response_model=view)
    async def get_one(
        request: Request,
        id: UUID,
        kept_id: Annotated[UUID, Path(alias=name)],
        call: Annotated[Call, permit(operation)],
    ) -> Response:
        found = await of(support(request)).one(call, id, kept_id)
        return representation(found["document"], found["version"])


def history_is_read(
    router: APIRouter, name: str, operation: Operation, of: Callable[[Support], Keeping[Any]]
) -> None:
    """`GET` of what happened to one of them, by who may read it."""

    @router.get(f"/{{{name}}}/history", response_model=History)
    async def get_history(
        request: Request,
        id: UUID,
        kept_id: Annotated[UUID, Path(alias=name)],
        call: Annotated[Call, permit(operation)],
    ) -> Response:
        """Oldest first: who did what, and which fields that changed."""
        items = await of(support(request)).history(call, id, kept_id)
        return Response(to_json({"items": items}), media_type="application/json")


def all_are_read(
    router: APIRouter, operation: Operation, of: Callable[[Support], Keeping[Any]], view: Any
) -> None:
    """`GET` of all of them, newest first."""

    @router.get("", response_model=view)
    async def get_all(
        request: Request,
        id: UUID,
        call: Annotated[Call, permit(operation)],
        order: Order = "desc",
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Response:
        found = await of(support(request)).listed(
            call, id, order=order, limit=limit, after=after(cursor)
        )
        return paged(found)
