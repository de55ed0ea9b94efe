"""Read models of service users, referrals and caseloads."""

from services.referrals.domain import (
    AlreadyOnACaseload,
    AlreadyRegistered,
    CaseloadChanged,
    CaseloadFull,
    Reallocation,
    Referral,
    ReferralPolicy,
    ServiceUser,
)
from services.referrals.projection.caseloads import Caseloads, joins_caseload, leaves_caseload
from services.referrals.projection.history import referral_history
from services.referrals.projection.policies import POLICIES
from services.referrals.projection.reallocations import Reallocations, reallocation_rows
from services.referrals.projection.referrals import Referrals, referral_document, referral_rows
from services.referrals.projection.rules import Rules
from services.referrals.projection.service_users import (
    NhsNumbers,
    ServiceUsers,
    service_user_document,
    service_user_rows,
    without_particulars,
)
from services.referrals.projection.tables import METADATA
from services.referrals.projection.waiting import WaitingList
from services.referrals.projection.workers import Worker, Workers, worker_is
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write
from shared.kernel.errors import ContentDestroyed

__all__ = [
    "METADATA",
    "POLICIES",
    "REFUSALS",
    "Caseloads",
    "NhsNumbers",
    "Reallocations",
    "Referrals",
    "Rules",
    "ServiceUsers",
    "WaitingList",
    "Worker",
    "Workers",
    "joins_caseload",
    "leaves_caseload",
    "referral_document",
    "referral_history",
    "rows",
    "service_user_document",
    "without_particulars",
    "worker_is",
]

REFUSALS = {
    "service_users_nhs_number": AlreadyRegistered,
    "service_users_not_destroyed": ContentDestroyed,
    "caseloads_within_limit": CaseloadFull,
    "caseloads_as_stated": CaseloadChanged,
    "referrals_one_worker": AlreadyOnACaseload,
}


def rows(
    numbers: NhsNumbers,
    aggregate: ServiceUser | Referral | Reallocation | ReferralPolicy,
    seal: Seal,
) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    if isinstance(aggregate, ServiceUser):
        return service_user_rows(numbers, aggregate, seal)
    if isinstance(aggregate, Reallocation):
        return reallocation_rows(aggregate, seal)
    if isinstance(aggregate, ReferralPolicy):
        return POLICIES.rows(aggregate, seal)
    return referral_rows(aggregate, seal)
