"""Rules that are data, and pure functions of them and of facts."""

from services.referrals.policy.closing import may_close
from services.referrals.policy.particulars import may_change, refuse_incoherent, status_of
from services.referrals.policy.rules import DEFAULT, TRUST_FLOOR, InForce

__all__ = [
    "DEFAULT",
    "TRUST_FLOOR",
    "InForce",
    "may_change",
    "may_close",
    "refuse_incoherent",
    "status_of",
]
