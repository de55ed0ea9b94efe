"""What events say of ties, as rows to be written."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import text

from shared.contracts.access import (
    AccessOverrideGranted,
    AccessOverrideReviewed,
    EngagementAgreed,
    EngagementEnded,
)
from shared.contracts.notes import ConcernClosed, ConcernEscalated, ConcernMoved
from shared.contracts.referrals import (
    ReferralAllocated,
    ReferralClosed,
    ReferralTransferred,
    RestrictionSet,
    ServiceUserMerged,
    ServiceUserRegistered,
    ServiceUserSeparated,
    ServiceUserUpdated,
)
from shared.contracts.supervision import (
    DutyAssigned,
    DutyShift,
    WorkerDetails,
    WorkerLeft,
    WorkerRegistered,
    WorkerUpdated,
)
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.kernel.relationship import Restriction
from shared.platform.projecting import Published
from shared.platform.ties.merging import merged_is
from shared.platform.ties.tables import (
    ALLOCATED,
    ENDED_ENGAGEMENTS,
    ENDED_ESCALATIONS,
    ENDED_OVERRIDES,
    ENGAGEMENTS,
    ESCALATED,
    OVERRIDES,
    PEOPLE,
    RESTRICTIONS,
)

_PEOPLE, _RESTRICTIONS, _ALLOCATED = (
    RowsInto(table, newest_by="version") for table in (PEOPLE, RESTRICTIONS, ALLOCATED)
)
_OVERRIDES, _ENDED_OVERRIDES, _ENGAGEMENTS, _ENDED = map(
    RowsInto, (OVERRIDES, ENDED_OVERRIDES, ENGAGEMENTS, ENDED_ENGAGEMENTS)
)
_ESCALATED, _ENDED_ESCALATIONS = RowsInto(ESCALATED), RowsInto(ENDED_ESCALATIONS)
_STAFF = Prepared(
    text("""
INSERT INTO staff (staff_id, at_work, memberships, registrations, version)
SELECT :staff_id, :at_work, coalesce(jsonb_agg(jsonb_build_object('team_id', team)), '[]'),
  cast(:registrations AS jsonb), :version
FROM jsonb_array_elements_text(cast(:teams AS jsonb)) AS team
ON CONFLICT (staff_id) DO UPDATE SET
  at_work = excluded.at_work,
  registrations = excluded.registrations,
  version = excluded.version,
  memberships = excluded.memberships || (
    SELECT coalesce(jsonb_agg(CASE WHEN former ? 'ended_at' THEN former
      ELSE former || jsonb_build_object('ended_at', cast(:at AS text)) END), '[]')
    FROM jsonb_array_elements(staff.memberships) AS former
    WHERE NOT cast(:teams AS jsonb) ? (former ->> 'team_id')
  )
WHERE staff.version <= excluded.version
"""),
    name="staff",
)
"""A team that is no longer named stays with the time it ended, for the policy's grace."""
_ROTA = Prepared(
    text("""
WITH gone AS (DELETE FROM shifts WHERE team_id = :team_id AND version < :version)
INSERT INTO shifts (team_id, staff_id, starts_at, ends_at, version)
SELECT :team_id, staff_id, starts_at, ends_at, :version
FROM (
  SELECT * FROM json_to_recordset(cast(:shifts AS json))
    AS (staff_id text, starts_at timestamptz, ends_at timestamptz)
  UNION ALL SELECT '', to_timestamp(0), to_timestamp(0)
) AS rota
WHERE NOT EXISTS (SELECT FROM shifts WHERE team_id = :team_id AND version >= :version)
"""),
    name="shifts",
)
"""Of each rota there is a row that is nobody's, so that of an emptied one the version is known."""


def person_is(
    id: UUID,
    team_id: str,
    care_coordinator_id: str | None,
    version: int,
    died_on: date | None = None,
) -> Write:
    return _PEOPLE.row(
        id=id,
        team_id=team_id,
        care_coordinator_id=care_coordinator_id,
        died_on=died_on,
        version=version,
    )


def restriction_is(service_user_id: UUID, restriction: Restriction, version: int) -> Write:
    return _RESTRICTIONS.row(
        service_user_id=service_user_id,
        restricted=restriction.restricted,
        named=restriction.named,
        excluded=restriction.excluded,
        version=version,
    )


def allocation_is(
    referral_id: UUID,
    worker_id: str,
    service_user_id: UUID,
    ended_at: datetime | None,
    version: int,
) -> Write:
    return _ALLOCATED.row(
        referral_id=referral_id,
        worker_id=worker_id,
        service_user_id=service_user_id,
        ended_at=ended_at,
        version=version,
    )


