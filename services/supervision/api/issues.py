"""Routes of organisational issues: parse, call, return."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.domain import Issue, IssueStatus
from services.supervision.schemas import (
    IssueAnswerRequest,
    IssueClosureRequest,
    IssueRequest,
    IssueRoutingRequest,
    IssueView,
)
from shared.contracts.supervision import IssueRoute, IssueTopic
from shared.eventstore.commands import Outcome
from shared.eventstore.listing import Order
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Limit,
    Name,
    Page,
    created,
    decode_cursor,
    page,
    permit,
    representation,
)

COLLECTION = "/v1/supervision/issues"
issues = APIRouter(prefix=COLLECTION, tags=["organisational issues"])


def _left(request: Request, call: Call, outcome: Outcome[Issue]) -> Response:
    return created(outcome, application(request).issue_reading.left(call, outcome), COLLECTION)


@issues.post("", status_code=201, response_model=IssueView)
async def raise_issue(
    request: Request, body: IssueRequest, call: Annotated[Call, permit(access.RAISE_ISSUE)]
) -> Response:
    """Raise what gets in the way of the work, with the team or the care co-ordination process.

    The whole team reads it, so it tells of nobody: an NHS number, a record's id, a telephone
    number, an e-mail address, and the name or id of anybody in the team are refused, and nothing
    else by which somebody could be told belongs in it. Who raised it is known to those who answer
    for its route if the answer `names_raiser`, and to no other reader, auditors and other systems
    included: the record has it sealed under the issue's own key.
    """
    outcome = await application(request).issues.raise_one(
        call, body.team_id, route=body.route, topic=body.topic, description=body.description
    )
    return _left(request, call, outcome)


@issues.get("", response_model=Page[IssueView])
async def list_issues(
    request: Request,
    call: Annotated[Call, permit(access.LIST_ISSUES)],
    team_id: Annotated[Name | None, Query()] = None,
    status: Annotated[IssueStatus | None, Query()] = None,
    route: Annotated[IssueRoute | None, Query()] = None,
    topic: Annotated[IssueTopic | None, Query()] = None,
    overdue: Annotated[bool | None, Query()] = None,
    mine: Annotated[bool, Query(description="Those alone that the caller raised")] = False,
    order: Annotated[Order, Query()] = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Issues by the day on which they were raised, newest first; those of one day in no order."""
    found = await application(request).issue_reading.issues(
        call,
        team_id,
        mine=mine,
        status=status,
        route=route,
        topic=topic,
        overdue=overdue,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, date.fromisoformat, UUID),
    )
    return page(found, lambda last: [last["raised_on"], last["id"]])


@issues.get("/{id}", response_model=IssueView)
async def get_issue(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_ISSUE)]
) -> Response:
    """One issue, with what was said to it."""
    found = await application(request).issue_reading.issue(call, id)
    return representation(found["document"], found["version"])


@issues.post("/{id}/responses", status_code=201, response_model=IssueView)
async def answer(
    request: Request,
    id: UUID,
    body: IssueAnswerRequest,
    call: Annotated[Call, permit(access.ANSWER_ISSUE)],
) -> Response:
    """Answer, or answer again, what came by a route of yours. Needs `If-Match`."""
    outcome = await application(request).issues.answer(call, id, body.answer)
    return _left(request, call, outcome)


@issues.post("/{id}/routings", status_code=201, response_model=IssueView)
async def hand_on(
    request: Request,
    id: UUID,
    body: IssueRoutingRequest,
    call: Annotated[Call, permit(access.ROUTE_ISSUE)],
) -> Response:
    """Hand on what came by a route of yours to the other route, which has its own time to answer.
    Needs `If-Match`."""
    outcome = await application(request).issues.hand_on(call, id, body.route, body.reason)
    return _left(request, call, outcome)


@issues.post("/{id}/closures", status_code=201, response_model=IssueView)
async def close(
    request: Request,
    id: UUID,
    body: IssueClosureRequest,
    call: Annotated[Call, permit(access.CLOSE_ISSUE)],
) -> Response:
    """Close an issue: whoever raised it at any time, whoever answers for it once they did, and
    only the former as `withdrawn`. Needs `If-Match`."""
    outcome = await application(request).issues.close(call, id, body.outcome, body.reason)
    return _left(request, call, outcome)
