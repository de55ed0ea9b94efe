"""Requests and responses of the referrals service."""

from services.referrals.schemas.caseloads import CaseloadView
from services.referrals.schemas.merging import MergeRequest, SeparationRequest
from services.referrals.schemas.referrals import (
    AllocationRequest,
    ClosureRequest,
    DecisionRequest,
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
    "CaseloadView",
    "ClosureRequest",
    "DecisionRequest",
    "Found",
    "History",
    "MergeRequest",
    "ReferralRequest",
    "ReferralView",
    "RestrictionRequest",
    "RestrictionView",
    "SearchRequest",
    "SeparationRequest",
    "ServiceUserRequest",
    "ServiceUserView",
    "TransferRequest",
]
