"""Use cases of unmet needs: record, resolve, look up."""

from datetime import date
from typing import Any
from uuid import UUID

from services.referrals.application.reading import Reading
from services.referrals.domain import UnmetNeed
from services.referrals.projection import OnwardReferrals
from services.referrals.projection import UnmetNeeds as ReadModel
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import Malformed
from shared.kernel.ids import new_id
from shared.kernel.times import refuse_future_day
from shared.platform.relationships import Relationships


class UnmetNeeds:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
    ) -> None:
        self._commands = commands
        self._relationships = relationships
        self._reading = Reading("unmet-need", ReadModel(database), relationships, documents)
        self._onward = OnwardReferrals(database)

    async def record(
        self, call: Call, service_user_id: UUID, onward_referral_id: UUID | None, **words: Any
    ) -> Outcome[UnmetNeed]:
        """A need that nothing meets. Raises `Malformed` for an onward referral that isn't the
        person's."""
        permitted = await self._relationships.require(call, service_user_id)
        if onward_referral_id is not None:
            onward = await self._onward.one(onward_referral_id)
            if onward is None or onward["service_user_id"] not in permitted.facts.same:
                pointer = "#/onward_referral_id"
                raise Malformed("this person has no such onward referral", pointer)
        return await self._commands.create(
            call,
            lambda: UnmetNeed.record(
                call.actor(),
                call.at,
                new_id(),
                service_user_id=service_user_id,
                team_id=permitted.person.team_id,
                onward_referral_id=onward_referral_id,
                **words,
            ),
            UnmetNeed,
        )

    async def resolve(
        self, call: Call, id: UUID, met_on: date, details: str | None
    ) -> Outcome[UnmetNeed]:
        """It is met after all, since a day. Raises `AlreadyMet`."""
        refuse_future_day(met_on, local_day(call.at), "met_on")

        async def allow(need: UnmetNeed) -> None:
            await self._relationships.require(call, need.service_user_id)

        return await self._commands.change(
            call,
            UnmetNeed,
            id,
            lambda need: need.resolve(call.actor(), call.at, met_on, details),
            allow,
        )

    async def unmet_need(self, call: Call, id: UUID) -> dict[str, Any]:
        return await self._reading.one(call, id)

    async def unmet_needs(
        self, call: Call, service_user_id: UUID | None, team_id: str | None, **rest: Any
    ) -> Slice:
        """Those of one person or one team that the caller is related to."""
        return await self._reading.listed(call, service_user_id, team_id, **rest)
