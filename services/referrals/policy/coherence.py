"""Rules that depend on each other: what no policy may say, whatever else it says."""

from collections.abc import Iterator, Sequence
from typing import Any

from shared.contracts.referrals import ReferralRules


def contradictions(rules: ReferralRules) -> tuple[str, ...]:
    """What doesn't fit together, each in words that name the rule."""
    return tuple(_contradictions(rules))


def _contradictions(rules: ReferralRules) -> Iterator[str]:
    named: dict[str, Sequence[Any]] = {
        "routes": rules.routes,
        "self_acceptance_levels": rules.self_acceptance_levels,
        "self_acceptance_priorities": rules.self_acceptance_priorities,
        "caseload_limit_by_level": [each.level for each in rules.caseload_limit_by_level],
        "weights": [each.complexity for each in rules.weights],
    }
    for name, values in named.items():
        if len(set(values)) < len(values):
            yield f"{name} names something twice"
    if "worker" not in rules.routes:
        return
    if len(set(rules.routes)) == 1:
        yield "routes has another beside `worker`: a worker only accepts, and somebody declines"
    for name in ("self_acceptance_levels", "self_acceptance_priorities"):
        if not named[name]:
            yield f"routes has `worker`, so {name} says which"
