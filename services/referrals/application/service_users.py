"""Use cases of service users: register, update, find, restrict."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.referrals.application.going_along import GoingAlong, moved
from services.referrals.domain import AlreadyRegistered, Referral, ServiceUser, UnknownTeam
from services.referrals.policy import refuse_incoherent
from services.referrals.projection import (
    NhsNumbers,
    Workers,
    person_history,
    service_user_document,
    without_particulars,
)
from services.referrals.projection import ServiceUsers as ReadModel
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import NoRelationship, NotFound
from shared.kernel.ids import new_id
from shared.kernel.relationship import Basis, Restriction
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships


class ServiceUsers:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
        numbers: NhsNumbers,
    ) -> None:
        self._store = store
        self._commands = commands
        self._relationships = relationships
        self._documents = documents
        self._numbers = numbers
        self._read = ReadModel(database)
        self._going = GoingAlong(database, store)
        self._workers = Workers(database)

    async def register(
        self, call: Call, nhs_number: str | None, **particulars: Any
    ) -> Outcome[ServiceUser]:
        """Register a service user. Raises `AlreadyRegistered` for a known NHS number.

        That tells the caller that the person is known, which is a look, or a refusal, on record.
        """
        made = ServiceUser.register(
            call.actor(), call.at, new_id(), nhs_number=nhs_number, **particulars
        )

        async def not_known() -> None:
            if nhs_number:
                await self._refuse_known(call, nhs_number)

        outcome = await self._commands.create(call, lambda: made, ServiceUser, unless=not_known)
        if outcome.replayed:
            person = (await self._relationships.facts(call, outcome.aggregate.id)).person
            if person and call.caller.staff_id in person.restriction.excluded:
                raise NoRelationship(subject=str(outcome.aggregate.id), restricted=True)
        return outcome

    async def update(
        self, call: Call, id: UUID, given: Mapping[str, Any], reason: str | None
    ) -> Outcome[ServiceUser]:
        """Change what is given of someone's particulars, and leave the rest as it is.

        With a new team their open referrals go along, in the same transaction; and what was merged
        into this registration follows to its team and co-ordinator. Raises `NotYoursToChange`, or
        `AlreadyRegistered` for somebody else's NHS number. An answer to a request that changes
        nothing is a look.
        """
        refuse_incoherent(given, local_day(call.at))
        resource = f"service-user/{id}"
        grant, going, merged = Grant("anyone"), list[Referral](), list[ServiceUser]()
        taken = team_unknown = False

        async def allow(person: ServiceUser) -> None:
            nonlocal grant, going, merged, taken, team_unknown
            permitted = await self._relationships.require(call, id, resource=resource)
            grant = permitted.grant
            person.may_update(call.actor(), given)
            if given.get("team_id", person.team_id) != person.team_id:
                going = await self._going.of(permitted.facts.same)
                team_unknown = not await self._works_in(call, given["team_id"])
            merged = await self._merged(person)
            known = await self._with(number) if (number := given.get("nhs_number")) else None
            # Of registrations that aren't merged the database makes sure.
            taken = known is not None and known["id"] != id

        def decide(person: ServiceUser) -> Sequence[Referral | ServiceUser]:
            changed = person.update(call.actor(), call.at, given, reason)
            if taken and "nhs_number" in changed:
                raise AlreadyRegistered()
            if team_unknown and "team_id" in changed:
                raise UnknownTeam()
            if {"team_id", "care_coordinator_id", "died_on"} & {*changed}:
                for each in merged:
                    each.follow(call.actor(), call.at, person, reason)
            following = [each for each in merged if each.pending_events]
            return [*moved(call, going, person.team_id), *following]

        try:
            outcome = await self._commands.change(
                call, ServiceUser, id, decide, allow, unless=ServiceUser.refuse_merged
            )
        except AlreadyRegistered:
            await self._refuse_known(call, given["nhs_number"])
            raise
        if outcome.aggregate.version == call.if_match:
            shown = Shown((id,), resource, team_id=outcome.aggregate.team_id)
            await self._relationships.shown(call, grant, shown)
        return outcome

    async def service_user(self, call: Call, id: UUID) -> dict[str, Any]:
        """A person, by the id of any of their registrations."""
        permitted = await self._relationships.require(call, id, resource=f"service-user/{id}")
        found = await self._read.service_user(id)
        assert found is not None
        found = await self._documents.one(found)
        shown = Shown((found["id"],), f"service-user/{found['id']}", team_id=found["team_id"])
        await self._relationships.shown(call, permitted.grant, shown)
        restricted = permitted.person.restriction.restricted
        return {**found, "document": {**from_json(found["document"]), "restricted": restricted}}

    async def history(self, call: Call, id: UUID) -> list[dict[str, Any]]:
        """Every event of a person's entry, oldest first: who changed which fields, when."""
        permitted = await self._relationships.require(call, id, resource=f"service-user/{id}")
        entries = person_history(await self._store.told(*permitted.facts.same))
        team_id = permitted.person.team_id
        shown = Shown((id,), f"service-user/{id}", len(entries), team_id)
        await self._relationships.shown(call, permitted.grant, shown)
        return entries

    async def search(self, call: Call, nhs_number: str) -> list[dict[str, Any]]:
        """Who has an NHS number, of the people the caller is related to.

        Nobody learns that someone is known whom they are not related to: the answer is the same,
        as late, and the refusal is on that person's record.
        """
        known = await self._with(nhs_number)
        if known is None:
            await self._relationships.catch_up(call)
            await self._relationships.shown(call, Grant("anyone"), Shown((), returned=0))
            return []
        try:
            permitted = await self._relationships.require(call, known["id"])
        except NoRelationship as refusal:
            await self._relationships.refused(call, refusal)
            return []
        shown = Shown((known["id"],), team_id=known["team_id"])
        await self._relationships.shown(call, permitted.grant, shown)
        return [{"id": known["id"], "team_id": known["team_id"]}]

    async def restrict(
        self, call: Call, id: UUID, restriction: Restriction, reason: str
    ) -> Outcome[ServiceUser]:
        """Replace who may see a record, with all its registrations. Needs no relationship, and
        gives none."""
        others: list[ServiceUser] = []

        async def allow(person: ServiceUser) -> None:
            nonlocal others
            others = await self._merged(person)
            person.may_restrict(call.actor(), restriction.named, others)

        def decide(person: ServiceUser) -> list[ServiceUser]:
            person.restrict(call.actor(), call.at, restriction, reason, others)
            return others

        return await self._commands.change(
            call, ServiceUser, id, decide, allow, unless=ServiceUser.refuse_merged
        )

    async def restriction(self, call: Call, id: UUID) -> tuple[Restriction, int]:
        """Who may see a record, and the person's version. Not for those kept from it."""
        found = await self._read.service_user(id)
        person = (await self._relationships.facts(call, id)).person
        if found is None or person is None:
            raise NotFound("No service user has this id.")
        if call.caller.staff_id in person.restriction.excluded:
            raise NoRelationship(subject=str(id), restricted=person.restriction.restricted)
        shown = Shown((found["id"],), f"service-user/{found['id']}", team_id=person.team_id)
        await self._relationships.shown(call, Grant("governance"), shown)
        return person.restriction, found["version"]

    async def answer(self, call: Call, outcome: Outcome[ServiceUser]) -> dict[str, Any]:
        """What a command leaves to be shown: to an IG lead, who has no business with who it is,
        without that."""
        person = (await self._relationships.facts(call, outcome.aggregate.id)).person
        governing = "governance" in call.bases
        shown = (without_particulars if governing else service_user_document)(outcome.aggregate)
        return {**shown, "restricted": person is not None and person.restriction.restricted}

    async def _merged(self, person: ServiceUser) -> list[ServiceUser]:
        """What was merged into a registration, but for what was destroyed."""
        loads = (self._store.load(ServiceUser, each) for each in person.duplicates)
        return [each for each in await asyncio.gather(*loads) if not each.destroyed]

    async def _refuse_known(self, call: Call, nhs_number: str) -> None:
        """Raises `AlreadyRegistered` if someone has this number, whom it names to who may know.

        To be told is a look at that person's record, or a refusal.
        """
        known = await self._with(nhs_number)
        if known and await self._sees(call, known["id"]):
            basis: Basis = "system" if "system" in call.bases else "anyone"
            await self._relationships.shown(call, Grant(basis), Shown((known["id"],)))
            raise AlreadyRegistered(id=known["id"])
        if known:
            await self._relationships.refused(call, NoRelationship(subject=str(known["id"])))
            raise AlreadyRegistered()

    async def _works_in(self, call: Call, team_id: str) -> bool:
        """Whether anybody works in a team, so that whoever is moved there is somebody's."""
        if not await self._workers.any_in(team_id):
            await self._relationships.catch_up(call)
            return await self._workers.any_in(team_id)
        return True

    async def _sees(self, call: Call, service_user_id: UUID) -> bool:
        """Whether the caller may know that this person is known here."""
        if "system" in call.bases:
            return True
        facts = await self._relationships.facts(call, service_user_id)
        return self._relationships.related(call, facts)

    async def _with(self, nhs_number: str) -> dict[str, Any] | None:
        return await self._read.by_nhs_number(self._numbers.hash(nhs_number))
