"""Read models of service users, referrals, caseloads and help from elsewhere."""

from collections.abc import Callable
from typing import Any

from services.referrals.domain import (
    Agency,
    AlreadyOnACaseload,
    AlreadyRegistered,
    CaseloadChanged,
    CaseloadFull,
    Kept,
    OnwardReferral,
    PersonMoved,
    Reallocation,
    ReferenceTaken,
    Referral,
    ReferralPolicy,
    ServiceUser,
    UnmetNeed,
)
from services.referrals.projection.caseloads import (
    COUNTED,
    Caseloads,
    joins_caseload,
    leaves_caseload,
)
from services.referrals.projection.extracts import Extracts, Reader
from services.referrals.projection.history import kept_history, referral_history
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
from services.referrals.projection.policies import POLICIES
from services.referrals.projection.reallocations import Reallocations, reallocation_rows
from services.referrals.projection.referrals import Referrals, referral_document, referral_rows
from services.referrals.projection.reports import Reports
from services.referrals.projection.rules import Rules
from services.referrals.projection.service_users import (
    NhsNumbers,
    ServiceUsers,
    person_history,
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
from services.referrals.projection.waiting import WaitingList
from services.referrals.projection.workers import Worker, Workers, worker_is
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write
from shared.kernel.aggregate import Aggregate
from shared.kernel.errors import ContentDestroyed, VersionChanged

__all__ = [
    "CARERS",
    "COUNTED",
    "METADATA",
    "PLANS",
    "POLICIES",
    "REFUSALS",
    "Agencies",
    "Caseloads",
    "Extracts",
    "GoalRows",
    "KeptRows",
    "NhsNumbers",
    "OnwardReferrals",
    "Reader",
    "Reallocations",
    "Referrals",
    "Reports",
    "Rules",
    "ServiceUsers",
    "SharingPreferenceRows",
    "UnmetNeeds",
    "VisitAlertRows",
    "WaitingList",
    "Worker",
    "Workers",
    "agency_document",
    "contacts",
    "joins_caseload",
    "kept_document",
    "kept_history",
    "leaves_caseload",
    "onward_referral_document",
    "person_history",
    "referral_document",
    "referral_history",
    "rows",
    "service_user_document",
    "unmet_need_document",
    "without_particulars",
    "worker_is",
]

REFUSALS = {
    "service_users_nhs_number": AlreadyRegistered,
    "service_users_not_destroyed": ContentDestroyed,
    "service_users_with_referrals": VersionChanged,
    "referrals_of_their_team": PersonMoved,
    "caseloads_within_limit": CaseloadFull,
    "caseloads_as_stated": CaseloadChanged,
    "referrals_one_worker": AlreadyOnACaseload,
    "plans_reference": ReferenceTaken,
}
_ROWS: dict[type[Aggregate], Callable[[Any, Seal], list[Write]]] = {
    Referral: referral_rows,
    Reallocation: reallocation_rows,
    Agency: lambda agency, _: agency_rows(agency),
    OnwardReferral: onward_referral_rows,
    UnmetNeed: unmet_need_rows,
    ReferralPolicy: POLICIES.rows,
}


def rows(numbers: NhsNumbers, aggregate: Aggregate, seal: Seal) -> list[Write]:
    """The read-model rows of an aggregate as it stands."""
    if isinstance(aggregate, ServiceUser):
        return service_user_rows(numbers, aggregate, seal)
    if isinstance(aggregate, Kept):
        return kept_rows(aggregate, seal)
    return _ROWS[type(aggregate)](aggregate, seal)
