"""Requests and responses of goals."""

from datetime import date, datetime
from uuid import UUID

from services.referrals.schemas.support.kept import KeptRequest, KeptView
from shared.contracts.referrals import Progress
from shared.contracts.vocabulary import Need, Paragraph
from shared.platform.http import ActorView, Day, ResponseModel


class PlanGoalRequest(KeptRequest):
    """A goal that is set with its plan."""

    goal: Paragraph
    need: Need | None = None
    target_on: Day | None = None


class GoalRequest(PlanGoalRequest):
    """What the person wants, in their words; of a plan of theirs, if it belongs to one."""

    plan_id: UUID | None = None


class ProgressRequest(KeptRequest):
    progress: Progress
    own_words: Paragraph | None = None
    worker_view: Paragraph | None = None


class ProgressView(ResponseModel):
    progress: Progress
    own_words: str | None
    worker_view: str | None
    by: ActorView
    at: datetime


class GoalView(KeptView):
    """A goal with all its progress, newest last; `status` is what that says."""

    plan_id: UUID | None
    goal: str | None
    need: Need | None
    target_on: date | None
    status: Progress
    progress: list[ProgressView]
