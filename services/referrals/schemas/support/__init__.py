"""Requests and responses of what support goes by."""

from services.referrals.schemas.support.alerts import (
    AlertReviewRequest,
    VisitAlertRequest,
    VisitAlertView,
)
from services.referrals.schemas.support.carers import CarerRequest, CarerUpdate, CarerView
from services.referrals.schemas.support.goals import GoalRequest, GoalView, ProgressRequest
from services.referrals.schemas.support.plans import (
    PlanLine,
    PlanRequest,
    PlanReviewRequest,
    PlanView,
)
from services.referrals.schemas.support.sharing import (
    SharingPreferenceRequest,
    SharingPreferenceView,
)

__all__ = [
    "AlertReviewRequest",
    "CarerRequest",
    "CarerUpdate",
    "CarerView",
    "GoalRequest",
    "GoalView",
    "PlanLine",
    "PlanRequest",
    "PlanReviewRequest",
    "PlanView",
    "ProgressRequest",
    "SharingPreferenceRequest",
    "SharingPreferenceView",
    "VisitAlertRequest",
    "VisitAlertView",
]
