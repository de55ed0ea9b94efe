"""Making a note, together with what it brings: a concern, and a query about its boundaries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.notes import policy
from services.notes.application.circumstances import Circumstances, Known
from services.notes.application.routing import Routing
from services.notes.domain import BoundaryQuery, Concern, Note
from shared.contracts import notes as contract
from shared.contracts.notes import Account, Contact
from shared.eventstore.store import PostgresEventStore
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate
from shared.kernel.call import Call
from shared.kernel.digests import new_salt
from shared.kernel.ids import new_id
from shared.platform.relationships import Relationships


@dataclass(frozen=True, slots=True)
class Prepared:
    """A note as just made, and what is committed beside it."""

    note: Note
    beside: tuple[Aggregate, ...]
    author_teams: frozenset[str]

    @property
    def all(self) -> tuple[Aggregate, ...]:
        return (self.note, *self.beside)


class Recording:
    def __init__(
        self,
        store: PostgresEventStore,
        relationships: Relationships,
        circumstances: Circumstances,
        routing: Routing,
    ) -> None:
        self._store = store
        self._relationships = relationships
        self._circumstances = circumstances
        self._routing = routing

    async def prepared(
        self,
        call: Call,
        service_user_id: UUID,
        contact: Contact,
        account: Account,
        group_session_id: UUID | None = None,
    ) -> Prepared:
        """A note about someone, flagged if its author has no tie to them. Raises `NotFound`, or
        `Malformed` for a concern that someone will be told of."""
        if account.concern:
            policy.refuse_future_alerts(account.concern.alerted, call.at, "#/concern/alerted")
        known = await self._circumstances.of(call, service_user_id, contact, account)
        author = known.author(call, related=self._relationships.related(call, known.facts))
        note_id = new_id()
        concern = await self.concern(
            call, known, service_user_id, known.person.team_id, note_id, account.concern
        )
        note = Note.record(
            known.by(call),
            call.at,
            note_id,
            service_user_id,
            known.person.team_id,
            contact,
            account,
            new_salt(),
            policy.judge(
                known.policy,
                author,
                contact,
                account,
                call.at,
                call.at,
                after_death=policy.is_after_death(contact, known.person.died_on),
            ),
            concern_id=concern.id if concern else None,
            group_session_id=group_session_id,
        )
        asked = policy.queried(known.policy.rules, author, account, policy.day_of(contact))
        query = self.query(call, known, note, asked)
        teams = known.facts.staff.teams(call.at)
        return Prepared(note, tuple(each for each in (concern, query) if each), teams)

    async def concern(
        self,
        call: Call,
        known: Known,
        service_user_id: UUID,
        team_id: str,
        note_id: UUID,
        said: contract.Concern | None,
    ) -> Concern | None:
        """The concern that a note raises, if it raises one."""
        if said is None:
            return None
        return await self._routing.raised(
            known.by(call), call.at, service_user_id, team_id, note_id, said
        )

    async def restated(
        self, call: Call, note: Note, said: contract.Concern | None
    ) -> Callable[[Actor], Concern | None]:
        """What an amendment says of the concern that was raised with a note, to be put to it."""
        if note.concern_id is None or said is None or said == note.account.concern:
            return lambda _: None
        concern = await self._store.load(Concern, note.concern_id)
        clock = await self._routing.starts(
            call.at,
            concern.service_user_id,
            concern.team,
            concern.raised_by.staff_id,
            (*concern.about_staff, *said.about_staff),
            said.urgency,
        )

        def restate(by: Actor) -> Concern | None:
            concern.restate(by, call.at, said, clock)
            return concern if concern.pending_events else None

        return restate

    def query(
        self, call: Call, known: Known, note: Note, asked: Sequence[contract.QueriedActivity]
    ) -> BoundaryQuery | None:
        """What is asked of the manager about a note, if anything is."""
        if not asked:
            return None
        by, about = known.by(call), note.service_user_id
        return BoundaryQuery.ask(by, call.at, new_id(), note.id, note.team, about, tuple(asked))
