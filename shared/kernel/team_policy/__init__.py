"""Teams' policies: rules that are data with dates, the same for every service that has some.

What a service's rules are, what is shipped, and which of two policies is looser, it says itself
(ADR 12).
"""

from shared.kernel.team_policy.dating import (
    Draft,
    InForce,
    R,
    Version,
    ends,
    in_force,
    in_order,
    refuse_review,
    version_at,
)
from shared.kernel.team_policy.policy import TeamPolicy
from shared.kernel.team_policy.refusals import (
    BelowTrustFloor,
    EffectiveInThePast,
    LooseningNeedsCommittee,
    NoProposal,
    NothingChanged,
    NotYourTeam,
    OwnProposal,
)

__all__ = [
    "BelowTrustFloor",
    "Draft",
    "EffectiveInThePast",
    "InForce",
    "LooseningNeedsCommittee",
    "NoProposal",
    "NotYourTeam",
    "NothingChanged",
    "OwnProposal",
    "R",
    "TeamPolicy",
    "Version",
    "ends",
    "in_force",
    "in_order",
    "refuse_review",
    "version_at",
]
