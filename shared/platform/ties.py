"""What a service knows of who is tied to whom, learnt from events of the services that decide it.

Facts only: the rule is `shared.kernel.relationship`. For services that show service users' data.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.access import AccessOverrideGranted, EngagementAgreed, EngagementEnded
from shared.contracts.referrals import (
    ReferralAllocated,
    ReferralClosed,
    ReferralTransferred,
    RestrictionSet,
    ServiceUserRegistered,
)
from shared.contracts.supervision import (
    DutyAssigned,
    WorkerDetails,
    WorkerRegistered,
    WorkerUpdated,
)
from shared.eventstore.coalesce import Coalesced
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.kernel.actor import Registration
from shared.kernel.call import Call
from shared.kernel.engagement import Scope, Terms
from shared.kernel.relationship import (
    Allocation,
    Membership,
    Override,
    Person,
    Restriction,
    Shift,
    Staff,
)
from shared.platform.projecting import Published

TIES_1 = """
CREATE TABLE people (
  id uuid PRIMARY KEY,
  team_id text NOT NULL,
  care_coordinator_id text,
  restricted boolean NOT NULL,
  named jsonb NOT NULL,
  excluded jsonb NOT NULL
);
CREATE TABLE allocated (
  referral_id uuid,
  worker_id text,
  service_user_id uuid NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (referral_id, worker_id)
);
CREATE INDEX ix_allocated_service_user ON allocated (service_user_id);
CREATE TABLE staff (
  staff_id text PRIMARY KEY,
  at_work boolean NOT NULL,
  memberships jsonb NOT NULL,
  registrations jsonb NOT NULL
);
CREATE TABLE shifts (
  team_id text NOT NULL,
  staff_id text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL
);
CREATE INDEX ix_shifts_team ON shifts (team_id);
CREATE INDEX ix_shifts_staff ON shifts (staff_id, ends_at);
CREATE TABLE overrides (
  id uuid PRIMARY KEY,
  service_user_id uuid NOT NULL,
  staff_id text NOT NULL,
  granted_at timestamptz NOT NULL,
  until timestamptz NOT NULL
);
CREATE INDEX ix_overrides ON overrides (service_user_id, staff_id, until);
CREATE TABLE engagements (
  id uuid PRIMARY KEY,
  auditor_id text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  teams jsonb NOT NULL,
  service_user_ids jsonb NOT NULL,
  identities boolean NOT NULL
);
CREATE INDEX ix_engagements_auditor ON engagements (auditor_id, ends_at);
"""

METADATA = MetaData()
PEOPLE = Table(
    "people",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("team_id", Text, nullable=False),
    Column("care_coordinator_id", Text),
    Column("restricted", Boolean, nullable=False),
    Column("named", JSONB, nullable=False),
    Column("excluded", JSONB, nullable=False),
)
ALLOCATED = Table(
    "allocated",
    METADATA,
    Column("referral_id", Uuid, primary_key=True),
    Column("worker_id", Text, primary_key=True),
    Column("service_user_id", Uuid, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
)
STAFF = Table(
    "staff",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("at_work", Boolean, nullable=False),
    Column("memberships", JSONB, nullable=False),
    Column("registrations", JSONB, nullable=False),
)
SHIFTS = Table(
    "shifts",
    METADATA,
    Column("team_id", Text, nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
)
OVERRIDES = Table(
    "overrides",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("service_user_id", Uuid, nullable=False),
    Column("staff_id", Text, nullable=False),
    Column("granted_at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
)
ENGAGEMENTS = Table(
    "engagements",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("auditor_id", Text, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("teams", JSONB, nullable=False),
    Column("service_user_ids", JSONB, nullable=False),
    Column("identities", Boolean, nullable=False),
)
TABLES = tuple(METADATA.tables)
_PEOPLE, _ALLOCATED, _OVERRIDES, _ENGAGEMENTS = map(
    RowsInto, (PEOPLE, ALLOCATED, OVERRIDES, ENGAGEMENTS)
)
_END = Prepared(
    update(ENGAGEMENTS)
    .where(ENGAGEMENTS.c.id == bindparam("of"))
    .values(ends_at=bindparam("ended_at")),
    name="engagements: end",
)
_IN_FORCE = Prepared(
    select(ENGAGEMENTS)
    .where(
        ENGAGEMENTS.c.auditor_id == bindparam("auditor_id"),
        ENGAGEMENTS.c.starts_at <= bindparam("at"),
        ENGAGEMENTS.c.ends_at > bindparam("at"),
    )
    .order_by(ENGAGEMENTS.c.id)
)
_RESTRICT = Prepared(
    update(PEOPLE)
    .where(PEOPLE.c.id == bindparam("of"))
    .values(
        restricted=bindparam("is_restricted"),
        named=bindparam("named_now"),
        excluded=bindparam("excluded_now"),
    ),
    name="people: restrict",
)
_STAFF = Prepared(
    text("""
