"""Requests and responses of help from elsewhere: agencies, onward referrals, unmet needs."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, field_validator, model_validator
from pydantic.dataclasses import dataclass

from shared.contracts.referrals import (
    AgencyDetails,
    AgencyKind,
    AgencyStatus,
    ConsentBasis,
    OnwardOutcome,
    UnmetReason,
)
from shared.contracts.vocabulary import Line, Need, Paragraph
from shared.kernel.actor import Actor
from shared.platform.http import ContentState, Day, Name, RequestModel, ResponseModel

STRICT = ConfigDict(extra="forbid")
WITHOUT_CONSENT = (
    "consent was not given: name another basis (best_interests, safeguarding or legal_duty) "
    "and the reason"
)


class AgencyRequest(RequestModel):
    """The whole entry. The first of `kinds` is what it mostly is."""

    name: Line
    kinds: Annotated[tuple[AgencyKind, ...], Field(min_length=1, max_length=10)]
    telephone: Line | None = None
    email: Line | None = None
    website: Line | None = None
    how_to_refer: Paragraph | None = None
    ods_code: Annotated[str, Field(pattern=r"^[A-Z0-9]{3,10}$")] | None = None
    status: AgencyStatus = "open"

    @field_validator("kinds")
    @classmethod
    def _each_once(cls, kinds: tuple[AgencyKind, ...]) -> tuple[AgencyKind, ...]:
        return tuple(dict.fromkeys(kinds))

    def details(self) -> AgencyDetails:
        return AgencyDetails(**{name: getattr(self, name) for name in type(self).model_fields})


class AgencyView(ResponseModel):
    id: str
    version: int
    name: str
    kinds: tuple[AgencyKind, ...]
    telephone: str | None
    email: str | None
    website: str | None
    how_to_refer: str | None
    ods_code: str | None
    status: AgencyStatus
    updated_at: datetime


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OtherAgency:
    """One that isn't in the directory."""

    name: Line
    kind: AgencyKind


class Consent(RequestModel):
    """What the referral rests on. Anything but consent needs a `reason`."""

    basis: ConsentBasis
    given_on: Day | None = None
    reason: Paragraph | None = None

    @model_validator(mode="after")
    def _a_day_with_consent_a_reason_without(self) -> Self:
        if self.basis == "consent" and self.reason is not None:
            raise ValueError("a reason is for going without consent")
        if self.basis != "consent" and self.reason is None:
            raise ValueError("without consent the reason is needed")
        if self.basis != "consent" and self.given_on is not None:
            raise ValueError("given_on is the day of consent")
        return self


class OnwardReferralRequest(RequestModel):
    """To an agency of the directory (`agency_id`; `agency_kind` where it is of several), or to
    another (`agency`). `"consent": true` says that it was given today."""

    service_user_id: UUID
    agency_id: Name | None = None
    agency_kind: AgencyKind | None = None
    agency: OtherAgency | None = None
    need: Need | None = None
    reason: Paragraph
    consent: bool | Consent

    @field_validator("consent", mode="before")
    @classmethod
    def _given_or_explained(cls, consent: Any) -> Any:
        if consent is False:
            raise ValueError(WITHOUT_CONSENT)
        if not isinstance(consent, bool | dict):
            raise ValueError("consent is true, or an object with its basis")
        return consent

    @model_validator(mode="after")
    def _one_agency(self) -> Self:
        if (self.agency_id is None) == (self.agency is None):
            raise ValueError("name either agency_id or agency")
        if self.agency_kind is not None and self.agency_id is None:
            raise ValueError("agency_kind goes with agency_id")
        return self

    def particulars(self, today: date) -> dict[str, Any]:
        """What the referral is made of; consent that was simply given was given today."""
        said = None if isinstance(self.consent, bool) else self.consent
        return {
            "service_user_id": self.service_user_id,
            "agency_id": self.agency_id,
            "agency_kind": self.agency.kind if self.agency else self.agency_kind,
            "agency_name": self.agency.name if self.agency else None,
            "need": self.need,
            "reason": self.reason,
            "consent": said.basis if said else "consent",
            "consented_on": said.given_on if said else today,
            "without_consent_reason": said and said.reason,
        }


class AcknowledgementRequest(RequestModel):
    acknowledged_on: Day
    details: Paragraph | None = None


class OutcomeRequest(RequestModel):
    outcome: OnwardOutcome
    known_on: Day
    details: Paragraph | None = None


class AgencyReferredTo(ResponseModel):
    """`version` is the directory's when it was made, and `name` what it was called then."""

    id: str | None
    version: int | None
    kind: AgencyKind
    name: str | None


class ConsentView(ResponseModel):
    basis: ConsentBasis
    given_on: date | None
    reason: str | None


class Acknowledgement(ResponseModel):
    acknowledged_on: date
    details: str | None
    by: Actor
    at: datetime


class OnwardOutcomeView(ResponseModel):
    outcome: OnwardOutcome
    known_on: date
    details: str | None
    by: Actor
    at: datetime


class OnwardReferralView(ResponseModel):
    """`outcome` is the last of `outcomes`. The words are null once they were destroyed."""

    id: UUID
    version: int
    service_user_id: UUID
    team_id: str
    agency: AgencyReferredTo
    need: Need | None
    reason: str | None
    consent: ConsentView
    status: str
    made_at: datetime
    made_by: Actor
    acknowledgement: Acknowledgement | None
    outcome: OnwardOutcomeView | None
    outcomes: list[OnwardOutcomeView]
    content_state: ContentState


class UnmetNeedRequest(RequestModel):
    service_user_id: UUID
    need: Need
    why: UnmetReason
    details: Paragraph | None = None
    onward_referral_id: UUID | None = None


class ResolutionRequest(RequestModel):
    met_on: Day
    details: Paragraph | None = None


class Resolution(ResponseModel):
    met_on: date
    details: str | None
    by: Actor
    at: datetime


class UnmetNeedView(ResponseModel):
    """The words are null once they were destroyed."""

    id: UUID
    version: int
    service_user_id: UUID
    team_id: str
    need: Need
    why: UnmetReason
    details: str | None
    onward_referral_id: UUID | None
    met: bool
    recorded_at: datetime
    recorded_by: Actor
    resolution: Resolution | None
    content_state: ContentState
