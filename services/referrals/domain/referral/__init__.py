"""A referral, by subject: how it is decided, and whose caseload the person is on."""

from services.referrals.domain.referral.places import Place, Taken
from services.referrals.domain.referral.referral import Referral
from services.referrals.domain.referral.state import ENDED, Status

__all__ = ["ENDED", "Place", "Referral", "Status", "Taken"]