INSERT INTO staff (staff_id, at_work, memberships, registrations)
SELECT :staff_id, :at_work, coalesce(jsonb_agg(jsonb_build_object('team_id', team)), '[]'),
  cast(:registrations AS jsonb)
FROM jsonb_array_elements_text(cast(:teams AS jsonb)) AS team
ON CONFLICT (staff_id) DO UPDATE SET
  at_work = excluded.at_work,
  registrations = excluded.registrations,
  memberships = excluded.memberships || (
    SELECT coalesce(jsonb_agg(CASE WHEN former ? 'ended_at' THEN former
      ELSE former || jsonb_build_object('ended_at', cast(:at AS text)) END), '[]')
    FROM jsonb_array_elements(staff.memberships) AS former
    WHERE NOT cast(:teams AS jsonb) ? (former ->> 'team_id')
  )
"""),
    name="staff",
)
"""A team that is no longer named stays with the time it ended, for the policy's grace."""
_ROTA = Prepared(
    text("""
WITH gone AS (DELETE FROM shifts WHERE team_id = :team_id)
INSERT INTO shifts (team_id, staff_id, starts_at, ends_at)
SELECT :team_id, staff_id, starts_at, ends_at
FROM json_to_recordset(cast(:shifts AS json))
  AS (staff_id text, starts_at timestamptz, ends_at timestamptz)
"""),
    name="shifts",
)
_REGISTERED = Prepared(select(STAFF).where(STAFF.c.staff_id == bindparam("staff_id")))
_ASKED = """
SELECT asked.n, people.team_id, people.care_coordinator_id, people.restricted, people.named,
  people.excluded, staff.at_work, staff.memberships, staff.registrations,
  (SELECT json_agg(json_build_array(worker_id, ended_at)) FROM allocated
   WHERE allocated.service_user_id = asked.service_user_id) AS allocated,
  (SELECT json_agg(json_build_array(team_id, starts_at, ends_at)) FROM shifts
   WHERE shifts.staff_id = asked.staff_id AND ends_at > asked.at) AS shifts,
  (SELECT json_agg(json_build_array(id, granted_at, until) ORDER BY until DESC) FROM overrides
   WHERE overrides.service_user_id = asked.service_user_id
     AND overrides.staff_id = asked.staff_id AND until > asked.at) AS overrides
FROM json_to_recordset(%(keys)s::json)
  AS asked (n int, service_user_id uuid, staff_id text, at timestamptz)
LEFT JOIN people ON people.id = asked.service_user_id
LEFT JOIN staff ON staff.staff_id = asked.staff_id
"""
VISIBLE: ColumnElement[bool] = text("""
NOT EXISTS (SELECT FROM people WHERE people.id = service_user_id AND (
  people.excluded ? :seen_by OR (people.restricted AND NOT people.named ? :seen_by)))
""")  # type: ignore[assignment]
"""A condition on rows with a `service_user_id`: of a restricted person, only for named staff."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known here of a service user and of who asks. `person` None: not heard of."""

    person: Person | None
    staff: Staff
    registrations: tuple[Mapping[str, Any], ...] = ()

    def registration(self, on: date) -> Registration | None:
        """A registration in force on a day, if there is one."""
        for each in self.registrations:
            if each["expires_on"] is None or date.fromisoformat(each["expires_on"]) >= on:
                return Registration(each["body"], each["number"])
        return None


