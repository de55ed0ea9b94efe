"""Requests and responses of service users."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from nhs_number import is_valid  # type: ignore[attr-defined]
from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from shared.contracts.referrals import (
    Communication,
    EthnicCategory,
    LocalId,
    NhsNumberStatus,
    PersonName,
    YoungPerson,
)
from shared.contracts.vocabulary import Paragraph
from shared.kernel.days import local_day
from shared.platform.http import NOT_GIVEN, ContentState, Day, Name, RequestModel, ResponseModel

STRICT = ConfigDict(extra="forbid")


def _valid(number: str) -> str:
    digits = number.isascii() and number.isdecimal() and len(set(number)) > 1
    if not digits or not is_valid(number):
        raise ValueError("this is not an NHS number: ten digits, the last a check digit")
    return number


def _could_be_born(on: date) -> date:
    if not date(1900, 1, 1) <= on <= local_day(datetime.now(UTC)):
        raise ValueError("nobody in our care was born on this day")
    return on


Staff = Annotated[tuple[Name, ...], Field(max_length=200)]
NhsNumber = Annotated[str, Field(min_length=10, max_length=10), AfterValidator(_valid)]
Born = Annotated[Day, AfterValidator(_could_be_born)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PersonNameRequest(PersonName):
    pass


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LocalIdRequest(LocalId):
    pass


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CommunicationRequest(Communication):
    interpreter_needed: Annotated[bool, Field(strict=True)] = False


@dataclass(frozen=True, kw_only=True, config=STRICT)
class YoungPersonRequest(YoungPerson):
    assessed_on: Day | None = None


LocalIds = Annotated[tuple[LocalIdRequest, ...], Field(max_length=20)]


class _Particulars(RequestModel):
    """What a registration and a patch may both say.

    A status of `verified` or `not_traced` is of a number; `trace_required`, `not_required` and
    `postponed` are of someone without one. Without a status, a new number is `not_traced`, and
    none is `trace_required`.
    """

    nhs_number: NhsNumber | None = None
    ethnicity: EthnicCategory | None = None
    communication: CommunicationRequest | None = None
    young_person: YoungPersonRequest | None = None
    care_coordinator_id: Name | None = None

    def _said(self, names: Iterable[str]) -> dict[str, Any]:
        return {name: _plain(getattr(self, name)) for name in names}


class ServiceUserRequest(_Particulars):
    nhs_number_status: NhsNumberStatus | None = None
    local_ids: LocalIds = ()
    name: PersonNameRequest
    date_of_birth: Born
    team_id: Name

    def particulars(self) -> dict[str, Any]:
        return self._said(type(self).model_fields)


class ServiceUserPatch(_Particulars):
    """What is to change; what isn't given stays as it is, and null clears what may be empty.

    `reason` says why. It is asked for when a recorded `died_on` changes, also to null.
    """

    nhs_number_status: NhsNumberStatus = NOT_GIVEN
    local_ids: LocalIds | None = None
    name: PersonNameRequest = NOT_GIVEN
    date_of_birth: Born = NOT_GIVEN
    team_id: Name = NOT_GIVEN
    died_on: Day | None = None
    moved_away_on: Day | None = None
    reason: Paragraph | None = None

    @model_validator(mode="after")
    def _a_reason_of_something(self) -> Self:
        if self.reason is not None and not self.given():
            raise ValueError("a reason is given for something that changes")
        return self

    def given(self) -> dict[str, Any]:
        said = self._said(self.model_fields_set - {"reason"})
        if "local_ids" in said:
            said["local_ids"] = said["local_ids"] or ()
        return said


_PLAIN: dict[type, type[Any]] = {
    PersonNameRequest: PersonName,
    LocalIdRequest: LocalId,
    CommunicationRequest: Communication,
    YoungPersonRequest: YoungPerson,
}


def _plain(said: Any) -> Any:
    """As events have it, so that it can be compared with what they said."""
    if isinstance(said, tuple):
        return tuple(map(_plain, said))
    if (kind := _PLAIN.get(type(said))) is not None:
        return kind(**{field.name: getattr(said, field.name) for field in fields(kind)})
    return said


class ServiceUserView(ResponseModel):
    """A service user. What is personal is null once it was destroyed.

    `merged` are the other registrations of this person: each of their addresses shows this one.
    """

    id: UUID
    version: int
    nhs_number: str | None
    nhs_number_status: NhsNumberStatus
    local_ids: tuple[LocalId, ...] | None
    name: PersonName | None
    date_of_birth: date | None
    ethnicity: EthnicCategory | None
    communication: Communication | None
    young_person: YoungPerson | None
    team_id: str
    care_coordinator_id: str | None
    died_on: date | None
    moved_away_on: date | None
    registered_at: datetime
    restricted: bool
    merged: tuple[UUID, ...]
    content_state: ContentState


class RestrictionRequest(RequestModel):
    """The whole of it: who isn't in a list any more is taken off it."""

    restricted: Annotated[bool, Field(strict=True)]
    named_staff: Staff = ()
    excluded_staff: Staff = ()
    reason: Paragraph

    @model_validator(mode="after")
    def _nobody_is_both(self) -> Self:
        if set(self.named_staff) & set(self.excluded_staff):
            raise ValueError("nobody is both named and excluded")
        return self


class RestrictionView(ResponseModel):
    restricted: bool
    named_staff: tuple[str, ...]
    excluded_staff: tuple[str, ...]


class SearchRequest(RequestModel):
    nhs_number: NhsNumber


class ServiceUserFound(ResponseModel):
    id: UUID
    team_id: str


class Found(ResponseModel):
    items: list[ServiceUserFound]
