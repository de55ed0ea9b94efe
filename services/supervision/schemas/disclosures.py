"""Requests and responses of disclosures."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Strict, model_validator

from shared.contracts.access import ReviewOutcome
from shared.contracts.supervision import DisclosureBasis
from shared.contracts.vocabulary import Paragraph
from shared.kernel.actor import Actor
from shared.platform.http import ContentState, Moment, Name, RequestModel, ResponseModel


class DisclosureRequest(RequestModel):
    """To one member of staff, whoever the register has or hasn't. `other_told`: whether those of
    the two who didn't disclose it are to know; if that is unsafe, `not_told_reason` says why."""

    basis: DisclosureBasis
    reason: Paragraph
    to: Name
    until: Moment | None = None
    other_told: Annotated[bool, Strict()] = True
    not_told_reason: Paragraph | None = None

    @model_validator(mode="after")
    def _says_why_not_told(self) -> Self:
        if self.other_told == (self.not_told_reason is not None):
            raise ValueError("not_told_reason says why the other is not told, and only then")
        return self

    def facts(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in type(self).model_fields}
        said["told"] = said.pop("other_told")
        return said


class DisclosureReviewRequest(RequestModel):
    """What is not justified ends at once, and those whom it concerns are told of it."""

    outcome: ReviewOutcome
    reason: Paragraph


class ToldView(ResponseModel):
    by: Actor
    at: datetime


class DisclosureReview(ResponseModel):
    outcome: ReviewOutcome
    reason: str | None
    by: Actor
    at: datetime


class DisclosureView(ResponseModel):
    """`active`: the record is open to `to` now. `told_later`: it became safe to tell of it,
    or a review found it not justified. `for_review`: neither of the two disclosed it, so an IG lead
    reviews it."""

    id: UUID
    version: int
    session_id: UUID
    worker_id: str
    supervisor_id: str
    team_id: str
    basis: DisclosureBasis
    to: str
    until: datetime | None
    active: bool
    disclosed_by: Actor
    disclosed_at: datetime
    told: bool
    told_later: ToldView | None
    for_review: bool
    reason: str | None
    not_told_reason: str | None
    review: DisclosureReview | None
    content_state: ContentState