class Ties:
    """Queries. Those of many requests go together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked = Coalesced(database, _ASKED)

    async def facts(self, call: Call, service_user_id: UUID | None = None) -> Facts:
        """What ties the caller to a service user.

        Teams come from the workforce register where the caller is in it, otherwise from the token
        (api, section 1).
        """
        row = await self._asked.one(
            service_user_id=service_user_id, staff_id=call.caller.staff_id, at=call.at
        )
        if row["memberships"] is None:
            memberships = tuple(map(Membership, sorted(call.caller.teams)))
        else:
            memberships = _memberships(row["memberships"])
        staff = Staff(
            call.caller.staff_id,
            at_work=row["at_work"] is not False,
            memberships=memberships,
            shifts=tuple(Shift(t, _at(s), _at(e)) for t, s, e in row["shifts"] or ()),
            overrides=tuple(
                Override(UUID(o), _at(s), _at(e)) for o, s, e in row["overrides"] or ()
            ),
        )
        return Facts(_person(row), staff, tuple(row["registrations"] or ()))

    async def staff(self, staff_id: str) -> Staff | None:
        """Another member of staff, as the workforce register has them."""
        row = await self._database.fetch_one(_REGISTERED, staff_id=staff_id)
        if row is None:
            return None
        return Staff(staff_id, row["at_work"], _memberships(row["memberships"]))

    async def engagements(self, call: Call) -> list[Terms]:
        """The caller's engagements in force."""
        found = await self._database.fetch(_IN_FORCE, auditor_id=call.caller.staff_id, at=call.at)
        return [
            Terms(row["id"], Scope.agreed(row["teams"], row["service_user_ids"]), row["identities"])
            for row in found
        ]


def _person(row: Mapping[str, Any]) -> Person | None:
    if row["team_id"] is None:
        return None
    return Person(
        row["team_id"],
        row["care_coordinator_id"],
        tuple(Allocation(worker, _moment(ended)) for worker, ended in row["allocated"] or ()),
        Restriction(row["restricted"], frozenset(row["named"]), frozenset(row["excluded"])),
    )


def _memberships(found: list[dict[str, Any]]) -> tuple[Membership, ...]:
    return tuple(Membership(each["team_id"], _moment(each.get("ended_at"))) for each in found)


def _at(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def person_is(
    id: UUID, team_id: str, care_coordinator_id: str | None, restriction: Restriction
) -> Write:
    return _PEOPLE.row(
        id=id,
        team_id=team_id,
        care_coordinator_id=care_coordinator_id,
        restricted=restriction.restricted,
        named=restriction.named,
        excluded=restriction.excluded,
    )


def allocation_is(
    referral_id: UUID, worker_id: str, service_user_id: UUID, ended_at: datetime | None
) -> Write:
    return _ALLOCATED.row(
        referral_id=referral_id,
        worker_id=worker_id,
        service_user_id=service_user_id,
        ended_at=ended_at,
    )


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


def learnt(event: Published) -> Iterable[Write]:
    """What an event says of ties; nothing for an event that says nothing of them.

    Rows are written whole wherever the order of several in one batch matters.
    """
    match event.payload:
        case ServiceUserRegistered(team_id=team_id, care_coordinator_id=coordinator_id):
            yield person_is(UUID(event.resource_id), team_id, coordinator_id, Restriction())
        case RestrictionSet() as now:
            yield _RESTRICT.write(
                of=UUID(event.resource_id),
                is_restricted=now.restricted,
                named_now=to_json(now.named_staff).decode(),
                excluded_now=to_json(now.excluded_staff).decode(),
            )
        case ReferralAllocated(service_user_id=person, worker_id=worker):
            yield allocation_is(UUID(event.resource_id), worker, person, None)
        case ReferralTransferred(service_user_id=person, from_worker_id=before, worker_id=worker):
            yield allocation_is(UUID(event.resource_id), before, person, event.time)
            yield allocation_is(UUID(event.resource_id), worker, person, None)
        case ReferralClosed(service_user_id=person, worker_id=worker) if worker is not None:
            yield allocation_is(UUID(event.resource_id), worker, person, event.time)
        case WorkerRegistered(details=details) | WorkerUpdated(details=details):
            yield _worker(event, details)
        case DutyAssigned(team_id=team_id, shifts=shifts):
            yield _ROTA.write(team_id=team_id, shifts=to_json(shifts).decode())
        case AccessOverrideGranted(service_user_id=person, until=until):
            yield override_is(
                UUID(event.resource_id), person, event.actor.staff_id, event.time, until
            )
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
            yield _END.write(of=UUID(event.resource_id), ended_at=event.time)


def _worker(event: Published, details: WorkerDetails) -> Write:
    # Who has left belongs to no team, and signs nothing, whatever a token still says.
    left = details.status == "left"
    return _STAFF.write(
        staff_id=event.resource_id,
        at_work=not left,
        teams=to_json(() if left else details.teams).decode(),
        registrations=to_json(() if left else details.registrations).decode(),
        at=event.time.isoformat(),
    )
