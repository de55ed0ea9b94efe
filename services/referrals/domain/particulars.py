"""What is known of who someone is, and what differs when it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.referrals.policy import status_of
from shared.contracts.referrals import (
    Communication,
    EthnicCategory,
    LocalId,
    NhsNumberStatus,
    PersonName,
    YoungPerson,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What is known of who someone is. What is personal is None once it was destroyed."""

    nhs_number: str | None
    nhs_number_status: NhsNumberStatus
    local_ids: tuple[LocalId, ...]
    name: PersonName
    date_of_birth: date
    ethnicity: EthnicCategory | None
    communication: Communication | None
    young_person: YoungPerson | None
    team_id: str
    care_coordinator_id: str | None
    died_on: date | None
    moved_away_on: date | None

    def fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    def with_changes(self, given: Mapping[str, Any]) -> "Particulars":
        """As they would be. What was known of a number isn't known of the one that replaces it."""
        number = given.get("nhs_number", self.nhs_number)
        if number != self.nhs_number and "nhs_number_status" not in given:
            given = {**given, "nhs_number_status": status_of(number)}
        return replace(self, **given)

    def differing(self, other: "Particulars") -> tuple[str, ...]:
        """The names of the fields that differ."""
        theirs = other.fields()
        return tuple(name for name, value in self.fields().items() if value != theirs[name])
