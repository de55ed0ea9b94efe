"""Requests and responses of service users."""

from datetime import UTC, date, datetime
from typing import Annotated, Self
from uuid import UUID

from nhs_number import is_valid  # type: ignore[attr-defined]
from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from shared.contracts.referrals import LocalId, PersonName
from shared.contracts.vocabulary import Paragraph
from shared.platform.http import ContentState, Name, RequestModel, ResponseModel

STRICT = ConfigDict(extra="forbid")


def _valid(number: str) -> str:
    digits = number.isascii() and number.isdecimal() and len(set(number)) > 1
    if not digits or not is_valid(number):
        raise ValueError("this is not an NHS number: ten digits, the last a check digit")
    return number


def _could_be_born(on: date) -> date:
    if not date(1900, 1, 1) <= on <= datetime.now(UTC).date():
        raise ValueError("nobody in our care was born on this day")
    return on


Staff = Annotated[tuple[Name, ...], Field(max_length=200)]
NhsNumber = Annotated[str, Field(min_length=10, max_length=10), AfterValidator(_valid)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PersonNameRequest(PersonName):
    pass


@dataclass(frozen=True, kw_only=True, config=STRICT)
class LocalIdRequest(LocalId):
    pass


class ServiceUserRequest(RequestModel):
    nhs_number: NhsNumber | None = None
    local_ids: Annotated[tuple[LocalIdRequest, ...], Field(max_length=20)] = ()
    name: PersonNameRequest
    date_of_birth: Annotated[date, AfterValidator(_could_be_born)]
    team_id: Name
    care_coordinator_id: Name | None = None


class ServiceUserView(ResponseModel):
    """A service user. What is personal is null once it was destroyed.

    `merged` are the other registrations of this person: each of their addresses shows this one.
    """

    id: UUID
    version: int
    nhs_number: str | None
    local_ids: tuple[LocalId, ...] | None
    name: PersonName | None
    date_of_birth: date | None
    team_id: str
    care_coordinator_id: str | None
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
