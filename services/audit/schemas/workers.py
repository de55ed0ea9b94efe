"""Response: a worker as the register had them at a time."""

from datetime import date

from services.audit.schemas.parts import Done, Said, Then
from shared.contracts.supervision import (
    Award,
    Employment,
    Level,
    RegistrationBody,
    RegistrationStatus,
    WorkerStatus,
)
from shared.platform.http import ResponseModel


class TakenBack(Done):
    reason: str | None


class TrainingThen(Said):
    """`in_force`: the completion of its course that counted on that day, and held."""

    course: str
    award: Award
    awarded_by: str | None
    completed_on: date
    expires_on: date | None
    evidence: str | None
    withdrawn: TakenBack | None
    in_force: bool


class CompetenceThen(Said):
    """`in_force`: the newest of its activity, not revoked, and its review not past."""

    activity: str
    assessed_on: date
    review_due: date
    basis: str | None
    revoked: TakenBack | None
    in_force: bool


class RegistrationThen(ResponseModel):
    """`number` is null where the engagement doesn't allow identities: a public register has it."""

    body: RegistrationBody
    number: str | None
    expires_on: date | None
    status: RegistrationStatus
    conditions: str | None
    checked_on: date | None
    in_force: bool


class WorkerThen(Then):
    """A worker as they were. `entered`: from which event the entry is. `at_work`: hadn't left."""

    staff_id: str
    version: int
    name: str | None
    job_title: str
    level: Level | None
    band: int | None
    employer: str
    teams: tuple[str, ...]
    line_manager_id: str | None
    started_on: date | None
    registrations: list[RegistrationThen]
    status: WorkerStatus
    at_work: bool
    whole_time_equivalent: float | None
    employments: tuple[Employment, ...]
    lead_for: tuple[str, ...]
    absent_from: date | None
    absent_until: date | None
    left_on: date | None
    entered: Done
    training: list[TrainingThen]
    competences: list[CompetenceThen]
