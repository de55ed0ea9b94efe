"""Requests and responses of the referrals service."""

from services.referrals.schemas.caseloads import CaseloadView
from services.referrals.schemas.onward import (
    AcknowledgementRequest,
    AgencyRequest,
    AgencyView,
    OnwardReferralRequest,
    OnwardReferralView,
    OutcomeRequest,
    ResolutionRequest,
    UnmetNeedRequest,
    UnmetNeedView,
)
from services.referrals.schemas.referrals import (
    AllocationRequest,
    ClosureRequest,
    DecisionRequest,
    History,
    ReferralRequest,
    ReferralView,
    TransferRequest,
)
from services.referrals.schemas.reports import DecisionsReport, From, To, UnmetNeedsReport
from services.referrals.schemas.service_users import (
    Found,
    RestrictionRequest,
    RestrictionView,
    SearchRequest,
    ServiceUserRequest,
    ServiceUserView,
)

__all__ = [
    "AcknowledgementRequest",
    "AgencyRequest",
    "AgencyView",
    "AllocationRequest",
    "CaseloadView",
    "ClosureRequest",
    "DecisionRequest",
    "DecisionsReport",
    "Found",
    "From",
    "History",
    "OnwardReferralRequest",
    "OnwardReferralView",
    "OutcomeRequest",
    "ReferralRequest",
    "ReferralView",
    "ResolutionRequest",
    "RestrictionRequest",
    "RestrictionView",
    "SearchRequest",
    "ServiceUserRequest",
    "ServiceUserView",
    "To",
    "TransferRequest",
    "UnmetNeedRequest",
    "UnmetNeedView",
    "UnmetNeedsReport",
]
