"""Read models of service users, referrals and caseloads."""

from services.referrals.domain import (
    AlreadyRegistered,
    CaseloadFull,
    PersonMoved,
    Referral,
    ServiceUser,
)
from services.referrals.projection.caseloads import Caseloads, joins_caseload, leaves_caseload
from services.referrals.projection.referrals import Referrals, referral_document, referral_rows
from services.referrals.projection.rules import Rules
from services.referrals.projection.service_users import (
    NhsNumbers,
    ServiceUsers,
    person_history,
    service_user_document,
    service_user_rows,
    without_particulars,
)
from services.referrals.projection.tables import METADATA
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write
from shared.kernel.errors import ContentDestroyed, VersionChanged

__all__ = [
    "METADATA",
    "REFUSALS",
    "Caseloads",
    "NhsNumbers",
    "Referrals",
    "Rules",
    "ServiceUsers",
    "joins_caseload",
    "leaves_caseload",
    "person_history",
    "referral_document",
    "rows",
    "service_user_document",
    "without_particulars",
]

REFUSALS = {
    "service_users_nhs_number": AlreadyRegistered,
    "service_users_not_destroyed": ContentDestroyed,
    "service_users_with_referrals": VersionChanged,
    "referrals_of_their_team": PersonMoved,
    "caseloads_within_limit": CaseloadFull,
}


def rows(numbers: NhsNumbers, aggregate: ServiceUser | Referral, seal: Seal) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    if isinstance(aggregate, ServiceUser):
        return service_user_rows(numbers, aggregate, seal)
    return referral_rows(aggregate, seal)
