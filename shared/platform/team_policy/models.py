"""Requests and responses of teams' policies, whatever their rules."""

from dataclasses import fields
from datetime import date, datetime
from typing import Any, Generic, Literal, Self

from pydantic import model_validator

from shared.contracts.vocabulary import Line, Paragraph
from shared.kernel.team_policy import Draft, R
from shared.platform.http import Day, Moment, RequestModel, ResponseModel


class DraftRequest(RequestModel, Generic[R]):
    """What comes with a team's rules; a service adds the rules, each as it is shipped by default.

    It says which of its fields are the `rules`, and what `contradicts` what in them.
    """

    effective_from: Moment | None = None
    committee_reference: Line | None = None
    review_on: Day | None = None

    def rules(self) -> R:
        raise NotImplementedError

    def contradictions(self) -> tuple[str, ...]:
        raise NotImplementedError

    def given(self, kind: type[R]) -> dict[str, Any]:
        """The fields that are rules, as they came."""
        return {field.name: getattr(self, field.name) for field in fields(kind)}  # type: ignore[arg-type]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if found := self.contradictions():
            raise ValueError("; ".join(found))
        return self

    def draft(self) -> Draft[R]:
        return Draft(
            rules=self.rules(),
            effective_from=self.effective_from,
            committee_reference=self.committee_reference,
            review_on=self.review_on,
        )


class ApprovalRequest(RequestModel):
    """Declining needs a reason."""

    decision: Literal["approved", "declined"] = "approved"
    reason: Paragraph | None = None

    @model_validator(mode="after")
    def _declines_with_a_reason(self) -> Self:
        if self.decision == "declined" and self.reason is None:
            raise ValueError("whoever declines says why")
        return self


APPROVED = ApprovalRequest()
"""What a request without a body says."""


class PolicyVersionView(ResponseModel, Generic[R]):
    """A published version."""

    policy_version: int
    effective_from: datetime
    effective_until: datetime | None
    published_at: datetime
    published_by: str
    approved_by: str | None
    reason: str | None
    committee_reference: str | None
    review_on: date | None
    loosened: tuple[str, ...]
    rules: R


class PolicyVersions(ResponseModel, Generic[R]):
    items: list[PolicyVersionView[R]]


class ProposalView(ResponseModel, Generic[R]):
    rules: R
    effective_from: datetime
    loosened: tuple[str, ...]
    committee_reference: str
    review_on: date
    proposed_by: str
    proposed_at: datetime


class PolicyView(ResponseModel, Generic[R]):
    """What is in force, by whom, and what is looser in it than before."""

    team_id: str
    version: int
    policy_version: int
    effective_from: datetime | None
    effective_until: datetime | None
    published_at: datetime | None
    published_by: str | None
    approved_by: str | None
    reason: str | None
    committee_reference: str | None
    review_on: date | None
    loosened: tuple[str, ...]
    rules: R
    upcoming: list[PolicyVersionView[R]]
    proposal: ProposalView[R] | None
    floor: R
