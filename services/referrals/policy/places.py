"""How many places a worker has, how many a person takes, and who may give them (HB 5.10)."""

from services.referrals.policy.routes import may_accept
from shared.contracts.referrals import Complexity, Priority, ReferralRules
from shared.contracts.supervision import Level


def full_time_limit(rules: ReferralRules, level: Level | None) -> int:
    """A level without a limit of its own has everybody's."""
    of_level = {each.level: each.limit for each in rules.caseload_limit_by_level}
    return of_level.get(level, rules.caseload_limit) if level else rules.caseload_limit


def limit_of(rules: ReferralRules, level: Level | None, whole_time_equivalent: float | None) -> int:
    """The places of a worker of this level: their share with `pro_rata`, one at least."""
    full_time = full_time_limit(rules, level)
    if not rules.pro_rata or whole_time_equivalent is None:
        return full_time
    # A share is a decimal fraction: 0.7 of 10 places are 7, though the product of the floats isn't.
    return max(1, int(round(full_time * whole_time_equivalent, 6)))


def weight_of(rules: ReferralRules, complexity: Complexity | None) -> int:
    """How many places somebody takes: one, unless policy weighs their complexity."""
    weights = {each.complexity: each.weight for each in rules.weights}
    return weights.get(complexity, 1) if complexity else 1


def may_allocate(
    rules: ReferralRules,
    role: str,
    staff_id: str,
    worker_id: str,
    *,
    level: Level | None,
    priority: Priority,
    accepted_by: str | None,
) -> bool:
    """Whether somebody who allocates may allocate this person to this worker.

    A manager may. An STR worker takes on only whom they themselves accepted by the route `worker`
    (`accepted_by`), while the rules still have that for their level and the person's priority.
    """
    if role != "str_worker":
        return True
    theirs = staff_id == worker_id == accepted_by
    return theirs and may_accept(rules, level, "accepted", frozenset({priority}))


def may_override(role: str) -> bool:
    """Whether a role may go past a limit at all: a manager's decision, with the reason."""
    return role == "team_manager"
