"""Use cases of deciding referrals."""

from uuid import UUID

from services.referrals.domain import Referral
from shared.contracts.referrals import DeclineReason, Outcome
from shared.eventstore import commands
from shared.eventstore.commands import Commands
from shared.kernel.call import Call
from shared.platform.relationships import Relationships


class Deciding:
    def __init__(self, commands: Commands, relationships: Relationships) -> None:
        self._commands = commands
        self._relationships = relationships

    async def decide(
        self,
        call: Call,
        id: UUID,
        outcome: Outcome,
        rationale: str,
        reason_code: DeclineReason | None,
    ) -> commands.Outcome[Referral]:
        async def allow(referral: Referral) -> None:
            await self._relationships.require(call, referral.service_user_id)

        return await self._commands.change(
            call,
            Referral,
            id,
            lambda r: r.decide(call.actor(), call.at, outcome, rationale, reason_code),
            allow,
        )
