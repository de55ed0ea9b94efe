"""What an extract is made of, as the read models have it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.notes.content import Attendance, ContactKind, Mechanism
from shared.contracts.referrals import (
    ClosureOutcome,
    DeclineReason,
    NhsNumberStatus,
    PrimaryReason,
    Priority,
    Source,
    WithdrawalReason,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How and when a referral ended, with the code of why where there is one."""

    at: datetime
    how: Literal["closed", "withdrawn", "declined", "redirected"]
    closure: ClosureOutcome | None = None
    withdrawal: WithdrawalReason | None = None
    rejection: DeclineReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralFact:
    """`person_id` is the one registration that stands for the person; `supported` is from when
    until when they were on somebody's caseload."""

    id: UUID
    person_id: UUID
    team_id: str
    received_at: datetime
    recorded_at: datetime
    source: Source
    urgency: Priority
    primary_reason: PrimaryReason | None
    ending: Ending | None
    supported: tuple[tuple[datetime, datetime | None], ...] = ()

    def open_at(self, at: datetime) -> bool:
        return self.received_at <= at and (self.ending is None or at <= self.ending.at)

    def supported_at(self, at: datetime) -> bool:
        return any(
            since <= at and (until is None or at <= until) for since, until in self.supported
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFact:
    note_id: UUID
    person_id: UUID
    occurred_at: datetime
    duration_minutes: int | None
    contact: ContactKind
    mechanism: Mechanism
    attendance: Attendance


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardFact:
    id: UUID
    person_id: UUID
    made_at: datetime
    ods_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`left_out` tells that there is more, of people whose record the reader may not see."""

    referrals: tuple[ReferralFact, ...] = ()
    contacts: tuple[ContactFact, ...] = ()
    onward: tuple[OnwardFact, ...] = ()
    nhs_number_status: dict[UUID, NhsNumberStatus] = field(default_factory=dict)
    left_out: bool = False

    @property
    def people(self) -> frozenset[UUID]:
        """Everyone whose data is in it."""
        return frozenset(
            {each.person_id for each in self.referrals}
            | {each.person_id for each in self.contacts}
            | {each.person_id for each in self.onward}
        )
