"""Routes of goals: parse, call, return."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from services.referrals import access
from services.referrals.api.support.kept import (
    all_are_read,
    created_kept,
    one_is_read,
    router_of,
    support,
)
from services.referrals.schemas.support import GoalRequest, GoalView, ProgressRequest
from shared.kernel.call import Call
from shared.platform.http import Page, permit

goals = router_of("goals")
all_are_read(goals, access.READ_GOALS, lambda of: of.goals, Page[GoalView])
one_is_read(goals, "goal_id", access.READ_GOALS, lambda of: of.goals, GoalView)


@goals.post("", status_code=201, response_model=GoalView)
async def set_goal(
    request: Request,
    id: UUID,
    body: GoalRequest,
    call: Annotated[Call, permit(access.SET_GOAL)],
) -> Response:
    """Set a goal, in the person's words."""
    return created_kept(await support(request).goals.record(call, id, body.said()), "goals")


@goals.post("/{goal_id}/progress", status_code=201, response_model=GoalView)
async def record_progress(
    request: Request,
    id: UUID,
    goal_id: UUID,
    body: ProgressRequest,
    call: Annotated[Call, permit(access.RECORD_PROGRESS)],
) -> Response:
    """Say how far a goal has come. Needs `If-Match`."""
    outcome = await support(request).goals.change(
        call, id, goal_id, lambda goal, by: goal.record_progress(by, call.at, **body.said())
    )
    return created_kept(outcome, "goals")
