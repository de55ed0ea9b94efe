"""Use cases of sessions: schedule, record, put right, sign, and say why one wasn't held."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.supervision.application.participants import Participants
from services.supervision.application.saying import as_kept, refuse_unknown
from services.supervision.domain import Agreement, Session, WorkerNotRegistered
from services.supervision.projection import Register
from shared.contracts.supervision import ActionStatus, NotHeldReason, SessionContent
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.store import PostgresEventStore
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.digests import new_salt
from shared.kernel.errors import Malformed, NotFound
from shared.kernel.ids import new_id
from shared.kernel.times import refuse_future
from shared.platform.relationships import Relationships

Said = Mapping[str, Any]
"""Fields of a record: when it was held, how long, and those of `SessionContent`, its actions as
`ActionAgreed`."""


class Sessions:
    """Every command is for one of the two, or for the supervisor. Raises `Confidential` for
    anybody else."""

    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
    ) -> None:
        self._store = store
        self._commands = commands
        self._relationships = relationships
        self._participants = Participants(relationships)
        self._register = Register(database)

    async def schedule(
        self, call: Call, agreement_id: UUID, scheduled_for: datetime
    ) -> Outcome[Session]:
        """Raises `NotFound`, `NotYours`, `AgreementEnded`, `WorkerNotRegistered`."""
        agreement = await self._store.load(Agreement, agreement_id)
        await self._participants.require_supervisor(call, agreement)
        at_work = await self._register.at_work({agreement.worker_id})

        async def goes_on() -> None:
            agreement.refuse_ended(local_day(scheduled_for))
            if not at_work:
                raise WorkerNotRegistered(staff_ids=[agreement.worker_id])

        return await self._commands.create(
            call,
            lambda: Session.schedule(
                call.actor(),
                call.at,
                new_id(),
                scheduled_for=scheduled_for,
                group_session_id=None,
                **agreement.parties(),
            ),
            Session,
            unless=goes_on,
        )

    async def record(self, call: Call, id: UUID, said: Said) -> Outcome[Session]:
        """It was held, and this was said."""
        refuse_future(said["held_at"], call.at, "held_at")

        def hold(session: Session, by: Actor) -> None:
            content = as_kept(said, session.worker_id)
            held_at, minutes = content.pop("held_at"), content.pop("duration_minutes")
            session.hold(by, call.at, held_at, minutes, SessionContent(**content), new_salt())

        return await self._by_supervisor(call, id, hold, said)

    async def amend(self, call: Call, id: UUID, reason: str, changes: Said) -> Outcome[Session]:
        """The record says something else now, and both are to sign that."""
        if "held_at" in changes:
            refuse_future(changes["held_at"], call.at, "held_at")

        def amend(session: Session, by: Actor) -> None:
            if "remarks" in changes and session.group_session_id is None:
                raise Malformed("remarks are a group session's", "#/remarks")
            said = as_kept(changes, session.worker_id)
            session.amend(by, call.at, reason, said, new_salt())

        return await self._by_supervisor(call, id, amend, changes)

    async def miss(
        self, call: Call, id: UUID, reason_code: NotHeldReason, reason: str
    ) -> Outcome[Session]:
        """It wasn't held."""
        return await self._by_supervisor(
            call, id, lambda session, by: session.miss(by, call.at, reason_code, reason)
        )

    async def sign(
        self, call: Call, id: UUID, digest: str, agrees: bool, comment: str | None
    ) -> Outcome[Session]:
        return await self._by_either(
            call,
            id,
            lambda session, by: session.sign(
                by, call.at, session.party(by.staff_id), digest, agrees, comment
            ),
        )

    async def cancel(
        self, call: Call, id: UUID, reason_code: NotHeldReason, reason: str
    ) -> Outcome[Session]:
        """One of the two calls it off."""
        return await self._by_either(
            call, id, lambda session, by: session.cancel(by, call.at, reason_code, reason)
        )

    async def reschedule(
        self, call: Call, id: UUID, scheduled_for: datetime, reason: str | None
    ) -> Outcome[Session]:
        """One of the two moves it. Raises `AgreementEnded`."""
        session = await self._store.load(Session, id)
        agreement = await self._store.load(Agreement, session.agreement_id)

        def move(session: Session, by: Actor) -> None:
            session.refuse_settled()
            agreement.refuse_ended(local_day(scheduled_for))
            session.reschedule(by, call.at, scheduled_for, reason)

        return await self._by_either(call, id, move)

    async def update_action(
        self, call: Call, id: UUID, action_id: UUID, status: ActionStatus, outcome: str | None
    ) -> Outcome[Session]:
        """What became of an action, by its owner or the supervisor. Raises `NotFound`."""

        async def allow(session: Session) -> None:
            party = await self._participants.party(call, session)
            action = session.action(action_id)
            if action is None and not session.destroyed:
                raise NotFound("The record has no such action.")
            if party == "worker" and action and action.owner_id != session.worker_id:
                raise session.not_for_the_worker()

        return await self._commands.change(
            call,
            Session,
            id,
            lambda session: session.update_action(
                call.actor(), call.at, action_id, status, outcome
            ),
            allow,
        )

    async def _by_supervisor(
        self,
        call: Call,
        id: UUID,
        decide: Callable[[Session, Actor], None],
        said: Said | None = None,
    ) -> Outcome[Session]:
        """A command of the supervisor; with one that says something, who is named is known."""

        async def allow(session: Session) -> None:
            await self._participants.require_supervisor(call, session)
            if said:
                session.refuse_other_owners(said.get("actions", ()), "#/actions")
                await refuse_unknown(self._relationships, call, said.get("cases", ()))

        return await self._commands.change(
            call, Session, id, lambda session: decide(session, call.actor()), allow
        )

    async def _by_either(
        self, call: Call, id: UUID, decide: Callable[[Session, Actor], None]
    ) -> Outcome[Session]:
        async def allow(session: Session) -> None:
            await self._participants.party(call, session)

        return await self._commands.change(
            call, Session, id, lambda session: decide(session, call.actor()), allow
        )
