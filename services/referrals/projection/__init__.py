"""Read models of service users, referrals and caseloads."""

from services.referrals.domain import (
    AlreadyRegistered,
    CaseloadFull,
    Kept,
    ReferenceTaken,
    Referral,
    ServiceUser,
)
from services.referrals.projection.caseloads import Caseloads, joins_caseload, leaves_caseload
from services.referrals.projection.referrals import Referrals, referral_document, referral_rows
from services.referrals.projection.rules import Rules
from services.referrals.projection.service_users import (
    NhsNumbers,
    ServiceUsers,
    service_user_document,
    service_user_rows,
    without_particulars,
)
from services.referrals.projection.support import (
    CARERS,
    PLANS,
    GoalRows,
    KeptRows,
    SharingPreferenceRows,
    VisitAlertRows,
    kept_document,
    kept_rows,
)
from services.referrals.projection.tables import METADATA
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write
from shared.kernel.errors import ContentDestroyed

__all__ = [
    "CARERS",
    "METADATA",
    "PLANS",
    "REFUSALS",
    "Caseloads",
    "GoalRows",
    "KeptRows",
    "NhsNumbers",
    "Referrals",
    "Rules",
    "ServiceUsers",
    "SharingPreferenceRows",
    "VisitAlertRows",
    "joins_caseload",
    "kept_document",
    "leaves_caseload",
    "referral_document",
    "rows",
    "service_user_document",
    "without_particulars",
]

REFUSALS = {
    "service_users_nhs_number": AlreadyRegistered,
    "service_users_not_destroyed": ContentDestroyed,
    "caseloads_within_limit": CaseloadFull,
    "plans_reference": ReferenceTaken,
}


def rows(numbers: NhsNumbers, aggregate: ServiceUser | Referral | Kept, seal: Seal) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    if isinstance(aggregate, ServiceUser):
        return service_user_rows(numbers, aggregate, seal)
    if isinstance(aggregate, Kept):
        return kept_rows(aggregate, seal)
    return referral_rows(aggregate, seal)
