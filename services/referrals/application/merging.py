"""Use cases of merging: two registrations are one person, or were not after all (ADR 14)."""

from uuid import UUID

from services.referrals.application.going_along import GoingAlong, moved
from services.referrals.domain import GainsAccess, ServiceUser
from shared.eventstore.commands import Commands, Further, Outcome
from shared.eventstore.database import Database
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import ContentDestroyed, Malformed, VersionChanged
from shared.platform.relationships import Relationships


class Merging:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
    ) -> None:
        self._store = store
        self._going = GoingAlong(database, store)
        self._commands = commands
        self._relationships = relationships

    async def merge(
        self, call: Call, id: UUID, into: UUID, reason: str, *, nhs_number_superseded: bool
    ) -> Outcome[ServiceUser]:
        """Merge a registration into another, or into what that one was merged into.

        `If-Match` names the version of the duplicate; the outcome is what stands for the person,
        which is what the duplicate's address shows from now on. What is open of the duplicate's
        referrals becomes the work of the team that the person is in; a death is the person's.
        """
        if id == into:
            raise Malformed("a registration isn't merged into itself", "#/into")
        duplicate = await self._store.load(ServiceUser, id)
        going = await self._going.of((id, *duplicate.duplicates))
        survivor_id = (await self._upwards(into))[-1].id

        async def allow(survivor: ServiceUser) -> None:
            await self._may_merge(call, id, survivor.id)

        def decide(survivor: ServiceUser) -> list[Further]:
            if duplicate.destroyed:
                raise ContentDestroyed()
            if survivor.merged_into:
                raise VersionChanged("What it was to be merged into was merged at this moment.")
            duplicate.merge(
                call.actor(), call.at, survivor, reason, nhs_number_superseded=nhs_number_superseded
            )
            if survivor.particulars.died_on is None and duplicate.particulars.died_on:
                died = {"died_on": duplicate.particulars.died_on}
                survivor.update(call.actor(), call.at, died, reason)
            return [duplicate, *moved(call, going, survivor.team_id)]

        return await self._commands.change(
            call, ServiceUser, survivor_id, decide, allow, matching=duplicate
        )

    async def separate(self, call: Call, id: UUID, reason: str) -> Outcome[ServiceUser]:
        """Undo a merge. `If-Match` names the version of what stands for the person, which is what
        the address of what was merged has shown; the outcome is what was merged, and its open
        referrals are its team's again."""
        merged, *above = await self._upwards(id)
        going = await self._going.of((id, *merged.duplicates))

        async def allow(_: ServiceUser) -> None:
            await self._relationships.require(call, id)

        def decide(duplicate: ServiceUser) -> list[Further]:
            duplicate.separate(call.actor(), call.at, above, reason)
            return [*above, *moved(call, going, duplicate.team_id)]

        return await self._commands.change(
            call, ServiceUser, id, decide, allow, matching=above[-1] if above else None
        )

    async def _may_merge(self, call: Call, *both: UUID) -> None:
        """Nobody lets themselves into a record by merging it with one that they see in another
        role."""
        found = [await self._relationships.require(call, each) for each in both]
        tied = {self._relationships.related(call, each.facts) for each in found}
        elsewhere = call.caller.roles - {call.role}
        if "governance" in call.bases and elsewhere and len(tied) > 1:
            raise GainsAccess(subject=str(both[0]))

    async def _upwards(self, id: UUID) -> list[ServiceUser]:
        """A registration, what it was merged into, and so on to what stands for the person."""
        found = [await self._store.load(ServiceUser, id)]
        while (into := found[-1].merged_into) is not None:
            found.append(await self._store.load(ServiceUser, into))
        return found