def staff_is(staff_id: str, details: WorkerDetails, at: datetime, version: int) -> Write:
    # Who has left belongs to no team, and signs nothing, whatever a token still says.
    left = details.status == "left"
    return _STAFF.write(
        staff_id=staff_id,
        at_work=not left,
        teams=to_json(() if left else details.teams).decode(),
        registrations=to_json(() if left else details.registrations).decode(),
        at=at.isoformat(),
        version=version,
    )


def rota_is(team_id: str, shifts: tuple[DutyShift, ...], version: int) -> Write:
    return _ROTA.write(team_id=team_id, shifts=to_json(shifts).decode(), version=version)


def override_is(
    id: UUID, service_user_id: UUID, staff_id: str, granted_at: datetime, until: datetime
) -> Write:
    return _OVERRIDES.row(
        id=id,
        service_user_id=service_user_id,
        staff_id=staff_id,
        granted_at=granted_at,
        until=until,
    )


def concern_reaches(
    concern_id: UUID,
    service_user_id: UUID,
    staff: Iterable[str],
    clock: int,
    at: datetime,
) -> Iterable[Write]:
    for staff_id in staff:
        yield _ESCALATED.row(
            concern_id=concern_id,
            staff_id=staff_id,
            clock=clock,
            reached_at=at,
            service_user_id=service_user_id,
        )


def concern_is_over(concern_id: UUID, version: int, at: datetime) -> Write:
    return _ENDED_ESCALATIONS.row(concern_id=concern_id, version=version, ended_at=at)


def learnt(event: Published) -> Iterable[Write]:
    """What an event says of ties; nothing for an event that says nothing of them."""
    version = event.version
    match event.payload:
        case ServiceUserRegistered(team_id=team_id, care_coordinator_id=coordinator_id):
            yield person_is(UUID(event.resource_id), team_id, coordinator_id, version)
        case ServiceUserUpdated(team_id=team_id, care_coordinator_id=coordinator_id) as now:
            person = UUID(event.resource_id)
            yield person_is(person, team_id, coordinator_id, version, now.died_on)
        case RestrictionSet() as now:
            named, excluded = frozenset(now.named_staff), frozenset(now.excluded_staff)
            restriction = Restriction(now.restricted, named, excluded)
            yield restriction_is(UUID(event.resource_id), restriction, version)
        case ServiceUserMerged(into=into):
            yield merged_is(UUID(event.resource_id), into, version)
        case ServiceUserSeparated():
            yield merged_is(UUID(event.resource_id), None, version)
        case ReferralAllocated(service_user_id=person, worker_id=worker):
            yield allocation_is(UUID(event.resource_id), worker, person, None, version)
        case ReferralTransferred(service_user_id=person, from_worker_id=before, worker_id=worker):
            yield allocation_is(UUID(event.resource_id), before, person, event.time, version)
            yield allocation_is(UUID(event.resource_id), worker, person, None, version)
        case ReferralClosed(service_user_id=person, worker_id=worker) if worker is not None:
            yield allocation_is(UUID(event.resource_id), worker, person, event.time, version)
        case (
            WorkerRegistered(details=details)
            | WorkerUpdated(details=details)
            | WorkerLeft(details=details)
        ):
            yield staff_is(event.resource_id, details, event.time, version)
        case DutyAssigned(team_id=team_id, shifts=shifts):
            yield rota_is(team_id, shifts, version)
        case AccessOverrideGranted(service_user_id=person, until=until):
            yield override_is(
                UUID(event.resource_id), person, event.actor.staff_id, event.time, until
            )
        case AccessOverrideReviewed(outcome="not_justified"):
            yield _ENDED_OVERRIDES.row(id=UUID(event.resource_id), ended_at=event.time)
        case ConcernEscalated(concern_id=concern, service_user_id=person, clock=clock) as now:
            yield from concern_reaches(concern, person, now.reached, clock, event.time)
        case ConcernClosed() | ConcernMoved():
            yield concern_is_over(UUID(event.resource_id), version, event.time)
        case EngagementAgreed() as agreed:
            yield _ENGAGEMENTS.row(
                id=UUID(event.resource_id),
                auditor_id=agreed.auditor_id,
                starts_at=agreed.starts_at,
                ends_at=agreed.ends_at,
                teams=agreed.teams,
                service_user_ids=agreed.service_user_ids,
                identities=agreed.identities,
            )
        case EngagementEnded():
            yield _ENDED.row(id=UUID(event.resource_id), ended_at=event.time)
