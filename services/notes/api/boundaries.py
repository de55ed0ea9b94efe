"""Routes of boundary queries: parse, call, return."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.notes import access
from services.notes.api.application import application
from services.notes.projection import query_document
from services.notes.schemas import BoundaryAnswerRequest, BoundaryQueryView
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Name,
    Page,
    created,
    decode_cursor,
    moment,
    page,
    permit,
    representation,
)

boundary_queries = APIRouter(prefix="/v1/boundary-queries", tags=["boundary queries"])


@boundary_queries.get("", response_model=Page[BoundaryQueryView])
async def list_queries(
    request: Request,
    call: Annotated[Call, permit(access.READ_BOUNDARY_QUERIES)],
    team_id: Annotated[Name | None, Query()] = None,
    status: Annotated[Literal["open", "answered"] | None, Query()] = None,
    note_id: Annotated[UUID | None, Query()] = None,
    order: Literal["asc", "desc"] = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Queries to a team's manager, newest first; a worker sees those about themselves."""
    found = await application(request).boundary_queries.queries(
        call,
        team_id,
        status=status,
        note_id=note_id,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["raised_at"], last["id"]])


@boundary_queries.get("/{id}", response_model=BoundaryQueryView)
async def get_query(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_BOUNDARY_QUERY)]
) -> Response:
    """One query, with its answer."""
    found = await application(request).boundary_queries.query(call, id)
    return representation(found["document"], found["version"])


@boundary_queries.post("/{id}/answers", status_code=201, response_model=BoundaryQueryView)
async def answer(
    request: Request,
    id: UUID,
    body: BoundaryAnswerRequest,
    call: Annotated[Call, permit(access.ANSWER_BOUNDARY_QUERY)],
) -> Response:
    """The manager's answer; the note no longer waits for its authority. Needs `If-Match`."""
    outcome = await application(request).boundary_queries.answer(
        call, id, body.answer, body.outcome
    )
    return created(outcome, query_document(outcome.aggregate), "/v1/boundary-queries")
