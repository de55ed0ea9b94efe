"""Requests and responses of the referrals service."""

from services.referrals.schemas.caseloads import CaseloadView, HandoverRequest, ReallocationView
from services.referrals.schemas.deciding import (
    AssessmentRequest,
    DecisionRequest,
    InformationRequest,
    ReviewRequest,
    WaitingView,
    WithdrawalRequest,
)
from services.referrals.schemas.policies import PolicyRequest
from services.referrals.schemas.referrals import (
    AllocationRequest,
    ClosureRequest,
    History,
    ReferralRequest,
    ReferralView,
    TransferRequest,
)
from services.referrals.schemas.service_users import (
    Found,
    RestrictionRequest,
    RestrictionView,
    SearchRequest,
    ServiceUserRequest,
    ServiceUserView,
)

__all__ = [
    "AllocationRequest",
    "AssessmentRequest",
    "CaseloadView",
    "ClosureRequest",
    "DecisionRequest",
    "Found",
    "HandoverRequest",
    "History",
    "InformationRequest",
    "PolicyRequest",
    "ReallocationView",
    "ReferralRequest",
    "ReferralView",
    "RestrictionRequest",
    "RestrictionView",
    "ReviewRequest",
    "SearchRequest",
    "ServiceUserRequest",
    "ServiceUserView",
    "TransferRequest",
    "WaitingView",
    "WithdrawalRequest",
]
