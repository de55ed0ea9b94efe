"""Requests and responses of the referrals service."""

from services.referrals.schemas.caseloads import (
    CaseloadView,
    HandoverRequest,
    ReallocationView,
)
from services.referrals.schemas.deciding import (
    AssessmentRequest,
    DecisionRequest,
    InformationRequest,
    ReviewRequest,
    WaitingView,
    WithdrawalRequest,
)
from services.referrals.schemas.merging import (
    MergeRequest,
    SeparationRequest,
)
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
from services.referrals.schemas.policies import (
    PolicyRequest,
)
from services.referrals.schemas.referrals import (
    AllocationRequest,
    ClosureRequest,
    History,
    ReferralRequest,
    ReferralView,
    TransferRequest,
)
from services.referrals.schemas.reports import (
    DecisionsReport,
    FirstDay,
    From,
    LastDay,
    To,
    UnmetNeedsReport,
)
from services.referrals.schemas.service_users import (
    Found,
    RestrictionRequest,
    RestrictionView,
    SearchRequest,
    ServiceUserPatch,
    ServiceUserRequest,
    ServiceUserView,
)

__all__ = [
    "AcknowledgementRequest",
    "AgencyRequest",
    "AgencyView",
    "AllocationRequest",
    "AssessmentRequest",
    "CaseloadView",
    "ClosureRequest",
    "DecisionRequest",
    "DecisionsReport",
    "FirstDay",
    "Found",
    "From",
    "HandoverRequest",
    "History",
    "InformationRequest",
    "LastDay",
    "MergeRequest",
    "OnwardReferralRequest",
    "OnwardReferralView",
    "OutcomeRequest",
    "PolicyRequest",
    "ReallocationView",
    "ReferralRequest",
    "ReferralView",
    "ResolutionRequest",
    "RestrictionRequest",
    "RestrictionView",
    "ReviewRequest",
    "SearchRequest",
    "SeparationRequest",
    "ServiceUserPatch",
    "ServiceUserRequest",
    "ServiceUserView",
    "To",
    "TransferRequest",
    "UnmetNeedRequest",
    "UnmetNeedView",
    "UnmetNeedsReport",
    "WaitingView",
    "WithdrawalRequest",
]
