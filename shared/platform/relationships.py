"""The one place where it is decided whether a caller may see a service user's data."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.kernel.engagement import Terms, covering
from shared.kernel.errors import Forbidden, NoEngagement, NoRelationship, NotFound, TieNotEnough
from shared.kernel.relationship import Basis, Person, ties
from shared.platform.accesslog import AccessLog, Grant, Shown
from shared.platform.messaging import Messaging
from shared.platform.service import Runtime
from shared.platform.ties import Facts, Ties

NAME_A_TEAM = "Name one of your teams."
NOT_OF_THIS_TEAM = "This is for some who work in that team: in your role, or your teams, you don't."


def relationships_of(made: Runtime, learns: tuple[str, ...]) -> "Relationships":
    """The relationships of a running service that learns ties from these services."""
    return Relationships(
        made.database,
        made.messaging,
        made.access_log,
        learns,
        timedelta(hours=made.settings.access_grace_hours),
    )


@dataclass(frozen=True, slots=True)
class Permitted:
    """An access that was allowed, with the facts it was allowed on."""

    grant: Grant
    facts: Facts
    person: Person


class Relationships:
    """Decides on the access table's row, the role and what is known of ties.

    `learns` are the services whose word is waited for before anything is refused (ADR 7), and
    `grace` how long a tie to a caseload or a team outlives its end. Refusals are recorded by the
    edge; what was allowed is recorded by `shown`, which a use case calls before it answers.
    """

    def __init__(
        self,
        database: Database,
        messaging: Messaging,
        log: AccessLog,
        learns: tuple[str, ...],
        grace: timedelta,
    ) -> None:
        self._ties = Ties(database)
        self._messaging = messaging
        self._log = log
        self._learns = learns
        self._grace = grace

    async def facts(self, call: Call, service_user_id: UUID | None = None) -> Facts:
        return await self._ties.facts(call, service_user_id)

    async def catch_up(self, call: Call) -> None:
        """Wait for the services whose word a refusal hangs on, as `require` does."""
        if "system" not in call.bases:
            await self._messaging.catch_up(*self._learns)

    async def require(
        self,
        call: Call,
        service_user_id: UUID,
        author_id: str | None = None,
        resource: str | None = None,
    ) -> Permitted:
        """What entitles the caller to this operation on a service user's data.

        `author_id` is who wrote what is asked for, `resource` what it is. Raises `NotFound` for an
        unknown service user, `NoRelationship` or `NoEngagement`, `TieNotEnough` for a tie that
        isn't one of those, or `Unavailable` when that can't be told for sure.
        """
        audited = "engagement" in call.bases
        for word_of in ((), ("audit",) if audited else self._learns):
            await self._messaging.catch_up(*word_of)
            facts = await self._ties.facts(call, service_user_id)
            grant = await self._grant(call, facts, author_id)
            if grant and facts.person:
                return Permitted(grant, facts, facts.person)
        if facts.person is None:
            raise NotFound("No service user has this id.")
        related = not audited and self.related(call, facts)
        refusal = NoEngagement if audited else TieNotEnough if related else NoRelationship
        raise refusal(
            subject=str(service_user_id),
            resource=resource,
            restricted=facts.person.restriction.restricted,
        )

    def related(self, call: Call, facts: Facts) -> bool:
        """Whether the caller has any tie to the person, whatever this operation needs."""
        if facts.person is None:
            return False
        return bool(ties(facts.person, facts.staff, call.at, self._grace))

    async def team(self, call: Call, team_id: str | None) -> tuple[str, Grant]:
        """The team asked for, if the caller works in it or is on duty for it, and which of these.

        Their only one, if none is named. Raises `NoRelationship`.
        """
        for word_of in ((), self._learns):
            await self._messaging.catch_up(*word_of)
            staff = (await self._ties.facts(call)).staff
            teams: dict[Basis, frozenset[str]] = {
                "team": staff.teams(call.at, self._grace),
                "duty": staff.answers_for(call.at),
            }
            own = frozenset().union(*(teams[basis] for basis in teams if basis in call.bases))
            named = team_id or (min(own) if len(own) == 1 else None)
            for basis, its in teams.items():
                if named in its and basis in call.bases:
                    return str(named), Grant(basis)
        raise NoRelationship(NAME_A_TEAM if team_id is None else NOT_OF_THIS_TEAM)

    async def over_team(self, call: Call, team_id: str | None) -> tuple[str | None, Grant]:
        """The team asked for as `team` has it; or what an auditor's engagement covers, which is
        everything where no team is named."""
        if "engagement" in call.bases:
            return team_id, await self.audited(call, team_id)
        return await self.team(call, team_id)

    async def require_colleague(self, call: Call, staff_id: str) -> None:
        """That another member of staff shares a team with the caller.

        Raises `NotFound` for one the register doesn't have, or `NoRelationship`.
        """
        for word_of in ((), self._learns):
            await self._messaging.catch_up(*word_of)
            facts = await self._ties.facts(call)
            other = await self._ties.staff(staff_id)
            ours = facts.staff.teams(call.at, self._grace) | facts.staff.answers_for(call.at)
            if other and ours & other.teams(call.at, self._grace):
                return
        if other is None:
            raise NotFound("The workforce register has no such worker.")
        raise NoRelationship("You share no team with this worker.", subject=staff_id)

    async def at_work(self, staff_id: str) -> bool:
        """Whether the register has someone at work, as far as can be told in time."""
        for word_of in ((), ("supervision",)):
            await self._messaging.catch_up(*word_of)
            found = await self._ties.staff(staff_id)
            if found and found.at_work:
                return True
        return False

    async def audited(self, call: Call, team_id: str | None) -> Grant:
        """The auditor's engagement that covers a team, or everything. Raises `NoEngagement`."""
        for word_of in ((), ("audit",)):
            await self._messaging.catch_up(*word_of)
            if found := covering(await self._ties.engagements(call), team_id, ()):
                return _under(found)
        raise NoEngagement()

    async def shown(self, call: Call, grant: Grant, shown: Shown) -> None:
        """Record what is about to be answered, and whether anyone's record in it is restricted."""
        if shown.resource is None and await self._ties.any_restricted(shown.service_user_ids):
            grant = replace(grant, restricted=True)
        await self._log.shown(call, grant, shown)

    async def refused(self, call: Call, refusal: Forbidden) -> None:
        """Record a refusal that the answer doesn't tell of."""
        await self._log.denied(call, refusal)

    async def _grant(self, call: Call, facts: Facts, author_id: str | None) -> Grant | None:
        person, staff_id = facts.person, call.caller.staff_id
        restricted = person is not None and person.restriction.restricted
        for basis in ("system", "anyone"):
            if basis in call.bases:
                return Grant(basis, restricted=restricted)
        if not facts.staff.at_work or (person and staff_id in person.restriction.excluded):
            return None
        if "author" in call.bases and author_id == staff_id:
            return Grant("author", restricted=restricted)
        if "governance" in call.bases:
            return Grant("governance", restricted=restricted)
        if "engagement" in call.bases:
            teams = sorted(person.teams) if person else [None]
            people = tuple(map(str, facts.same))
            in_force = await self._ties.engagements(call)
            covers = (covering(in_force, team_id, people) for team_id in teams)
            found = max(filter(None, covers), key=lambda terms: terms.identities, default=None)
            if found:
                return _under(found, restricted=restricted)
        for tie in ties(person, facts.staff, call.at, self._grace) if person else ():
            if tie.basis in call.bases:
                return Grant(tie.basis, tie.override_id, restricted=restricted)
        return None


def _under(terms: Terms, *, restricted: bool = False) -> Grant:
    return Grant(
        "engagement", engagement_id=terms.id, restricted=restricted, identified=terms.identities
    )
