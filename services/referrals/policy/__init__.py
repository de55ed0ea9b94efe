"""Rules that are data, and pure functions of them and of facts."""

from services.referrals.policy.closing import may_close
from services.referrals.policy.days import refuse_future_day, refuse_past_review
from services.referrals.policy.rules import DEFAULT, TRUST_FLOOR, InForce

__all__ = [
    "DEFAULT",
    "TRUST_FLOOR",
    "InForce",
    "may_close",
    "refuse_future_day",
    "refuse_past_review",
]
