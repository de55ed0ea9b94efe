"""Use cases of referrals: receive, read, list."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.referrals.application.reading import Entries, Reading
from services.referrals.domain import Referral
from services.referrals.projection import Referrals as ReadModel
from services.referrals.projection import Rules, referral_history
from shared.eventstore import commands
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.kernel.times import refuse_future
from shared.platform.relationships import Relationships


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
        self._read = ReadModel(database)
        self._reading = Reading("referral", self._read, relationships, documents)
        self._rules = Rules(database)

    async def receive(
        self, call: Call, service_user_id: UUID, received_at: datetime, **particulars: Any
    ) -> tuple[commands.Outcome[Referral], bool]:
        """Record a referral, after the last one of this person that has ended. Also tells whether
        the caller is tied to the person: to refer them, nobody has to be.

        What is due is by the rules that were in force when it was received.
        """
        refuse_future(received_at, call.at, "received_at")
        facts = await self._relationships.facts(call, service_user_id)
        if facts.person is None:
            raise NotFound("No service user has this id.")
        team_id = facts.person.team_id
        rules = (await self._rules.of(team_id, received_at)).rules
        before = await self._read.last_ended(*facts.same)
        outcome = await self._commands.create(
            call,
            lambda: Referral.receive(
                call.actor(),
                call.at,
                new_id(),
                service_user_id=service_user_id,
                team_id=team_id,
                received_at=received_at,
                previous_referral_id=before,
                decide_by=received_at + timedelta(days=rules.decide_within_days),
                allocate_by=received_at + timedelta(days=rules.allocate_within_days),
                **particulars,
            ),
            Referral,
        )
        return outcome, "system" in call.bases or self._relationships.related(call, facts)

    async def referral(self, call: Call, id: UUID) -> dict[str, Any]:
        return await self._reading.one(call, id)

    async def history(self, call: Call, id: UUID) -> Entries:
        """Every event of a referral, oldest first."""
        return await self._reading.history(call, id, self._entries)

    async def referrals(
        self, call: Call, service_user_id: UUID | None, team_id: str | None, **rest: Any
    ) -> Slice:
        """Referrals of one person or one team that the caller is related to, or of their own
        caseload."""
        own = team_id is None and rest["worker_id"] == call.caller.staff_id
        return await self._reading.listed(call, service_user_id, team_id, own=own, **rest)

    async def _entries(self, id: UUID) -> Entries:
        return referral_history(await self._store.told(id))
