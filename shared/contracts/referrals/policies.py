"""A team's referral policy: rules that are data, and how they come into force."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le, MaxLen, MinLen

from shared.contracts.contract import published
from shared.contracts.policies import PolicyDeclined, PolicyProposed, PolicyPublished
from shared.contracts.referrals.referrals import Complexity, Priority, Route
from shared.contracts.supervision import Level

Places = Annotated[int, Ge(1), Le(60)]
Days = Annotated[int, Ge(1), Le(365)]


@dataclass(frozen=True, kw_only=True)
class LevelLimit:
    """How many places a worker of this level has, full time."""

    level: Level
    limit: Places


@dataclass(frozen=True, kw_only=True)
class ComplexityWeight:
    """How many places someone of this complexity takes."""

    complexity: Complexity
    weight: Annotated[int, Ge(1), Le(10)]


@dataclass(frozen=True, kw_only=True)
class ReferralRules:
    """What a team's policy says (domain, section 4; HB 5.10 and 5.11). No number is national.

    With `meeting`, a decision names a meeting at which `meeting_quorum` staff were. With `worker`,
    an STR worker of one of `self_acceptance_levels` may accept someone of one of
    `self_acceptance_priorities` for themselves, within their limit. A part-time worker has their
    share of the places with `pro_rata`, rounded down, one at least. Days are calendar days.
    """

    routes: Annotated[tuple[Route, ...], MinLen(1), MaxLen(3)]
    assessment_required: bool
    meeting_quorum: Annotated[int, Ge(1), Le(20)]
    self_acceptance_levels: Annotated[tuple[Level, ...], MaxLen(3)]
    self_acceptance_priorities: Annotated[tuple[Priority, ...], MaxLen(4)]
    caseload_limit: Places
    caseload_limit_by_level: Annotated[tuple[LevelLimit, ...], MaxLen(3)]
    pro_rata: bool
    weights: Annotated[tuple[ComplexityWeight, ...], MaxLen(3)]
    decide_within_days: Days
    allocate_within_days: Days
    review_every_days: Days
    reallocate_within_days: Days


@published("referrals", "referral-policy", "referral-policy-proposed")
@dataclass(frozen=True, kw_only=True)
class ReferralPolicyProposed(PolicyProposed):
    """It loosens what is in force, so somebody else has to approve it."""

    rules: ReferralRules


@published("referrals", "referral-policy", "referral-policy-published")
@dataclass(frozen=True, kw_only=True)
class ReferralPolicyPublished(PolicyPublished):
    """In force from `effective_from`, never for what was decided before.

    `loosened` names the rules that are looser than before, which took `approved_by`; `reason` is
    what they said of it.
    """

    rules: ReferralRules


@published("referrals", "referral-policy", "referral-policy-declined")
@dataclass(frozen=True, kw_only=True)
class ReferralPolicyDeclined(PolicyDeclined):
    """The second person did not approve what was proposed."""
