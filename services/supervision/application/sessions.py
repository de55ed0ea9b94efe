"""Use cases of sessions: schedule, record, put right, sign, and say why one wasn't held."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.supervision.application.saying import as_kept, refuse_unknown
from services.supervision.domain import Agreement, Session, WorkerNotRegistered
from services.supervision.projection import Register
from shared.contracts.supervision import SessionContent
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.store import PostgresEventStore
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.digests import new_salt
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
        self._register = Register(database)

    async def schedule(
        self, call: Call, agreement_id: UUID, scheduled_for: datetime
    ) -> Outcome[Session]:
        """Raises `NotFound`, `NotYours`, `AgreementEnded`, `WorkerNotRegistered`."""
        agreement = await self._store.load(Agreement, agreement_id)
        agreement.refuse_all_but_supervisor(call.caller.staff_id)
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

    async def _by_supervisor(
        self,
        call: Call,
        id: UUID,
        decide: Callable[[Session, Actor], None],
        said: Said | None = None,
    ) -> Outcome[Session]:
        """A command of the supervisor; with one that says something, who is named is known."""

        async def allow(session: Session) -> None:
            session.refuse_all_but_supervisor(call.caller.staff_id)
            if said:
                session.refuse_other_owners(said.get("actions", ()), "#/actions")
                await refuse_unknown(self._relationships, call, said.get("cases", ()))

        return await self._commands.change(
            call, Session, id, lambda session: decide(session, call.actor()), allow
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

    async def _by_either(
        self, call: Call, id: UUID, decide: Callable[[Session, Actor], None]
    ) -> Outcome[Session]:
        async def allow(session: Session) -> None:
            session.party(call.caller.staff_id)

        return await self._commands.change(
            call, Session, id, lambda session: decide(session, call.actor()), allow
        )
