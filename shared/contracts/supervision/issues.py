"""Organisational issues, and their formal route (HB 5.23). Nothing in one identifies anybody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import Ge

from shared.contracts.contract import PERSONAL, published
from shared.contracts.vocabulary import Paragraph, Slug

IssueRoute = Literal["team", "care_coordination"]
IssueTopic = Literal[
    "time_management", "workload", "referral_process", "care_coordination", "communication",
    "training", "supervision", "lone_working", "equipment", "premises", "other",
]  # fmt: skip
IssueOutcome = Literal["resolved", "not_resolved", "withdrawn"]


@published("supervision", "issue", "issue-raised")
@dataclass(frozen=True, kw_only=True)
class IssueRaised:
    """Its words are sealed under a key of its own: they are about nobody, or were to be.

    So is `raised_by`, and the actor names nobody, here and in whatever the raiser does as such:
    whose route it is on sees who raised it if it `names_raiser`, as policy had it then.
    """

    team_id: str
    route: IssueRoute
    topic: IssueTopic
    answer_by: datetime
    names_raiser: bool
    policy_version: Annotated[int, Ge(1)]
    description: Annotated[Paragraph, PERSONAL]
    raised_by: Annotated[Slug, PERSONAL]


@published("supervision", "issue", "issue-routed")
@dataclass(frozen=True, kw_only=True)
class IssueRouted:
    """Handed on to the other route, which has its own time to answer."""

    route: IssueRoute
    answer_by: datetime
    policy_version: Annotated[int, Ge(1)]
    reason: Annotated[Paragraph, PERSONAL]


@published("supervision", "issue", "issue-answered")
@dataclass(frozen=True, kw_only=True)
class IssueAnswered:
    answer: Annotated[Paragraph, PERSONAL]


@published("supervision", "issue", "issue-closed")
@dataclass(frozen=True, kw_only=True)
class IssueClosed:
    """Its actor names nobody if whoever raised it closed it."""

    outcome: IssueOutcome
    reason: Annotated[Paragraph, PERSONAL]


@published("supervision", "issue-overdue", "issue-overdue")
@dataclass(frozen=True, kw_only=True)
class IssueOverdue:
    """By the clock, once for each `answer_by`: nobody had answered by then."""

    issue_id: UUID
    team_id: str
    route: IssueRoute
    answer_by: datetime
