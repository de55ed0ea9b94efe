"""Routes of plans: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from services.referrals import access
from services.referrals.api.support.kept import (
    all_are_read,
    created_kept,
    history_is_read,
    one_is_read,
    router_of,
    support,
)
from services.referrals.schemas.support import PlanLine, PlanRequest, PlanReviewRequest, PlanView
from shared.kernel.call import Call
from shared.platform.http import Page, permit

plans = router_of("plans")
all_are_read(plans, access.READ_PLANS, lambda of: of.plans, Page[PlanLine])
one_is_read(plans, "plan_id", access.READ_PLANS, lambda of: of.plans, PlanView)
history_is_read(plans, "plan_id", access.READ_PLANS, lambda of: of.plans)


@plans.post("", status_code=201, response_model=PlanView)
async def register(
    request: Request,
    id: UUID,
    body: PlanRequest,
    call: Annotated[Call, permit(access.REGISTER_PLAN)],
) -> Response:
    """Register a plan, with the tasks it authorises and its goals.

    No two plans of a person are valid on the same day under one reference.
    """
    goals = [each.said() for each in body.goals]
    outcome, shown = await support(request).plans.register(call, id, body.particulars(), goals)
    return created_kept(outcome, "plans", shown)


@plans.post("/{plan_id}/reviews", status_code=201, response_model=PlanView)
async def review(
    request: Request,
    id: UUID,
    plan_id: UUID,
    body: PlanReviewRequest,
    call: Annotated[Call, permit(access.REVIEW_PLAN)],
) -> Response:
    """Go on with a plan, change it, or end it. Needs `If-Match`."""
    outcome, shown = await support(request).plans.review(
        call, id, plan_id, outcome=body.outcome, changes=body.changes(), findings=body.findings
    )
    return created_kept(outcome, "plans", shown)
