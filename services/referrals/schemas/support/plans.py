"""Requests and responses of plans."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from services.referrals.schemas.support.goals import GoalView, PlanGoalRequest
from services.referrals.schemas.support.kept import Flag, KeptRequest, KeptView
from shared.contracts.notes import Boundary
from shared.contracts.referrals import AuthorisedTask, PlanKind, PlanReview, Reference
from shared.contracts.vocabulary import Line, Paragraph, slug
from shared.platform.http import NOT_GIVEN, ActorView, Day, RequestModel, ResponseModel


def _slug(name: Any) -> Any:
    return slug(name) if isinstance(name, str) else name


TaskName = Annotated[
    str, BeforeValidator(_slug), Field(max_length=80, pattern=r"^[a-z][a-z0-9_-]*$")
]
"""A task as policies and sign-offs name it: `Blood pressure` is `blood_pressure`."""
Agreed = Annotated[tuple[Line, ...], Field(max_length=20)]


class TaskRequest(RequestModel):
    boundary: Boundary
    task: TaskName


Tasks = Annotated[tuple[TaskRequest, ...], Field(max_length=50)]


def _authorised(tasks: tuple[TaskRequest, ...]) -> tuple[AuthorisedTask, ...]:
    """As the contract has them, each once."""
    each = dict.fromkeys((task.boundary, task.task) for task in tasks)
    return tuple(AuthorisedTask(boundary=boundary, task=task) for boundary, task in each)


_NAMED_APART = frozenset({"kind", "tasks", "goals"})


class PlanRequest(KeptRequest):
    """A plan that support goes by (HB 5.17), and the delegated tasks that it authorises."""

    kind: PlanKind
    reference: Reference | None = None
    tasks: Tasks = ()
    valid_from: Day
    valid_to: Day | None = None
    review_due: Day | None = None
    carer_involved: Flag | None = None
    agreed_with: Agreed = ()
    own_words: Paragraph | None = None
    goals: Annotated[tuple[PlanGoalRequest, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("a plan ends on the day it begins, or later")
        return self

    def particulars(self) -> dict[str, Any]:
        """What the plan says, without its goals."""
        said = {name: value for name, value in self.said().items() if name not in _NAMED_APART}
        return {**said, "plan_kind": self.kind, "tasks": _authorised(self.tasks)}


_WHEN_ENDED = frozenset({"outcome", "findings", "valid_to"})
_WHEN_CONTINUED = frozenset({"outcome", "findings", "review_due"})


class PlanReviewRequest(RequestModel):
    """`changed` takes the fields that change, `ended` the last day, `continued` neither; the day
    of the next review goes with either way of going on."""

    outcome: PlanReview
    reference: Reference | None = None
    tasks: Tasks = NOT_GIVEN
    valid_from: Day = NOT_GIVEN
    valid_to: Day | None = None
    review_due: Day | None = None
    carer_involved: Flag | None = None
    agreed_with: Agreed = NOT_GIVEN
    own_words: Paragraph | None = None
    findings: Paragraph | None = None

    @model_validator(mode="after")
    def _says_what_its_outcome_says(self) -> Self:
        given = self.model_fields_set
        if self.outcome == "ended" and given - _WHEN_ENDED:
            raise ValueError("a plan that ends says only its last day")
        if self.outcome == "continued" and given - _WHEN_CONTINUED:
            raise ValueError("a plan that changes isn't continued as it was")
        if self.outcome == "changed" and not given - _WHEN_CONTINUED:
            raise ValueError("name what changes")
        return self

    def changes(self) -> dict[str, Any]:
        """The fields of the plan that it replaces."""
        given = self.model_fields_set - {"outcome", "findings"}
        changes = {name: getattr(self, name) for name in given}
        if "tasks" in changes:
            changes["tasks"] = _authorised(self.tasks)
        return changes


class AuthorisedTaskView(ResponseModel):
    boundary: Boundary
    task: str


class PlanTerms(ResponseModel):
    """What a plan says. It is valid from a day through another, unless it is ended before."""

    reference: str | None
    tasks: tuple[AuthorisedTaskView, ...]
    valid_from: date
    valid_to: date | None
    review_due: date | None
    carer_involved: bool | None
    agreed_with: tuple[str, ...] | None
    own_words: str | None


class PlanReviewView(ResponseModel):
    """A review, and what the plan said `before` it."""

    outcome: PlanReview
    findings: str | None
    by: ActorView
    at: datetime
    before: PlanTerms


class PlanLine(PlanTerms, KeptView):
    """A plan as it now stands, with its reviews, newest last."""

    kind: PlanKind
    ended: bool
    reviews: list[PlanReviewView]


class PlanView(PlanLine):
    """A plan, with its goals in the order they were set."""

    goals: list[GoalView]
