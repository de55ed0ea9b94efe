"""Use cases of group sessions: hold one, for everybody or nobody; look up."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.supervision.application.overseeing import overseen, oversees, recorded
from services.supervision.application.participants import Participants
from services.supervision.application.parts import Attendance, Held, parts, refuse_naming
from services.supervision.application.saying import refuse_unknown
from services.supervision.domain import (
    Agreement,
    Confidential,
    GroupSupervision,
    NotOfThisKind,
    Status,
)
from services.supervision.projection import GroupSupervisions as ReadModel
from services.supervision.projection import Register
from shared.contracts.supervision import GroupPart
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.kernel.times import refuse_future
from shared.platform.accesslog import Shown
from shared.platform.relationships import Relationships


class GroupSessions:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
    ) -> None:
        self._store = store
        self._commands = commands
        self._relationships = relationships
        self._participants = Participants(relationships)
        self._read = ReadModel(database)
        self._register = Register(database)

    async def hold(
        self, call: Call, held: Held, attendance: Sequence[Attendance]
    ) -> Outcome[GroupSupervision]:
        """By the supervisor of all these agreements. Raises `NotFound`, `Confidential`,
        `NotYours`, `NotOfThisKind`, `AgreementEnded`."""
        refuse_future(held.held_at, call.at, "held_at")
        agreements = await asyncio.gather(
            *(self._store.load(Agreement, each.agreement_id) for each in attendance)
        )
        await asyncio.gather(
            *(self._participants.require_supervisor(call, each) for each in agreements)
        )
        refuse_naming(held.shared, call.caller.staff_id)
        await refuse_unknown(self._relationships, call, held.shared["cases"])
        group_id = new_id()
        sessions = parts(call, group_id, held, agreements, attendance)
        team_id = await self._team(call, agreements)

        async def as_agreed() -> None:
            other = [str(each.id) for each in agreements if each.of_kind != held.kind]
            if other:
                raise NotOfThisKind(agreements=other)
            for each in agreements:
                each.refuse_ended(local_day(held.held_at))

        return await self._commands.create(
            call,
            lambda: GroupSupervision.hold(
                call.actor(),
                call.at,
                group_id,
                supervisor_id=call.caller.staff_id,
                team_id=team_id,
                kind=held.kind,
                held_at=held.held_at,
                duration_minutes=held.duration_minutes,
                sessions=tuple(
                    GroupPart(session_id=each.id, worker_id=each.worker_id)
                    for each in sessions
                    if each.status is Status.HELD
                ),
                absent=tuple(each.worker_id for each in sessions if each.status is Status.MISSED),
            ),
            GroupSupervision,
            unless=as_agreed,
            beside=lambda _: sessions,
        )

    async def _team(self, call: Call, agreements: Sequence[Agreement]) -> str:
        """Of workers of several teams, it is in the list of the team of who held it."""
        theirs = {each.team for each in agreements}
        own = await self._register.teams_of(call.caller)
        return min(theirs & own or theirs)

    async def one(self, call: Call, id: UUID) -> dict[str, Any]:
        """That it was held, and for whom. Raises `Confidential` for whoever was in it, since it
        names the others."""
        found = await self._read.one(id)
        if found is None:
            raise NotFound()
        own = call.caller.staff_id == found["supervisor_id"]
        if own and await self._participants.at_work(call):
            return found
        if "team" not in call.bases and not oversees(call):
            raise Confidential(
                "A group session is shown to its supervisor, to managers of the team and to "
                "auditors.",
                resource=f"group-supervision/{id}",
            )
        team_id, grant = await overseen(self._relationships, call, found["team_id"])
        shown = Shown(resource=f"group-supervision/{id}", team_id=team_id)
        await recorded(self._relationships, call, grant, shown)
        return {**found, "document": grant.shows(found["document"])}

    async def page(self, call: Call, team_id: str | None, **rest: Any) -> Slice:
        """The caller's own, or a team's. Raises `NotYours`, `NoRelationship`, `NoEngagement`."""
        if team_id is None and not oversees(call):
            await self._participants.require_at_work(call)
            return await self._read.page(supervisor_id=call.caller.staff_id, **rest)
        team_id, grant = await overseen(self._relationships, call, team_id)
        found = await self._read.page(team_id=team_id, **rest)
        shown = Shown(returned=len(found.rows), team_id=team_id)
        await recorded(self._relationships, call, grant, shown)
        return found.shown(lambda row: grant.shows(row["document"]))
