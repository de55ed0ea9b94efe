"""Read models of service users, referrals, caseloads and help from elsewhere."""

from services.referrals.domain import (
    Agency,
    AlreadyRegistered,
    CaseloadFull,
    OnwardReferral,
    Referral,
    ServiceUser,
    UnmetNeed,
)
from services.referrals.projection.caseloads import Caseloads, joins_caseload, leaves_caseload
from services.referrals.projection.extracts import Extracts, Reader
from services.referrals.projection.onward import (
    Agencies,
    OnwardReferrals,
    UnmetNeeds,
    agency_document,
    agency_rows,
    contacts,
    onward_referral_document,
    onward_referral_rows,
    unmet_need_document,
    unmet_need_rows,
)
from services.referrals.projection.referrals import Referrals, referral_document, referral_rows
from services.referrals.projection.reports import Reports
from services.referrals.projection.rules import Rules
from services.referrals.projection.service_users import (
    NhsNumbers,
    ServiceUsers,
    service_user_document,
    service_user_rows,
    without_particulars,
)
from services.referrals.projection.tables import METADATA
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write
from shared.kernel.errors import ContentDestroyed

__all__ = [
    "METADATA",
    "REFUSALS",
    "Agencies",
    "Caseloads",
    "Extracts",
    "NhsNumbers",
    "OnwardReferrals",
    "Reader",
    "Referrals",
    "Reports",
    "Rules",
    "ServiceUsers",
    "UnmetNeeds",
    "agency_document",
    "contacts",
    "joins_caseload",
    "leaves_caseload",
    "onward_referral_document",
    "referral_document",
    "rows",
    "service_user_document",
    "unmet_need_document",
    "without_particulars",
]

REFUSALS = {
    "service_users_nhs_number": AlreadyRegistered,
    "service_users_not_destroyed": ContentDestroyed,
    "caseloads_within_limit": CaseloadFull,
}


def rows(
    numbers: NhsNumbers,
    aggregate: ServiceUser | Referral | Agency | OnwardReferral | UnmetNeed,
    seal: Seal,
) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    if isinstance(aggregate, Agency):
        return agency_rows(aggregate)
    if isinstance(aggregate, OnwardReferral):
        return onward_referral_rows(aggregate, seal)
    if isinstance(aggregate, UnmetNeed):
        return unmet_need_rows(aggregate, seal)
    if isinstance(aggregate, ServiceUser):
        return service_user_rows(numbers, aggregate, seal)
    return referral_rows(aggregate, seal)
