"""Use cases of teams' policies: put, decide, look up."""

from datetime import datetime
from typing import Any, Generic, Literal

from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import NoRelationship, VersionChanged
from shared.kernel.team_policy import Draft, NotYourTeam, R, TeamPolicy, refuse_review
from shared.platform.relationships import Relationships
from shared.platform.team_policy.kept import Kept, KeptPolicies, kept
from shared.platform.team_policy.showing import policy_document, versions_document


class Policies(Generic[R]):
    """Of one service's teams. `floor` is the loosest that the trust lets a team set."""

    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        kind: type[TeamPolicy[R]],
        policies: KeptPolicies[R],
        floor: R,
    ) -> None:
        self._database = database
        self._store = store
        self._commands = commands
        self._relationships = relationships
        self._kind = kind
        self._kept = policies
        self._floor = floor

    async def put(
        self, call: Call, team_id: str, draft: Draft[R]
    ) -> tuple[Outcome[TeamPolicy[R]], bool]:
        """Publish a version, or propose it if it loosens. Also tells whether it is the first.

        Raises `NotYourTeam`, `Malformed` for a review before it begins, and what the aggregate
        refuses.
        """
        refuse_review(draft, call.at)
        try:
            await self._relationships.team(call, team_id)
        except NoRelationship:
            raise NotYourTeam() from None
        by, stream_id = call.actor(), self._kind.stream_of(team_id)
        if await self._store.has(stream_id):
            return await self._commands.change(
                call,
                self._kind,
                stream_id,
                lambda found: found.replace(by, call.at, draft, self._floor),
            ), False
        if call.if_match not in (None, 0):
            raise VersionChanged("This team has no policy of its own yet: its version is 0.")
        return await self._commands.create(
            call,
            lambda: self._kind.begin_with(by, call.at, team_id, draft, self._floor),
            self._kind,
        ), True

    async def decide(
        self,
        call: Call,
        team_id: str,
        decision: Literal["approved", "declined"],
        reason: str | None,
    ) -> Outcome[TeamPolicy[R]]:
        """A second person's decision on what is proposed. Raises `OwnProposal`, `NoProposal`,
        `NotFound` for a team that has never had either."""
        by = call.actor()

        async def allow(found: TeamPolicy[R]) -> None:
            found.refuse_proposer(by)

        def decide(found: TeamPolicy[R]) -> None:
            if decision == "approved":
                found.approve(by, call.at, reason, self._floor)
            else:
                assert reason, "whoever declines says why"
                found.decline(by, call.at, reason)

        stream_id = self._kind.stream_of(team_id)
        return await self._commands.change(call, self._kind, stream_id, decide, allow)

    async def at(self, call: Call, team_id: str, at: datetime | None) -> dict[str, Any]:
        """What is in force for a team at a moment, or now: what is shipped, if nothing else."""
        return self._shown(await self._kept.of(self._database, team_id), at or call.at)

    async def versions(self, team_id: str) -> list[dict[str, Any]]:
        """Every version that a team has published, newest first."""
        return versions_document(await self._kept.of(self._database, team_id))

    def shown(self, call: Call, outcome: Outcome[TeamPolicy[R]]) -> dict[str, Any]:
        """What a command left behind, as the API shows it."""
        return self._shown(kept(outcome.aggregate), call.at)

    def _shown(self, of: Kept[R], at: datetime) -> dict[str, Any]:
        return policy_document(of, at, self._kind.shipped, self._floor)
