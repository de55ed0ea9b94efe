"""Requests and responses of record-keeping policies."""

from dataclasses import fields
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, Strict, model_validator
from pydantic.dataclasses import dataclass

from services.notes.policy import DEFAULT, Draft, contradictions
from shared.contracts.notes import Basis, DelegatedTask, Recipient, RecordKeepingRules, Trigger
from shared.contracts.supervision import RegistrationBody
from shared.contracts.vocabulary import Line, Paragraph
from shared.platform.http import Moment, Name, RequestModel, ResponseModel

SHIPPED = DEFAULT.rules
NAMES = tuple(field.name for field in fields(RecordKeepingRules))
Hours = Annotated[int, Field(ge=1, le=24 * 14), Strict()]


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class DelegatedTaskRequest(DelegatedTask):
    def contract(self) -> DelegatedTask:
        return DelegatedTask(**vars(self))


class PolicyRequest(RequestModel):
    """A team's whole rules. Those that aren't given are the shipped ones."""

    late_after_hours: Hours = SHIPPED.late_after_hours
    countersign_when: Annotated[tuple[Trigger, ...], Field(max_length=6)] = SHIPPED.countersign_when
    countersign_bases: Annotated[tuple[Basis, ...], Field(min_length=1, max_length=3)] = (
        SHIPPED.countersign_bases
    )
    countersign_bodies: Annotated[
        tuple[RegistrationBody, ...], Field(min_length=1, max_length=4)
    ] = SHIPPED.countersign_bodies
    countersign_working_days: Annotated[int, Field(ge=1, le=60), Strict()] = (
        SHIPPED.countersign_working_days
    )
    countersign_after_concern_hours: Hours = SHIPPED.countersign_after_concern_hours
    acknowledge_hours: Hours = SHIPPED.acknowledge_hours
    acknowledge_urgent_hours: Hours = SHIPPED.acknowledge_urgent_hours
    escalate_to: Annotated[tuple[Recipient, ...], Field(min_length=1, max_length=10)] = (
        SHIPPED.escalate_to
    )
    escalate_named: Annotated[tuple[Name, ...], Field(max_length=20)] = SHIPPED.escalate_named
    escalate_every_minutes: Annotated[int, Field(ge=5, le=24 * 60), Strict()] = (
        SHIPPED.escalate_every_minutes
    )
    delegated_tasks: Annotated[tuple[DelegatedTaskRequest, ...], Field(max_length=100)] = tuple(
        DelegatedTaskRequest(**vars(each)) for each in SHIPPED.delegated_tasks
    )
    effective_from: Moment | None = None
    committee_reference: Line | None = None
    review_on: date | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if found := contradictions(self._rules()):
            raise ValueError("; ".join(found))
        return self

    def _rules(self) -> RecordKeepingRules:
        tasks = tuple(each.contract() for each in self.delegated_tasks)
        given = {name: getattr(self, name) for name in NAMES}
        return RecordKeepingRules(**{**given, "delegated_tasks": tasks})

    def draft(self) -> Draft:
        return Draft(
            rules=self._rules(),
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


class PolicyVersionView(ResponseModel):
    """A published version. It holds from `effective_from` until just before `effective_until`;
    one that was replaced before it began holds at no time, and both are the same."""

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
    rules: RecordKeepingRules


class PolicyVersions(ResponseModel):
    items: list[PolicyVersionView]


class ProposalView(ResponseModel):
    rules: RecordKeepingRules
    effective_from: datetime
    loosened: tuple[str, ...]
    committee_reference: str
    review_on: date
    proposed_by: str
    proposed_at: datetime


class PolicyView(ResponseModel):
    """What is in force, by whom, and what is looser in it than before. Null fields where it is
    what is shipped. `upcoming` follows it, `proposal` awaits a second person, and `floor` is the
    loosest that the trust allows."""

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
    rules: RecordKeepingRules
    upcoming: list[PolicyVersionView]
    proposal: ProposalView | None
    floor: RecordKeepingRules
