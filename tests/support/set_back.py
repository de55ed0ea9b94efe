"""A notes store that is set back behind its stream, and what recovers it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg
from nats.aio.client import Client

from countersign.recover.command import Outcome, Recovery, Wish
from countersign.recover.copies import Copy, StreamCopy
from deploy.local.stack import service
from services.notes.domain import Note, OverdueCountersignature
from services.notes.projection import rows
from shared.eventstore.cloudevents import Names
from shared.eventstore.relay import Relay, RelayState
from shared.eventstore.stream import ask
from shared.kernel.actor import Actor
from shared.kernel.store import RecordedEvent
from tests.support.build import append, note
from tests.support.engines import Engines, Fresh, Opened
from tests.support.keeping import SUBJECT
from tests.support.wait import until

OPERATOR = Actor("operator-1", "Operator 1", "operator")


@dataclass
class Store:
    """A notes store that has published to its stream, and may be set back."""

    fresh: Fresh
    opened: Opened
    nats: Client
    names: Names

    async def published(self, *notes: Note | OverdueCountersignature) -> None:
        await append(self.opened, *notes)
        async with self.relaying():
            await until(self._is_behind_nothing)

    async def _is_behind_nothing(self) -> bool:
        info = await ask(self.nats, f"STREAM.INFO.{self.names.stream}")
        stored = await self.opened.store.read_after(0, 1000)
        return int(info["state"]["last_seq"]) >= len(stored)

    @asynccontextmanager
    async def relaying(self) -> AsyncIterator[Relay]:
        relay = Relay(self.opened.database, self.opened.store, self.nats, self.names)
        running = asyncio.create_task(relay.run())
        try:
            yield relay
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def lose(self, *ids: UUID, after: int = 0) -> None:
        """As a restore leaves it that has no later version of these."""
        with psycopg.connect(self.fresh.superuser_dsn) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(
                "DELETE FROM events WHERE stream_id = ANY(%s) AND version > %s", ([*ids], after)
            )
            connection.execute("DELETE FROM notes WHERE id = ANY(%s)", ([*ids],))

    async def has(self) -> list[RecordedEvent]:
        return await self.opened.store.read_after(0, 100)

    async def recover(self, copy: Copy | None = None, **wish: bool) -> Outcome:
        found = service("notes")
        recovery = Recovery(
            found, rows, self.opened.database, self.opened.keys,
            copy or StreamCopy(self.nats, self.names),
            lambda: self.fresh.owner_dsn,
        )  # fmt: skip
        return await recovery.run(OPERATOR, Wish(**wish))

    async def listed(self) -> dict[UUID, int]:
        found = await self.opened.database.run("SELECT id, version FROM notes")
        return {row["id"]: row["version"] for row in found}

    async def follows(self) -> None:
        """The relay goes on, and publishes all there is."""
        async with self.relaying() as relay:
            await until(lambda: _is(relay, RelayState.RUNNING))
            await append(self.opened, note())
            head = await self.opened.store.head()
            await until(lambda: _at(relay, head))


async def _is(relay: Relay, state: RelayState) -> bool:
    return relay.state is state


async def _at(relay: Relay, position: int) -> bool:
    return relay.position >= position


@asynccontextmanager
async def set_back(engines: Engines) -> AsyncIterator[Store]:
    fresh = engines.fresh("notes")
    async with (
        fresh.opened() as opened,
        engines.key_stream(),
        engines.stream("notes") as (connection, names),
    ):
        yield Store(fresh, opened, connection, names)


async def key_of(store: Store) -> tuple[UUID, str]:
    [row] = await store.opened.database.run("SELECT key_id FROM keys.data_keys")
    return row["key_id"], SUBJECT
