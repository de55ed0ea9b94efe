"""Use cases of onward referrals: make, acknowledge, record what came of it, look up."""

from datetime import date
from typing import Any
from uuid import UUID

from services.referrals.application.reading import Entries, Reading
from services.referrals.domain import AgencyClosed, OnwardReferral
from services.referrals.projection import Agencies
from services.referrals.projection import OnwardReferrals as ReadModel
from shared.contracts.referrals import AgencyKind, OnwardOutcome
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import Malformed, NotFound
from shared.kernel.ids import new_id
from shared.kernel.times import refuse_future_day
from shared.platform.relationships import Relationships


class OnwardReferrals:
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
        self._reading = Reading("onward-referral", ReadModel(database), relationships, documents)
        self._agencies = Agencies(database)

    async def make(
        self,
        call: Call,
        service_user_id: UUID,
        agency_id: str | None,
        agency_kind: AgencyKind | None,
        agency_name: str | None,
        **particulars: Any,
    ) -> Outcome[OnwardReferral]:
        """Help someone to reach an agency. Raises `AgencyClosed`, `NotFound` for an agency that
        isn't in the directory, and `Malformed` for a kind that it isn't."""
        consented_on = particulars["consented_on"]
        if consented_on is not None:
            refuse_future_day(consented_on, local_day(call.at), "consent/given_on")
        permitted = await self._relationships.require(call, service_user_id)
        agency = await self._agency(agency_id, agency_kind) if agency_id else None

        async def still_open() -> None:
            if agency and agency["status"] == "closed":
                raise AgencyClosed()

        return await self._commands.create(
            call,
            lambda: OnwardReferral.make(
                call.actor(),
                call.at,
                new_id(),
                service_user_id=service_user_id,
                team_id=permitted.person.team_id,
                agency_id=agency_id,
                agency_version=agency and agency["version"],
                agency_kind=agency_kind or (agency and agency["kinds"][0]),
                agency_name=agency["document"]["name"] if agency else agency_name,
                **particulars,
            ),
            OnwardReferral,
            unless=still_open,
        )

    async def _agency(self, agency_id: str, kind: AgencyKind | None) -> dict[str, Any]:
        agency = await self._agencies.one(agency_id)
        if agency is None:
            raise NotFound("The directory has no such agency.")
        if kind is not None and kind not in agency["kinds"]:
            raise Malformed("the agency is not of this kind", "#/agency_kind")
        return agency

    async def acknowledge(
        self, call: Call, id: UUID, acknowledged_on: date, details: str | None
    ) -> Outcome[OnwardReferral]:
        """The agency has it, since a day."""
        refuse_future_day(acknowledged_on, local_day(call.at), "acknowledged_on")
        return await self._commands.change(
            call,
            OnwardReferral,
            id,
            lambda referral: referral.acknowledge(call.actor(), call.at, acknowledged_on, details),
            lambda referral: self._allow(call, referral),
        )

    async def end(
        self, call: Call, id: UUID, outcome: OnwardOutcome, known_on: date, details: str | None
    ) -> Outcome[OnwardReferral]:
        """What came of it, known since a day."""
        refuse_future_day(known_on, local_day(call.at), "known_on")
        return await self._commands.change(
            call,
            OnwardReferral,
            id,
            lambda referral: referral.end(call.actor(), call.at, outcome, known_on, details),
            lambda referral: self._allow(call, referral),
        )

    async def _allow(self, call: Call, referral: OnwardReferral) -> None:
        await self._relationships.require(call, referral.service_user_id)

    async def onward_referral(self, call: Call, id: UUID) -> dict[str, Any]:
        return await self._reading.one(call, id)

    async def history(self, call: Call, id: UUID) -> Entries:
        """Everything that happened to it, oldest first."""
        return await self._reading.history(call, id, self._store.history)

    async def onward_referrals(
        self, call: Call, service_user_id: UUID | None, team_id: str | None, **rest: Any
    ) -> Slice:
        """Those of one person or one team that the caller is related to."""
        return await self._reading.listed(call, service_user_id, team_id, **rest)
