"""Who decides a referral, by the routes of a team's rules (HB 5.10 and 5.11)."""

from shared.contracts.referrals import Outcome, Priority, ReferralRules, Route


def route_of(role: str, *, at_meeting: bool) -> Route:
    """By which route a decision comes, whether or not that is open."""
    if role == "str_worker":
        return "worker"
    return "meeting" if at_meeting else "manager"


def may_decide(rules: ReferralRules, role: str, *, at_meeting: bool) -> bool:
    """Whether someone who is not an STR worker may bring a decision.

    A manager decides, or brings what a meeting decided. Practitioners and care co-ordinators bring
    what a meeting decided: where a manager could decide instead, they have to name it.
    """
    return role == "team_manager" or at_meeting or "manager" not in rules.routes


def may_accept(
    rules: ReferralRules,
    level: str | None,
    outcome: Outcome,
    priorities: frozenset[Priority],
) -> bool:
    """Whether an STR worker of this level may accept someone of these priorities for themselves."""
    return (
        "worker" in rules.routes
        and outcome == "accepted"
        and level in rules.self_acceptance_levels
        and priorities <= frozenset(rules.self_acceptance_priorities)
    )


def may_assess(role: str, level: str | None) -> bool:
    """An assessment is by more experienced staff: of the STR workers, the senior ones."""
    return role != "str_worker" or level == "senior"
