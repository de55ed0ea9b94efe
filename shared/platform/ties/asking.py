"""What is known of who is tied to whom, asked for; look-ups of many requests go together."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text

from shared.eventstore.coalesce import Coalesced
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared
from shared.kernel.actor import Actor, Registration
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.engagement import Scope, Terms
from shared.kernel.registration import in_force
from shared.kernel.relationship import (
    Allocation,
    Escalated,
    Membership,
    Override,
    Person,
    Restriction,
    Shift,
    Staff,
)
from shared.platform.ties.tables import ENDED_ENGAGEMENTS, ENGAGEMENTS, STAFF

_IN_FORCE = Prepared(
    select(ENGAGEMENTS)
    .where(
        ENGAGEMENTS.c.auditor_id == bindparam("auditor_id"),
        ENGAGEMENTS.c.starts_at <= bindparam("at"),
        ENGAGEMENTS.c.ends_at > bindparam("at"),
        ~select(ENDED_ENGAGEMENTS.c.id)
        .where(
            ENDED_ENGAGEMENTS.c.id == ENGAGEMENTS.c.id,
            ENDED_ENGAGEMENTS.c.ended_at <= bindparam("at"),
        )
        .exists(),
    )
    .order_by(ENGAGEMENTS.c.id)
)
_REGISTERED = Prepared(select(STAFF).where(STAFF.c.staff_id == bindparam("staff_id")))
_RESTRICTED = Prepared(
    text("""
SELECT FROM unnest(cast(:ids AS uuid[])) AS asked (id)
CROSS JOIN LATERAL (
  SELECT coalesce((SELECT root FROM same_person WHERE id = asked.id), asked.id) AS root
) AS one
JOIN restrictions ON restrictions.service_user_id = ANY (
  array_append(ARRAY(SELECT id FROM same_person WHERE root = one.root), one.root))
WHERE restrictions.restricted
LIMIT 1
""")
)
_ASKED = """
SELECT asked.n, same.ids, people.team_id, people.care_coordinator_id,
  people.died_on::text AS died_on, staff.at_work, staff.memberships, staff.registrations,
  CASE WHEN same.ids[2] IS NOT NULL THEN
    (SELECT json_agg(json_build_array(team_id, care_coordinator_id)) FROM people
     WHERE people.id = ANY (same.ids[2:])) END AS others,
  (SELECT json_agg(json_build_array(restricted, named, excluded)) FROM restrictions
   WHERE restrictions.service_user_id = ANY (same.ids)) AS restrictions,
  (SELECT json_agg(json_build_array(worker_id, ended_at)) FROM allocated
   WHERE allocated.service_user_id = ANY (same.ids)) AS allocated,
  (SELECT json_agg(json_build_array(team_id, starts_at, ends_at)) FROM shifts
   WHERE shifts.staff_id = asked.staff_id AND ends_at > asked.at) AS shifts,
  (SELECT json_agg(json_build_array(id, granted_at, least(until, ended_at)) ORDER BY until DESC)
   FROM overrides LEFT JOIN ended_overrides USING (id)
   WHERE overrides.service_user_id = ANY (same.ids)
     AND overrides.staff_id = asked.staff_id AND until > asked.at) AS overrides,
  (SELECT json_agg(json_build_array(concern_id, reached_at,
     (SELECT min(ended_at) FROM ended_escalations AS ended
      WHERE ended.concern_id = escalated.concern_id AND ended.version > escalated.clock)))
   FROM escalated WHERE escalated.service_user_id = ANY (same.ids)
     AND escalated.staff_id = asked.staff_id) AS escalations
FROM json_to_recordset(%(keys)s::json)
  AS asked (n int, service_user_id uuid, staff_id text, at timestamptz)
CROSS JOIN LATERAL (
  SELECT coalesce((SELECT root FROM same_person WHERE id = asked.service_user_id),
    asked.service_user_id) AS root OFFSET 0
) AS one
CROSS JOIN LATERAL (
  SELECT array_prepend(one.root, ARRAY(SELECT id FROM same_person WHERE root = one.root
    AND id <> one.root ORDER BY id)) AS ids OFFSET 0
) AS same
LEFT JOIN people ON people.id = one.root
LEFT JOIN staff ON staff.staff_id = asked.staff_id
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known here of a service user and of who asks. `person` None: not heard of.

    `same` are the ids of all registrations that are this person, the one that stands for them
    first: nearly always the one that was asked for, alone.
    """

    person: Person | None
    staff: Staff
    registrations: tuple[Mapping[str, Any], ...] = ()
    same: tuple[UUID, ...] = ()

    def registration(self, on: date, rather: Collection[str] = ()) -> Registration | None:
        """A registration in force on a day, if there is one: with one of these bodies, rather."""
        preferred = [each for each in self.registrations if each["body"] in rather]
        return in_force((*preferred, *self.registrations), on)

    def actor(self, call: Call, rather: Collection[str] = ()) -> Actor:
        """The caller, with a registration in force if they have one: of these bodies, rather."""
        return call.actor(self.registration(local_day(call.at), rather))


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
            escalations=tuple(
                Escalated(UUID(c), _at(s), _moment(e)) for c, s, e in row["escalations"] or ()
            ),
        )
        same = () if service_user_id is None else tuple(row["ids"])
        return Facts(_person(row), staff, tuple(row["registrations"] or ()), same)

    async def staff(self, staff_id: str) -> Staff | None:
        """Another member of staff, as the workforce register has them."""
        row = await self._database.fetch_one(_REGISTERED, staff_id=staff_id)
        if row is None:
            return None
        return Staff(staff_id, row["at_work"], _memberships(row["memberships"]))

    async def any_restricted(self, service_user_ids: Collection[UUID]) -> bool:
        """Whether the record of any of these people is restricted."""
        if not service_user_ids:
            return False
        found = await self._database.fetch(_RESTRICTED, ids=[*service_user_ids])
        return bool(found)

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
    others = row["others"] or ()
    return Person(
        row["team_id"],
        row["care_coordinator_id"],
        tuple(Allocation(worker, _moment(ended)) for worker, ended in row["allocated"] or ()),
        Restriction.together(
            Restriction(restricted, frozenset(named), frozenset(excluded))
            for restricted, named, excluded in row["restrictions"] or ()
        ),
        None if row["died_on"] is None else date.fromisoformat(row["died_on"]),
        frozenset(team for team, _ in others),
        frozenset(coordinator for _, coordinator in others if coordinator),
    )


def _memberships(found: list[dict[str, Any]]) -> tuple[Membership, ...]:
    return tuple(Membership(each["team_id"], _moment(each.get("ended_at"))) for each in found)


def _at(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)
