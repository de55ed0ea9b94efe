"""The person supported: who they are, who may see their record, and two records that are one."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import MaxLen, MinLen

from shared.contracts.contract import PERSONAL, published
from shared.contracts.vocabulary import Line, Paragraph

NhsNumberStatus = Literal[
    "verified", "not_traced", "trace_required", "no_match", "unresolved", "in_progress",
    "not_required", "postponed",
]  # fmt: skip
"""NHS number status indicator code, 01 to 08, in its order."""
EthnicCategory = Literal[
    "A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Z", "99"
]
"""The national codes: `Z` not stated, `99` not known."""
AccessibleFormat = Literal[
    "easy_read", "large_print", "braille", "audio", "bsl", "makaton", "lip_reading", "email",
    "text_message", "other",
]  # fmt: skip
Competence = Literal["not_assessed", "competent", "not_competent"]


@dataclass(frozen=True, kw_only=True)
class PersonName:
    given: Annotated[tuple[Line, ...], MinLen(1), MaxLen(10)]
    family: Line


@dataclass(frozen=True, kw_only=True)
class LocalId:
    """The person's id in another system, named by `system`."""

    system: Line
    value: Line


@dataclass(frozen=True, kw_only=True)
class Communication:
    """What it takes to speak and write to someone (accessible information)."""

    language: Line | None = None
    interpreter_needed: bool = False
    formats: Annotated[tuple[AccessibleFormat, ...], MaxLen(10)] = ()
    details: Paragraph | None = None


@dataclass(frozen=True, kw_only=True)
class YoungPerson:
    """Of a child or young person: who answers for them, and what they decide for themselves.

    `competence` to consent, as assessed on a day; `wishes_withheld` is what they want kept from
    those who have parental responsibility.
    """

    parental_responsibility: Annotated[tuple[Line, ...], MaxLen(10)] = ()
    competence: Competence = "not_assessed"
    assessed_on: date | None = None
    wishes_withheld: Paragraph | None = None


@published("referrals", "service-user", "service-user-registered")
@dataclass(frozen=True, kw_only=True)
class ServiceUserRegistered:
    nhs_number: Annotated[str | None, PERSONAL]
    local_ids: Annotated[tuple[LocalId, ...], PERSONAL]
    name: Annotated[PersonName, PERSONAL]
    date_of_birth: Annotated[date, PERSONAL]
    team_id: str
    care_coordinator_id: str | None = None
    nhs_number_status: NhsNumberStatus | None = None
    ethnicity: Annotated[EthnicCategory | None, PERSONAL] = None
    communication: Annotated[Communication | None, PERSONAL] = None
    young_person: Annotated[YoungPerson | None, PERSONAL] = None


@published("referrals", "service-user", "service-user-updated")
@dataclass(frozen=True, kw_only=True)
class ServiceUserUpdated:
    """The whole entry as it now stands; `changed` names the fields that differ.

    `died_on` is in clear: other services mark what comes after it, and retention is reckoned from
    it when the key may be gone. `reason` says why, where it was asked for.
    """

    changed: tuple[str, ...]
    team_id: str
    care_coordinator_id: str | None
    nhs_number_status: NhsNumberStatus
    died_on: date | None
    moved_away_on: date | None
    nhs_number: Annotated[str | None, PERSONAL]
    local_ids: Annotated[tuple[LocalId, ...], PERSONAL]
    name: Annotated[PersonName, PERSONAL]
    date_of_birth: Annotated[date, PERSONAL]
    ethnicity: Annotated[EthnicCategory | None, PERSONAL]
    communication: Annotated[Communication | None, PERSONAL]
    young_person: Annotated[YoungPerson | None, PERSONAL]
    reason: Annotated[Paragraph | None, PERSONAL] = None


@published("referrals", "service-user", "restriction-set")
@dataclass(frozen=True, kw_only=True)
class RestrictionSet:
    """Who may see this record from now on (domain, section 4).

    With `restricted`, only `named_staff`. `excluded_staff` never may, whatever else ties them:
    nobody opens their own record or that of someone close.
    """

    restricted: bool
    named_staff: Annotated[tuple[str, ...], MaxLen(200)]
    excluded_staff: Annotated[tuple[str, ...], MaxLen(200)]
    reason: Annotated[Paragraph, PERSONAL]


@published("referrals", "service-user", "service-user-merged")
@dataclass(frozen=True, kw_only=True)
class ServiceUserMerged:
    """This registration and `into` are one person. Nothing moves: whoever asks for either gets
    both, and what ties staff to one ties them to both.

    `nhs_number_superseded`: each had a number of its own, and this one's was superseded.
    """

    into: UUID
    nhs_number_superseded: bool = False
    reason: Annotated[Paragraph, PERSONAL]


@published("referrals", "service-user", "duplicate-linked")
@dataclass(frozen=True, kw_only=True)
class DuplicateLinked:
    """Another registration of this person was merged into this one, and `along` with it those that
    had been merged into it."""

    duplicate_id: UUID
    along: tuple[UUID, ...] = ()


@published("referrals", "service-user", "service-user-separated")
@dataclass(frozen=True, kw_only=True)
class ServiceUserSeparated:
    """The merge was wrong: this is somebody else than `from_id` after all."""

    from_id: UUID
    reason: Annotated[Paragraph, PERSONAL]


@published("referrals", "service-user", "duplicate-unlinked")
@dataclass(frozen=True, kw_only=True)
class DuplicateUnlinked:
    """What had been merged into this registration, or into one of it, was somebody else; `along`
    with it those that are merged into that."""

    duplicate_id: UUID
    along: tuple[UUID, ...] = ()
