"""Rules that are data, and pure functions of them and of facts."""

from services.referrals.policy.clock import (
    Clock,
    Stop,
)
from services.referrals.policy.closing import (
    may_close,
)
from services.referrals.policy.coherence import (
    contradictions,
)
from services.referrals.policy.decided import (
    Decided,
    Ethnicity,
    decisions_table,
)
from services.referrals.policy.disclosure import (
    START,
    Line,
    hidden,
)
from services.referrals.policy.loosening import (
    loosened,
)
from services.referrals.policy.particulars import (
    may_change,
    refuse_incoherent,
    status_of,
)
from services.referrals.policy.periods import (
    Period,
)
from services.referrals.policy.places import (
    limit_of,
    may_allocate,
    may_override,
    weight_of,
)
from services.referrals.policy.routes import (
    may_accept,
    may_assess,
    may_decide,
    route_of,
)
from services.referrals.policy.rules import (
    DEFAULT,
    TRUST_FLOOR,
    InForce,
)
from services.referrals.policy.unmet import (
    Unmet,
    unmet_table,
)
from services.referrals.policy.waiting import (
    days_waited,
    rank,
)

__all__ = [
    "DEFAULT",
    "START",
    "TRUST_FLOOR",
    "Clock",
    "Decided",
    "Ethnicity",
    "InForce",
    "Line",
    "Period",
    "Stop",
    "Unmet",
    "contradictions",
    "days_waited",
    "decisions_table",
    "hidden",
    "limit_of",
    "loosened",
    "may_accept",
    "may_allocate",
    "may_assess",
    "may_change",
    "may_close",
    "may_decide",
    "may_override",
    "rank",
    "refuse_incoherent",
    "route_of",
    "status_of",
    "unmet_table",
    "weight_of",
]
