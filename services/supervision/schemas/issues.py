"""Requests and responses of organisational issues."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.supervision.domain import IssueStatus
from shared.contracts.supervision import IssueOutcome, IssueRoute, IssueTopic
from shared.contracts.vocabulary import Paragraph
from shared.platform.http import ActorView, ContentState, Name, RequestModel, ResponseModel

Words = Annotated[
    Paragraph,
    Field(
        description="About the work, and about nobody: no service user, no colleague, no name, "
        "number or address by which one could be told. The whole team reads it."
    ),
]


class IssueRequest(RequestModel):
    """Without `team_id`, to the caller's only team."""

    team_id: Name | None = None
    route: IssueRoute = "team"
    topic: IssueTopic = "other"
    description: Words


class IssueAnswerRequest(RequestModel):
    answer: Words


class IssueRoutingRequest(RequestModel):
    route: IssueRoute
    reason: Words


class IssueClosureRequest(RequestModel):
    outcome: IssueOutcome = "resolved"
    reason: Words


class IssueRouting(ResponseModel):
    route: IssueRoute
    reason: str | None
    by: ActorView
    at: datetime


class IssueAnswer(ResponseModel):
    answer: str | None
    route: IssueRoute
    by: ActorView
    at: datetime


class IssueClosure(ResponseModel):
    """`by` is null of whoever raised it (`by_raiser`): `raised_by` says it to who may know."""

    outcome: IssueOutcome
    reason: str | None
    by_raiser: bool
    by: ActorView | None
    on: date


class IssueView(ResponseModel):
    """What gets in the way of the work, and what was said to it.

    `raised_by` is a `staff_id`, null but for whoever raised it (`yours`) and, if it `names_raiser`,
    for those who answer for its route; the ledger has it sealed, and opens it for nobody.
    `answer_by` is when the last answer asked for was due.
    """

    id: UUID
    version: int
    team_id: str
    route: IssueRoute
    topic: IssueTopic
    status: IssueStatus
    description: str | None
    raised_on: date
    raised_by: str | None
    names_raiser: bool
    yours: bool
    answer_by: datetime
    overdue: bool
    policy_version: int
    routings: list[IssueRouting]
    answers: list[IssueAnswer]
    closed: IssueClosure | None
    content_state: ContentState
