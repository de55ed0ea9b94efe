"""Rules that are data, and pure functions of them and of facts."""

from services.referrals.policy.clock import Clock, Stop
from services.referrals.policy.closing import may_close
from services.referrals.policy.coherence import contradictions
from services.referrals.policy.loosening import loosened
from services.referrals.policy.places import limit_of, may_allocate, may_override, weight_of
from services.referrals.policy.routes import (
    may_accept,
    may_assess,
    may_decide,
    route_of,
)
from services.referrals.policy.rules import DEFAULT, TRUST_FLOOR, InForce
from services.referrals.policy.times import refuse_future, refuse_future_day, refuse_past_day
from services.referrals.policy.waiting import days_waited, rank

__all__ = [
    "DEFAULT",
    "TRUST_FLOOR",
    "Clock",
    "InForce",
    "Stop",
    "contradictions",
    "days_waited",
    "limit_of",
    "loosened",
    "may_accept",
    "may_allocate",
    "may_assess",
    "may_close",
    "may_decide",
    "may_override",
    "open_routes",
    "rank",
    "refuse_future",
    "refuse_future_day",
    "refuse_past_day",
    "route_of",
    "weight_of",
]
