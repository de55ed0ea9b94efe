"""What is done with anything that is kept about a service user: record, change, read, list."""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

from services.referrals.domain import Kept
from services.referrals.projection import KeptRows, kept_history
from shared.eventstore.commands import Commands, Further, Outcome
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.days import local_day
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.kernel.times import refuse_past_review
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Permitted, Relationships

K = TypeVar("K", bound=Kept)


class Keeping(Generic[K]):
    """The use cases of one kind. Raises `NotFound` for what isn't about that person."""

    def __init__(
        self,
        kind: type[K],
        rows: KeptRows,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
    ) -> None:
        self._kind = kind
        self._rows = rows
        self._store = store
        self._commands = commands
        self._relationships = relationships
        self._documents = documents

    async def record(
        self,
        call: Call,
        service_user_id: UUID,
        particulars: dict[str, Any],
        beside: Callable[[K], Sequence[Further]] = lambda _: (),
    ) -> Outcome[K]:
        """Record one, and what comes `beside` it in the same transaction."""
        refuse_past_review(particulars.get("review_due"), local_day(call.at))
        permitted = await self._relationships.require(call, service_user_id)
        await self._refuse(service_user_id, particulars)
        return await self._commands.create(
            call,
            lambda: self._kind.record(
                permitted.facts.actor(call),
                call.at,
                new_id(),
                service_user_id=service_user_id,
                team_id=permitted.person.team_id,
                **particulars,
            ),
            self._kind,
            beside=beside,
        )

    async def change(
        self, call: Call, service_user_id: UUID, id: UUID, decide: Callable[[K, Actor], None]
    ) -> Outcome[K]:
        """Run a command on one. An answer to a request that changes nothing is a look."""
        by, grant = call.actor(), Grant("anyone")

        async def allow(_: K) -> None:
            nonlocal by, grant
            if await self._rows.one(service_user_id, id) is None:
                raise NotFound()
            permitted = await self._relationships.require(call, service_user_id)
            by, grant = permitted.facts.actor(call), permitted.grant

        outcome = await self._commands.change(
            call, self._kind, id, lambda kept: decide(kept, by), allow
        )
        kept = outcome.aggregate
        if kept.version == call.if_match:
            resource = f"{self._kind.kind}/{id}"
            shown = Shown((kept.service_user_id,), resource, team_id=kept.team)
            await self._relationships.shown(call, grant, shown)
        return outcome

    async def one(self, call: Call, service_user_id: UUID, id: UUID) -> dict[str, Any]:
        """The row of one, its `document` as it is shown."""
        found, permitted = await self._found(call, service_user_id, id)
        found = await self._told(call, found)
        await self._show_one(call, permitted, found)
        return found

    async def history(self, call: Call, service_user_id: UUID, id: UUID) -> list[dict[str, Any]]:
        """Everything that happened to one, oldest first: who, when, and which fields changed."""
        found, permitted = await self._found(call, service_user_id, id)
        told = kept_history(await self._store.told(id))
        await self._show_one(call, permitted, found, len(told))
        return told

    async def _found(
        self, call: Call, service_user_id: UUID, id: UUID
    ) -> tuple[dict[str, Any], Permitted]:
        found = await self._rows.one(service_user_id, id)
        if found is None:
            raise NotFound()
        return found, await self._relationships.require(
            call, service_user_id, resource=f"{self._kind.kind}/{id}"
        )

    async def _show_one(
        self, call: Call, permitted: Permitted, found: dict[str, Any], returned: int = 1
    ) -> None:
        whose, resource = (found["service_user_id"],), f"{self._kind.kind}/{found['id']}"
        shown = Shown(whose, resource, returned, found["team_id"])
        await self._relationships.shown(call, permitted.grant, shown)

    async def listed(self, call: Call, service_user_id: UUID, **rest: Any) -> Slice:
        """Those of one person."""
        permitted = await self._relationships.require(call, service_user_id)
        found = await self._rows.page(service_user_id=service_user_id, **rest)
        found = await self._documents.shown(found)
        await self._show(call, permitted, found, service_user_id)
        return found.shown(lambda row: self._rows.told(row, local_day(call.at)))

    async def _told(self, call: Call, row: dict[str, Any]) -> dict[str, Any]:
        opened = await self._documents.one(row)
        return {**opened, "document": self._rows.told(opened, local_day(call.at))}

    async def _show(
        self, call: Call, permitted: Permitted, found: Slice, service_user_id: UUID
    ) -> None:
        shown = Shown.listed(found, permitted.person.team_id, service_user_id)
        await self._relationships.shown(call, permitted.grant, shown)

    async def _refuse(self, service_user_id: UUID, particulars: dict[str, Any]) -> None:
        """Refuse what names something that isn't there. Most things name nothing."""
