"""Rules that are data, and pure functions of them and of facts."""

from services.referrals.policy.closing import may_close
from services.referrals.policy.decided import Decided, Ethnicity, decisions_table
from services.referrals.policy.disclosure import Line, hidden
from services.referrals.policy.periods import Period
from services.referrals.policy.rules import DEFAULT, TRUST_FLOOR, InForce
from services.referrals.policy.times import refuse_future_day

__all__ = [
    "DEFAULT",
    "TRUST_FLOOR",
    "Decided",
    "Ethnicity",
    "InForce",
    "Line",
    "Period",
    "decisions_table",
    "hidden",
    "may_close",
    "refuse_future_day",
]
