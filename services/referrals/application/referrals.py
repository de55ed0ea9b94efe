"""Use cases of referrals: receive, read, list."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.referrals import policy
from services.referrals.domain import Referral
from services.referrals.projection import Referrals as ReadModel
from services.referrals.projection import Rules, ServiceUsers, referral_history
from shared.eventstore import commands
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Permitted, Relationships


class Referrals:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
    ) -> None:
        self._store = store
        self._commands = commands
        self._relationships = relationships
        self._documents = documents
        self._read = ReadModel(database)
        self._people = ServiceUsers(database)
        self._rules = Rules(database)

    async def receive(
        self, call: Call, service_user_id: UUID, received_at: datetime, **particulars: Any
    ) -> commands.Outcome[Referral]:
        """Record a referral, after the last one of this person that has ended.

        What is due is by the rules that were in force when it was received.
        """
        policy.refuse_future(received_at, call.at, "received_at")
        person = await self._people.service_user(service_user_id)
        if person is None:
            raise NotFound("No service user has this id.")
        rules = (await self._rules.of(person["team_id"], received_at)).rules
        before = await self._read.last_ended(service_user_id)
        return await self._commands.create(
            call,
            lambda: Referral.receive(
                call.actor(),
                call.at,
                new_id(),
                service_user_id=service_user_id,
                team_id=person["team_id"],
                received_at=received_at,
                previous_referral_id=before,
                decide_by=received_at + timedelta(days=rules.decide_within_days),
                allocate_by=received_at + timedelta(days=rules.allocate_within_days),
                **particulars,
            ),
            Referral,
        )

    async def related(self, call: Call, referral: Referral) -> bool:
        """Whether the caller is tied to the person: to refer them, nobody has to be."""
        if "system" in call.bases:
            return True
        facts = await self._relationships.facts(call, referral.service_user_id)
        return self._relationships.related(call, facts)

    async def referral(self, call: Call, id: UUID) -> dict[str, Any]:
        found, permitted = await self._found(call, id)
        found = await self._documents.one(found)
        await self._show(call, permitted, found)
        return found

    async def history(self, call: Call, id: UUID) -> list[dict[str, Any]]:
        """Every event of a referral, oldest first."""
        found, permitted = await self._found(call, id)
        entries = referral_history(await self._store.told(id))
        await self._show(call, permitted, found, len(entries))
        return entries

    async def referrals(
        self, call: Call, service_user_id: UUID | None, team_id: str | None, **rest: Any
    ) -> Slice:
        """Referrals of one person or one team that the caller is related to.

        A team's list leaves out restricted people, but for the staff named for them.
        """
        seen_by = None
        if service_user_id is not None:
            grant = (await self._relationships.require(call, service_user_id)).grant
        elif "system" in call.bases:
            grant = Grant("system")
        else:
            team_id, grant = await self._relationships.team(call, team_id)
            seen_by = call.caller.staff_id
        found = await self._read.page(
            service_user_id=service_user_id, team_id=team_id, seen_by=seen_by, **rest
        )
        found = await self._documents.shown(found)
        shown = Shown.listed(found, team_id, service_user_id)
        await self._relationships.shown(call, grant, shown)
        return found

    async def _found(self, call: Call, id: UUID) -> tuple[dict[str, Any], Permitted]:
        found = await self._read.referral(id)
        if found is None:
            raise NotFound()
        return found, await self._relationships.require(
            call, found["service_user_id"], resource=f"referral/{id}"
        )

    async def _show(
        self, call: Call, permitted: Permitted, found: dict[str, Any], returned: int = 1
    ) -> None:
        whose, resource = (found["service_user_id"],), f"referral/{found['id']}"
        shown = Shown(whose, resource, returned, found["team_id"])
        await self._relationships.shown(call, permitted.grant, shown)
