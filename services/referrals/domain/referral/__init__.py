"""A referral, by subject: how it is decided, and whose caseload the person is on."""

from services.referrals.domain.referral.moving import ENDED
from services.referrals.domain.referral.referral import Referral
from services.referrals.domain.referral.state import Status

__all__ = ["ENDED", "Referral", "Status"]
