"""A team's supervision policy: rules that are data, and how they come into force."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le, MaxLen, MinLen

from shared.contracts.contract import published
from shared.contracts.policies import PolicyDeclined, PolicyProposed, PolicyPublished
from shared.contracts.supervision.agreements import Weeks
from shared.contracts.vocabulary import Slug

Percent = Annotated[int, Ge(1), Le(100)]
Days = Annotated[int, Ge(1), Le(365)]


@dataclass(frozen=True, kw_only=True)
class KindRule:
    """A kind of supervision, and how far apart its sessions may be: None, as needed."""

    kind: Slug
    longest_interval_weeks: Weeks | None = None


@dataclass(frozen=True, kw_only=True)
class PathwayStep:
    """A course that every STR worker completes within so many weeks of starting.

    Until those `before_unsupervised` are, somebody is to be supervised in writing notes (HB 5.12).
    Whether a note is countersigned is for notes' own policy: there a sign-off of `record_keeping`
    lifts the need for the course."""

    course: Slug
    within_weeks: Annotated[int, Ge(1), Le(520)]
    before_unsupervised: bool = False


@dataclass(frozen=True, kw_only=True)
class SupervisionRules:
    """What a team's policy says of supervision and learning (domain, sections 2 and 5). No number
    is national.

    With `issues_name_raiser` who answers an issue sees who raised it; nobody else does.
    `check_registrations_days`: how long a look at a body's register is good for. Days are calendar
    days.
    """

    kinds: Annotated[tuple[KindRule, ...], MinLen(1), MaxLen(20)]
    target_percent: Percent
    sign_within_days: Days
    pathway: Annotated[tuple[PathwayStep, ...], MaxLen(30)]
    check_registrations_days: Days
    answer_issues_within_days: Days
    issues_name_raiser: bool


@published("supervision", "supervision-policy", "supervision-policy-proposed")
@dataclass(frozen=True, kw_only=True)
class SupervisionPolicyProposed(PolicyProposed):
    """It loosens what is in force, so somebody else has to approve it."""

    rules: SupervisionRules


@published("supervision", "supervision-policy", "supervision-policy-published")
@dataclass(frozen=True, kw_only=True)
class SupervisionPolicyPublished(PolicyPublished):
    """In force from `effective_from`, never for what was decided before.

    `loosened` names the rules that are looser than before, which took `approved_by`; `reason` is
    what they said of it.
    """

    rules: SupervisionRules


@published("supervision", "supervision-policy", "supervision-policy-declined")
@dataclass(frozen=True, kw_only=True)
class SupervisionPolicyDeclined(PolicyDeclined):
    """The second person did not approve what was proposed."""
