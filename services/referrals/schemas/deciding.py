"""Requests of deciding a referral, and what its representation says of that."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from shared.contracts.referrals import (
    Complexity,
    DeclineReason,
    Meeting,
    Priority,
    Route,
    WithdrawalReason,
)
from shared.contracts.referrals import Outcome as DecisionOutcome
from shared.contracts.vocabulary import Line, Narrative, Need, Paragraph
from shared.kernel.actor import Actor
from shared.platform.http import Day, Name, RequestModel, ResponseModel

NEEDS: dict[str, tuple[str, ...]] = {
    "declined": ("reason_code",),
    "redirected": ("reason_code", "redirected_to"),
}
"""What an outcome can't do without, besides the rationale."""
ONLY_WITH: dict[str, tuple[str, ...]] = {
    "priority": ("accepted", "waiting_list"),
    "complexity": ("accepted", "waiting_list"),
    "review_due": ("waiting_list",),
    "redirected_to": ("redirected",),
}
Reference = Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9][\w.@:/-]*$")]
"""What a meeting's minutes are found under: no sentence, since it isn't sealed."""


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class MeetingRequest(Meeting):
    reference: Reference
    present: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)]


class DecisionRequest(RequestModel):
    """A decline needs its `reason_code`, a redirection also where to turn instead."""

    outcome: DecisionOutcome
    rationale: Paragraph
    reason_code: DeclineReason | None = None
    priority: Priority | None = None
    complexity: Complexity | None = None
    review_due: Day | None = None
    redirected_to: Line | None = None
    meeting: MeetingRequest | None = None

    @model_validator(mode="after")
    def _says_what_the_outcome_needs(self) -> Self:
        for name in NEEDS.get(self.outcome, ()):
            if getattr(self, name) is None:
                raise ValueError(f"{self.outcome} needs {name}")
        for name, outcomes in ONLY_WITH.items():
            if getattr(self, name) is not None and self.outcome not in outcomes:
                raise ValueError(f"{name} says nothing with {self.outcome}")
        return self


class AssessmentRequest(RequestModel):
    """With `findings`, what was found; without, that somebody is to look."""

    assessor_id: Name | None = None
    due_on: Day | None = None
    reason: Paragraph | None = None
    findings: Narrative | None = None
    recommends: DecisionOutcome | None = None
    complexity: Complexity | None = None

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Self:
        asking = (self.assessor_id, self.due_on, self.reason)
        found = (self.recommends, self.complexity)
        for each in found if self.findings is None else asking:
            if each is not None:
                raise ValueError("either an assessment is asked for, or it says what was found")
        return self


class InformationRequest(RequestModel):
    information: Narrative


class WithdrawalRequest(RequestModel):
    reason_code: WithdrawalReason
    reason: Paragraph


class ReviewRequest(RequestModel):
    findings: Paragraph
    priority: Priority | None = None
    review_due: Day | None = None


class Decision(ResponseModel):
    """`more_information` asks the rationale; `redirected_to` is where to turn instead."""

    outcome: DecisionOutcome
    rationale: str | None
    reason_code: DeclineReason | None
    route: Route
    policy_version: int
    priority: Priority | None
    complexity: Complexity | None
    review_due: date | None
    meeting: Meeting | None
    redirected_to: str | None
    team_id: str
    by: Actor
    at: datetime


class Assessment(ResponseModel):
    """Asked for, or not; completed, or lapsed since the referral was decided without it."""

    requested_by: Actor | None
    requested_at: datetime | None
    assessor_id: str | None
    due_on: date | None
    reason: str | None
    completed_by: Actor | None
    completed_at: datetime | None
    findings: str | None
    recommends: DecisionOutcome | None
    complexity: Complexity | None
    lapsed_at: datetime | None


class ReferrersAnswer(ResponseModel):
    information: str | None
    by: Actor
    at: datetime


class Review(ResponseModel):
    findings: str | None
    priority: Priority
    review_due: date
    by: Actor
    at: datetime


class Withdrawal(ResponseModel):
    reason_code: WithdrawalReason
    reason: str | None
    by: Actor
    at: datetime


class ClockStop(ResponseModel):
    since: Annotated[datetime, Field(alias="from")]
    until: datetime | None


class ClockView(ResponseModel):
    """While it is running, what was waited is the time since `waiting_since`; once it stands still
    or has ended, `waited_seconds`. What is due is null while that moves with the stop."""

    started_at: datetime
    stops: list[ClockStop]
    running: bool
    ended_at: datetime | None
    waiting_since: datetime | None
    waited_seconds: float | None
    decide_by: datetime | None
    decided_at: datetime | None
    allocate_by: datetime | None


class WaitingView(ResponseModel):
    """`position` counts everybody who waits for the team; `days` are whole days of waiting."""

    position: int
    referral_id: UUID
    service_user_id: UUID
    priority: Priority
    waiting_since: datetime
    days: int
    review_due: date | None
    review_overdue: bool
    needs: tuple[Need, ...]
