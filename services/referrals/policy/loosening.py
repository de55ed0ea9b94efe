"""Which rules of one referral policy are looser than those of another (domain, section 4).

One function says both what takes a second approver, compared with what was in force, and what no
team may set, compared with the trust's floor. Looser is what lets more people decide or decide
alone, puts more on a worker, or lets people wait longer.
"""

from collections.abc import Iterator
from typing import get_args

from services.referrals.policy.places import full_time_limit, weight_of
from shared.contracts.referrals import Complexity, ReferralRules

MORE_IS_LOOSER = (
    "caseload_limit", "decide_within_days", "allocate_within_days", "review_every_days",
    "reallocate_within_days",
)  # fmt: skip
DROPPED_IS_LOOSER = ("assessment_required", "pro_rata")
SELF_ACCEPTANCE = ("self_acceptance_levels", "self_acceptance_priorities")


def loosened(before: ReferralRules, after: ReferralRules) -> tuple[str, ...]:
    """The names of the rules that are looser, in the order of the rules.

    What belongs to a route counts while the new rules have it: nobody decides by another. A route
    that is added is named itself, and brings what it says with it: whoever approves sees all of it.
    """
    looser = set(_looser(before, after))
    return tuple(name for name in vars(after) if name in looser)


def _looser(before: ReferralRules, after: ReferralRules) -> Iterator[str]:
    for name in MORE_IS_LOOSER:
        if getattr(after, name) > getattr(before, name):
            yield name
    for name in DROPPED_IS_LOOSER:
        if getattr(before, name) and not getattr(after, name):
            yield name
    if not set(after.routes) <= set(before.routes):
        yield "routes"
    if "meeting" in after.routes and after.meeting_quorum < before.meeting_quorum:
        yield "meeting_quorum"
    if "worker" in after.routes:
        for name in SELF_ACCEPTANCE:
            if not set(getattr(after, name)) <= set(getattr(before, name)):
                yield name
    limits = (*before.caseload_limit_by_level, *after.caseload_limit_by_level)
    if any(
        full_time_limit(after, each.level) > full_time_limit(before, each.level) for each in limits
    ):
        yield "caseload_limit_by_level"
    if any(weight_of(after, each) < weight_of(before, each) for each in get_args(Complexity)):
        yield "weights"
