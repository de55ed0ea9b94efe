"""Use cases of organisational issues: raise, answer, hand on, close (HB 5.23)."""

from uuid import UUID, uuid4

from services.supervision import policy
from services.supervision.domain import Issue
from services.supervision.projection import Register, Rules
from shared.contracts.supervision import IssueOutcome, IssueRoute, IssueTopic
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.kernel.errors import Malformed
from shared.platform.relationships import Relationships


class Issues:
    def __init__(
        self, database: Database, commands: Commands, relationships: Relationships
    ) -> None:
        self._commands = commands
        self._relationships = relationships
        self._register = Register(database)
        self._rules = Rules(database)

    async def raise_one(
        self,
        call: Call,
        team_id: str | None,
        *,
        route: IssueRoute,
        topic: IssueTopic,
        description: str,
    ) -> Outcome[Issue]:
        """To a team of the caller's. Raises `NoRelationship`, and `Malformed` for words that look
        as if they told who somebody is."""
        team, _ = await self._relationships.team(call, team_id)
        held = await self._rules.of(team, call.at)

        async def unless() -> None:
            await self._refuse_identifying(call, team, "description", description)

        return await self._commands.create(
            call,
            lambda: Issue.raise_one(
                call.actor(),
                call.at,
                uuid4(),
                team_id=team,
                route=route,
                topic=topic,
                answer_by=policy.answer_by(held.rules, call.at),
                names_raiser=held.rules.issues_name_raiser,
                policy_version=held.policy_version,
                description=description,
            ),
            Issue,
            unless,
        )

    async def answer(self, call: Call, id: UUID, answer: str) -> Outcome[Issue]:
        """Raises `NotYoursToAnswer`, and `Malformed` as `raise_one` does."""

        async def allow(issue: Issue) -> None:
            await self._refuse_others(call, issue)
            await self._refuse_identifying(call, issue.team, "answer", answer)

        return await self._commands.change(
            call, Issue, id, lambda issue: issue.answer(call.actor(), call.at, answer), allow
        )

    async def hand_on(self, call: Call, id: UUID, route: IssueRoute, why: str) -> Outcome[Issue]:
        """To the other route, whose time to answer is that of the rules in force now."""
        held: policy.InForce

        async def allow(issue: Issue) -> None:
            nonlocal held
            await self._refuse_others(call, issue)
            await self._refuse_identifying(call, issue.team, "reason", why)
            held = await self._rules.of(issue.team, call.at)

        def decide(issue: Issue) -> None:
            until = policy.answer_by(held.rules, call.at)
            issue.hand_on(call.actor(), call.at, route, until, held.policy_version, why)

        return await self._commands.change(call, Issue, id, decide, allow)

    async def close(
        self, call: Call, id: UUID, outcome: IssueOutcome, reason: str
    ) -> Outcome[Issue]:
        """By whoever raised it, or answers for its route."""

        async def allow(issue: Issue) -> None:
            if not issue.is_raisers(call.actor()):
                await self._refuse_others(call, issue)
            await self._refuse_identifying(call, issue.team, "reason", reason)

        return await self._commands.change(
            call,
            Issue,
            id,
            lambda issue: issue.close(call.actor(), call.at, outcome, reason),
            allow,
        )

    async def _refuse_others(self, call: Call, issue: Issue) -> None:
        await self._relationships.team(call, issue.team)
        issue.refuse_others(policy.routes_of(call.caller.roles))

    async def _refuse_identifying(self, call: Call, team_id: str, field: str, words: str) -> None:
        """What is said here is read by the whole team: it is about the work, and about nobody."""
        caller = call.caller
        names = await self._register.names_in(team_id)
        if found := policy.identifying(words, names | {caller.staff_id, caller.name}):
            raise Malformed(
                f"this looks as if it has {found} in it: an issue is about the work and is read"
                " by the team, so nobody can be told from it",
                f"#/{field}",
            )
