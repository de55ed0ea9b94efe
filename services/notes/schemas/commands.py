"""Requests on a note that is there already."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.contracts.notes import AddendumKind, Basis, Duty, RetractionKind
from shared.contracts.vocabulary import Narrative, Paragraph
from shared.platform.http import Name, RequestModel


class CountersignatureRequest(RequestModel):
    """`digest` is that of the version being signed, as the note shows it."""

    basis: Basis
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    comment: Paragraph | None = None


class ReturnRequest(RequestModel):
    question: Paragraph


class AnswerRequest(RequestModel):
    answer: Paragraph


class ReassignmentRequest(RequestModel):
    duty: Duty
    staff_id: Name
    reason: Paragraph


class AddendumRequest(RequestModel):
    """`service_user_statement`: in the person's own words, beside what they dispute."""

    text: Narrative
    kind: AddendumKind = "addendum"


class LateReasonRequest(RequestModel):
    reason: Paragraph


class RetractionRequest(RequestModel):
    """`belongs_to`: the service user whom a note under the wrong person is about."""

    kind: RetractionKind
    reason: Paragraph
    belongs_to: UUID | None = None

    @model_validator(mode="after")
    def _refiled_only_if_misfiled(self) -> Self:
        if self.belongs_to and self.kind != "wrong_person":
            raise ValueError("belongs_to is only for a note under the wrong person")
        return self


class ConfirmationRequest(RequestModel):
    comment: Paragraph | None = None


CONFIRMED = ConfirmationRequest()
"""What a request without a body says."""
