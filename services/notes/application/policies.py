"""Use cases of teams' record-keeping policies: put, decide, look up."""

from datetime import datetime
from typing import Any, Literal

from services.notes import policy
from services.notes.domain import NotYourTeam, RecordKeepingPolicy
from services.notes.policy import Draft
from services.notes.projection import Policies as ReadModel
from services.notes.projection import policy_document, team_policy, versions_document
from shared.contracts.notes import RecordKeepingRules
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NoRelationship, VersionChanged
from shared.kernel.ids import named_id
from shared.platform.relationships import Relationships


class Policies:
    """`floor` is the loosest that the trust lets a team set."""

    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        floor: RecordKeepingRules,
    ) -> None:
        self._store = store
        self._commands = commands
        self._relationships = relationships
        self._floor = floor
        self._read = ReadModel(database)

    async def put(
        self, call: Call, team_id: str, draft: Draft
    ) -> tuple[Outcome[RecordKeepingPolicy], bool]:
        """Publish a version, or propose it if it loosens. Also tells whether it is the first.

        Raises `NotYourTeam`, `Malformed` for a review before it begins, and what the aggregate
        refuses.
        """
        policy.refuse_review(draft, call.at)
        try:
            await self._relationships.team(call, team_id)
        except NoRelationship:
            raise NotYourTeam() from None
        by, stream_id = call.actor(), named_id(RecordKeepingPolicy.kind, team_id)
        if await self._store.bodies(stream_id):
            return await self._commands.change(
                call,
                RecordKeepingPolicy,
                stream_id,
                lambda found: found.replace(by, call.at, draft, self._floor),
            ), False
        if call.if_match not in (None, 0):
            raise VersionChanged("This team has no policy of its own yet: its version is 0.")
        return await self._commands.create(
            call,
            lambda: RecordKeepingPolicy.begin_with(by, call.at, team_id, draft, self._floor),
            RecordKeepingPolicy,
        ), True

    async def decide(
        self,
        call: Call,
        team_id: str,
        decision: Literal["approved", "declined"],
        reason: str | None,
    ) -> Outcome[RecordKeepingPolicy]:
        """A second person's decision on what is proposed. Raises `OwnProposal`, `NoProposal`,
        `NotFound` for a team that has never had either."""
        by = call.actor()

        async def allow(found: RecordKeepingPolicy) -> None:
            found.refuse_proposer(by)

        def decide(found: RecordKeepingPolicy) -> None:
            if decision == "approved":
                found.approve(by, call.at, reason, self._floor)
            else:
                assert reason, "whoever declines says why"
                found.decline(by, call.at, reason)

        stream_id = named_id(RecordKeepingPolicy.kind, team_id)
        return await self._commands.change(call, RecordKeepingPolicy, stream_id, decide, allow)

    async def at(self, call: Call, team_id: str, at: datetime | None) -> dict[str, Any]:
        """What is in force for a team at a moment, or now: what is shipped, if nothing else."""
        return policy_document(await self._read.of(team_id), at or call.at, self._floor)

    async def versions(self, team_id: str) -> list[dict[str, Any]]:
        """Every version that a team has published, newest first."""
        return versions_document(await self._read.of(team_id))

    def shown(self, call: Call, outcome: Outcome[RecordKeepingPolicy]) -> dict[str, Any]:
        """What a command left behind, as the API shows it."""
        return policy_document(team_policy(outcome.aggregate), call.at, self._floor)
