"""Routes of development plans: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.application import development
from services.supervision.domain import PlanStatus
from services.supervision.schemas import (
    DevelopmentPlanRequest,
    DevelopmentPlanView,
    ObjectiveProgressRequest,
    ObjectiveRequest,
    PlanReviewRequest,
)
from shared.eventstore.listing import Order
from shared.kernel.call import Call
from shared.platform.http import (
    Cursor,
    Day,
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

PLANS = "/v1/supervision/development-plans"
development_plans = APIRouter(prefix=PLANS, tags=["development plans"])


def _created(plan: development.Plan) -> Response:
    outcome, document = plan
    return created(outcome, document, PLANS)


@development_plans.post("", status_code=201, response_model=DevelopmentPlanView)
async def agree(
    request: Request,
    body: DevelopmentPlanRequest,
    call: Annotated[Call, permit(access.AGREE_DEVELOPMENT_PLAN)],
) -> Response:
    """Draw up a plan: with a worker whom you manage or supervise, or your own.

    One goes on at a time. `agreement_ids` are agreements of supervision that the worker has.
    """
    return _created(
        await application(request).plans.agree(
            call,
            body.worker_id,
            body.team_id,
            body.review_on,
            [each.said() for each in body.objectives],
        )
    )


@development_plans.get("", response_model=Page[DevelopmentPlanView])
async def list_plans(
    request: Request,
    call: Annotated[Call, permit(access.LIST_DEVELOPMENT_PLANS)],
    worker_id: Annotated[Name | None, Query()] = None,
    team_id: Annotated[Name | None, Query()] = None,
    status: Annotated[PlanStatus | None, Query()] = None,
    review_due_before: Annotated[Day | None, Query()] = None,
    order: Order = "desc",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Of a worker, or for managers of a team; without either, your own.

    You are shown the words of those plans that you take part in.
    """
    found = await application(request).plan_reading.page(
        call,
        worker_id,
        team_id,
        status=status,
        review_due_before=review_due_before,
        order=order,
        limit=limit,
        after=decode_cursor(cursor, moment, UUID),
    )
    return page(found, lambda last: [last["agreed_at"], last["id"]])


@development_plans.get("/{id}", response_model=DevelopmentPlanView)
async def get_plan(
    request: Request, id: UUID, call: Annotated[Call, permit(access.READ_DEVELOPMENT_PLAN)]
) -> Response:
    """One plan, with how its courses and its supervision stand: for the worker, who manages them,
    and who supervises them."""
    found = await application(request).plan_reading.one(call, id)
    return representation(found["document"], found["version"])


@development_plans.post("/{id}/objectives", status_code=201, response_model=DevelopmentPlanView)
async def add_objective(
    request: Request,
    id: UUID,
    body: ObjectiveRequest,
    call: Annotated[Call, permit(access.CHANGE_DEVELOPMENT_PLAN)],
) -> Response:
    """One more thing to reach. Needs `If-Match`."""
    return _created(await application(request).plans.add_objective(call, id, body.said()))


@development_plans.post(
    "/{id}/objectives/{objective_id}/progress",
    status_code=201,
    response_model=DevelopmentPlanView,
)
async def record_progress(
    request: Request,
    id: UUID,
    objective_id: UUID,
    body: ObjectiveProgressRequest,
    call: Annotated[Call, permit(access.CHANGE_DEVELOPMENT_PLAN)],
) -> Response:
    """Say how far an objective has come. Needs `If-Match`."""
    return _created(
        await application(request).plans.record_progress(
            call, id, objective_id, body.status, body.progress
        )
    )


@development_plans.post("/{id}/reviews", status_code=201, response_model=DevelopmentPlanView)
async def review(
    request: Request,
    id: UUID,
    body: PlanReviewRequest,
    call: Annotated[Call, permit(access.CHANGE_DEVELOPMENT_PLAN)],
) -> Response:
    """Go on with a plan until another day, or end it. Needs `If-Match`."""
    return _created(
        await application(request).plans.review(
            call, id, body.outcome, body.review_on, body.findings
        )
    )
