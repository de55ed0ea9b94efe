"""Events of the supervision service: supervision and the workforce register (domain, section 5)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen

from shared.contracts.contract import published
from shared.contracts.vocabulary import Line, Slug

Level = Literal["foundation", "intermediate", "senior"]
WorkerStatus = Literal["active", "absent", "left"]
RegistrationBody = Literal["NMC", "HCPC", "GMC", "SWE"]


@dataclass(frozen=True, kw_only=True)
class RegistrationEntry:
    """A professional registration (domain, section 7)."""

    body: RegistrationBody
    number: Line
    expires_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class WorkerDetails:
    """What the register holds of a worker. A trust's workforce data, not a person's record."""

    name: Line
    job_title: Line
    level: Level | None = None
    band: Annotated[int, Ge(1), Le(9)] | None = None
    employer: Line
    teams: Annotated[tuple[Slug, ...], MaxLen(50)]
    line_manager_id: Slug | None = None
    started_on: date | None = None
    registrations: Annotated[tuple[RegistrationEntry, ...], MaxLen(10)] = ()
    status: WorkerStatus = "active"


@published("supervision", "worker", "worker-registered")
@dataclass(frozen=True, kw_only=True)
class WorkerRegistered:
    staff_id: str
    details: WorkerDetails


@published("supervision", "worker", "worker-updated")
@dataclass(frozen=True, kw_only=True)
class WorkerUpdated:
    """The whole entry as it now stands; `changed` names the fields that differ."""

    details: WorkerDetails
    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DutyShift:
    """Who answers for a team, from `starts_at` until just before `ends_at`."""

    staff_id: Slug
    starts_at: datetime
    ends_at: datetime


@published("supervision", "duty", "duty-assigned")
@dataclass(frozen=True, kw_only=True)
class DutyAssigned:
    """A team's whole rota as it now stands: what it replaces no longer holds."""

    team_id: str
    shifts: Annotated[tuple[DutyShift, ...], MaxLen(500)]
