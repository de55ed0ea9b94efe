"""The workforce register: who works where, trained in what and competent (domain, section 5)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, MaxLen

from shared.contracts.contract import PERSONAL, published
from shared.contracts.vocabulary import Line, Paragraph, Slug

Level = Literal["foundation", "intermediate", "senior"]
WorkerStatus = Literal["active", "absent", "left"]
RegistrationBody = Literal["NMC", "HCPC", "GMC", "SWE"]
RegistrationStatus = Literal["effective", "suspended", "lapsed", "removed"]
Award = Literal["course", "qualification"]


@dataclass(frozen=True, kw_only=True)
class RegistrationEntry:
    """A professional registration (domain, section 7): in force while effective and not expired.

    `checked_on` is when someone last looked at the body's own register: expiry alone misses a
    suspension.
    """

    body: RegistrationBody
    number: Line
    expires_on: date | None = None
    status: RegistrationStatus = "effective"
    conditions: Line | None = None
    checked_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Employment:
    """One of the employments that a worker holds (HB 8.2); `ended_on` is its last day."""

    employer: Line
    job_title: Line | None = None
    teams: Annotated[tuple[Slug, ...], MaxLen(50)] = ()
    hours_per_week: Annotated[float, Gt(0), Le(60)] | None = None
    started_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class WorkerDetails:
    """What the register holds of a worker. A trust's workforce data, not a person's record.

    `employer`, `job_title` and `started_on` are those of the main employment, `teams` those of all
    that they hold now. `lead_for` are the teams whose STR workers they lead (HB 5.21).
    """

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
    whole_time_equivalent: Annotated[float, Gt(0), Le(1)] | None = None
    """The share of full time they work; None: not said, taken as full time."""
    employments: Annotated[tuple[Employment, ...], MaxLen(10)] = ()
    lead_for: Annotated[tuple[Slug, ...], MaxLen(50)] = ()
    absent_from: date | None = None
    absent_until: date | None = None
    """When they are expected back."""
    left_on: date | None = None
    """Their last day."""


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


@published("supervision", "worker", "worker-left")
@dataclass(frozen=True, kw_only=True)
class WorkerLeft:
    """The whole entry of someone who has left: they are in no team, and on no rota, any more."""

    details: WorkerDetails
    changed: tuple[str, ...]
    left_on: date


@published("supervision", "worker", "training-recorded")
@dataclass(frozen=True, kw_only=True)
class TrainingRecorded:
    """A worker completed a course. Good until `expires_on`, that day included; None: for good.

    `course` is a slug that the trust chooses (`first_aid`, `medicines`). `record_keeping` is what
    notes looks for.
    """

    course: Slug
    completed_on: date
    expires_on: date | None = None
    evidence: Annotated[Paragraph, PERSONAL]
    award: Award = "course"
    awarded_by: Line | None = None


@published("supervision", "worker", "training-withdrawn")
@dataclass(frozen=True, kw_only=True)
class TrainingWithdrawn:
    """The last completion of a course was recorded in error. What counts now is the one before it:
    `now_completed_on` and `now_expires_on`, None if there was none."""

    course: Slug
    completed_on: date
    now_completed_on: date | None = None
    now_expires_on: date | None = None
    reason: Annotated[Paragraph, PERSONAL]


@published("supervision", "worker", "competence-signed-off")
@dataclass(frozen=True, kw_only=True)
class CompetenceSignedOff:
    """A registered practitioner, the actor, found a worker competent (NMC 11, RCN).

    In force until `review_due`, that day included, or until revoked; of several for one activity
    only the newest counts. `activity` is a slug that the trust chooses: `record_keeping`, which
    notes looks for, and delegated tasks (`prompt`) by the names that notes calls them.
    """

    activity: Slug
    assessed_on: date
    review_due: date
    basis: Annotated[Paragraph, PERSONAL]


@published("supervision", "worker", "competence-revoked")
@dataclass(frozen=True, kw_only=True)
class CompetenceRevoked:
    """The newest sign-off of an activity no longer holds, and nor does any before it."""

    activity: Slug
    reason: Annotated[Paragraph, PERSONAL]
