"""Concerns and their clock: to whom they go, by when, and on to whom when nobody answers."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.notes import policy
from services.notes.domain import Concern, Escalation
from services.notes.policy import About, Clock, InForce
from services.notes.projection import Standings, about
from shared.contracts import notes as contract
from shared.contracts.notes import Recipient, Urgency
from shared.eventstore.database import Database
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.ids import new_id


class Routing:
    def __init__(self, database: Database, standings: Standings) -> None:
        self._database = database
        self._standings = standings

    async def raised(
        self,
        by: Actor,
        at: datetime,
        service_user_id: UUID,
        team_id: str,
        note_id: UUID | None,
        said: contract.Concern,
    ) -> Concern:
        """A concern as just raised, also with a note, to be committed with what it came with."""
        clock = await self.starts(
            at, service_user_id, team_id, by.staff_id, said.about_staff, said.urgency
        )
        return Concern.raise_(by, at, new_id(), service_user_id, team_id, note_id, said, clock)

    async def refiled(
        self,
        by: Actor,
        at: datetime,
        before: Concern,
        service_user_id: UUID,
        team_id: str,
        note_id: UUID,
    ) -> Concern:
        """What goes on under the right person, routed to those who are about that person now.

        The other half is `before.move(by, at, refiled.id)`, in the same transaction.
        """
        raised_by = before.raised_by.staff_id
        who = await self._about(None, service_user_id, raised_by, before.about_staff, at)
        return Concern.refile(
            by, at, new_id(), service_user_id, team_id, note_id, before, policy.routed_to(who)
        )

    async def starts(
        self,
        at: datetime,
        service_user_id: UUID,
        team_id: str,
        raised_by: str,
        about_staff: Collection[str],
        urgency: Urgency,
    ) -> Clock:
        """The clock that starts now, by the rules in force."""
        in_force = await self._standings.rules(team_id, at)
        who = await self._about(in_force, service_user_id, raised_by, about_staff, at)
        return policy.starts(in_force, urgency, who, at)

    async def step(
        self, concern: Concern, position: int, asked_by: str, at: datetime
    ) -> tuple[int, Recipient, tuple[str, ...]]:
        """How far along the chain of a concern's rules a step gets now, and whom it reaches: never
        who asked for it, since nobody opens a record to themselves (domain, section 2)."""
        in_force = await self._standings.version(concern.team, concern.policy_version)
        kept_from = (*concern.about_staff, asked_by)
        who = await self._about(
            in_force, concern.service_user_id, concern.raised_by.staff_id, kept_from, at
        )
        return policy.escalated_to(in_force.rules, position, who)

    async def next_step(self, call: Call, due: Mapping[str, Any]) -> Escalation:
        """What the clock does with a concern whose next step is due."""
        in_force = await self._standings.version(due["team_id"], due["policy_version"])
        who = await self._about(
            in_force, due["service_user_id"], due["raised_by"], due["kept_from"], call.at
        )
        position, to, reached = policy.escalated_to(in_force.rules, due["position"], who)
        return Escalation.of(
            call.actor(),
            call.at,
            concern_id=due["id"],
            service_user_id=due["service_user_id"],
            team_id=due["team_id"],
            clock=due["clock"],
            step=due["step"],
            position=position,
            to=to,
            reached=reached,
            next_at=policy.next_step(in_force.rules, call.at),
        )

    async def _about(
        self,
        in_force: InForce | None,
        service_user_id: UUID,
        raised_by: str,
        kept_from: Collection[str],
        at: datetime,
    ) -> About:
        return await about(
            self._database,
            service_user_id,
            at,
            raised_by=raised_by,
            kept_from=kept_from,
            named=in_force.rules.escalate_named if in_force else (),
        )
