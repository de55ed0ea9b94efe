"""Read models of help from elsewhere: agencies, onward referrals, unmet needs."""

from services.referrals.projection.onward.agencies import (
    Agencies,
    agency_document,
    agency_rows,
)
from services.referrals.projection.onward.contacts import contacts
from services.referrals.projection.onward.onward_referrals import (
    OnwardReferrals,
    onward_referral_document,
    onward_referral_rows,
)
from services.referrals.projection.onward.unmet_needs import (
    UnmetNeeds,
    unmet_need_document,
    unmet_need_rows,
)

__all__ = [
    "Agencies",
    "OnwardReferrals",
    "UnmetNeeds",
    "agency_document",
    "agency_rows",
    "contacts",
    "onward_referral_document",
    "onward_referral_rows",
    "unmet_need_document",
    "unmet_need_rows",
]
