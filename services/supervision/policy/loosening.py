"""Which rules of one supervision policy are looser than those of another (domain, section 5).

One function says both what takes a second approver, compared with what was in force, and what no
team may set, compared with the trust's floor. Looser is what gives workers less supervision or
training, or later, what makes them wait for an answer, and what tells more of who raised an issue.
"""

from collections.abc import Iterator
from math import inf

from shared.contracts.supervision import PathwayStep, SupervisionRules

LONGER_IS_LOOSER = ("sign_within_days", "check_registrations_days", "answer_issues_within_days")


def loosened(before: SupervisionRules, after: SupervisionRules) -> tuple[str, ...]:
    """The names of the rules that are looser, in the order of the rules.

    A kind or a course that is added is none the looser, whatever it asks for.
    """
    looser = set(_looser(before, after))
    return tuple(name for name in vars(after) if name in looser)


def _looser(before: SupervisionRules, after: SupervisionRules) -> Iterator[str]:
    for name in LONGER_IS_LOOSER:
        if getattr(after, name) > getattr(before, name):
            yield name
    if after.target_percent < before.target_percent:
        yield "target_percent"
    if after.issues_name_raiser and not before.issues_name_raiser:
        yield "issues_name_raiser"
    longest, now = _longest(before), _longest(after)
    if any(kind not in now or now[kind] > weeks for kind, weeks in longest.items()):
        yield "kinds"
    steps = {each.course: each for each in after.pathway}
    if any(not _as_strict(each, steps.get(each.course)) for each in before.pathway):
        yield "pathway"


def _longest(rules: SupervisionRules) -> dict[str, float]:
    """How far apart the sessions of each kind may be; as needed is any distance."""
    return {each.kind: each.longest_interval_weeks or inf for each in rules.kinds}


def _as_strict(before: PathwayStep, after: PathwayStep | None) -> bool:
    return (
        after is not None
        and after.within_weeks <= before.within_weeks
        and after.before_unsupervised >= before.before_unsupervised
    )
