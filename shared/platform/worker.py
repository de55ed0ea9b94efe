"""The worker role: relay, consumers, deadlines and housekeeping, run by one leader per service."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import psycopg
from pydantic_core import to_json
from sqlalchemy import bindparam, delete

from shared.eventstore.backlog import Backlogs
from shared.eventstore.database import Database
from shared.eventstore.handover import KeyHandover
from shared.eventstore.leader import leading, stop_if_cancelled, worker_of
from shared.eventstore.relay import Relay, RelayState
from shared.eventstore.schema import IDEMPOTENCY
from shared.eventstore.sql import Prepared
from shared.eventstore.store import PostgresEventStore
from shared.kernel.clock import Clock
from shared.kernel.errors import Unavailable
from shared.platform.consumer import Consumer
from shared.platform.deadlines import Deadlines
from shared.platform.key_follower import KeyFollower
from shared.platform.messaging import Messaging
from shared.platform.migrations.schema import OK
from shared.platform.projecting import Handler, parked_letters, replay

RETRY = 0.5
KEPT_FOR = timedelta(hours=24)
"""How long an Idempotency-Key is remembered (api, section 0)."""

_FORGET = Prepared(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.recorded_at < bindparam("before")))
log = logging.getLogger(__name__)


async def served_by_any() -> str:
    return OK


class NoLongerServed(Exception):
    """The schema serves this release no more; another process may lead now."""


class Worker:
    """Waits to lead, then works until it can't; then waits to lead again."""

    def __init__(
        self,
        service: str,
        database: Database,
        store: PostgresEventStore,
        messaging: Messaging,
        handlers: Mapping[str, Handler],
        key_followers: Sequence[KeyFollower] = (),
        handover: KeyHandover | None = None,
        looks: Callable[[], Sequence[Deadlines]] = tuple,
        clock: Clock | None = None,
        schema_state: Callable[[], Awaitable[str]] = served_by_any,
    ) -> None:
        self._service = service
        self._database = database
        self._messaging = messaging
        self.backlogs = Backlogs(database, service)
        self.relay = Relay(database, store, messaging.connection, messaging.names())
        self.handover = handover
        self._looks = looks
        self._handlers = handlers
        self._schema_state = schema_state
        self.looks: Sequence[Deadlines] = ()
        self.consumers: list[Consumer | KeyFollower] = [
            *key_followers,
            *(
                Consumer(database, messaging, service, producer, handler, clock)
                for producer, handler in handlers.items()
            ),
        ]
        self.leads = False
        self.parked = 0

    def wake(self) -> None:
        """Something was committed."""
        self.relay.wake()
        if self.handover:
            self.handover.wake()

    async def run(self) -> None:
        await self._messaging.ready()
        while True:
            await self._until_served()
            # Each time in a task of its own: what ends it stays with it.
            term = asyncio.create_task(self._lead(), name=f"{self._service}-leads")
            try:
                await asyncio.wait({term})
            finally:
                self.leads = False
                if not term.done():
                    term.cancel()
                    await asyncio.wait({term})
            ended = None if term.cancelled() else term.exception()
            log.warning("%s stopped leading: %s", self._service, ended and _names(ended))
            await asyncio.sleep(RETRY)

    async def _lead(self) -> None:
        async with (
            leading(self._database, worker_of(self._service)) as still_leading,
            asyncio.TaskGroup() as group,
        ):
            log.info("%s leads", self._service)
            self.leads = True
            self.looks = self._looks()
            for consumer in self.consumers:
                consumer.is_level()
            group.create_task(still_leading())
            group.create_task(self._while_served())
            group.create_task(self.relay.run())
            if self.handover:
                group.create_task(self.handover.run())
            for look in self.looks:
                group.create_task(look.run())
            group.create_task(self._say_head())
            group.create_task(self._forget_keys())
            group.create_task(self._consume())

    async def _until_served(self) -> None:
        """Wait for a schema that serves this release; readiness says what it waits for."""
        while not await self._served():
            stop_if_cancelled()
            await asyncio.sleep(RETRY)

    async def _while_served(self) -> None:
        """Ends the lead when the database was taken further than this release may go."""
        while await self._schema_state() == OK:
            stop_if_cancelled()
            await asyncio.sleep(1)
        raise NoLongerServed

    async def _served(self) -> bool:
        with contextlib.suppress(Unavailable):
            return await self._schema_state() == OK
        return False

    async def _consume(self) -> None:
        """What had to be parked comes first: this release may know what an older one didn't, and
        apply what one with a fault could not."""
        if await parked_letters(self._database):
            applied, left = await replay(self._database, self._handlers)
            log.warning("%s applied %s parked events, %s are left", self._service, applied, left)
        async with asyncio.TaskGroup() as group:
            for consumer in self.consumers:
                group.create_task(self._keep(consumer))

    async def _keep(self, consumer: Consumer | KeyFollower) -> None:
        """A consumer that stumbles starts again from its position; the others don't notice."""
        while True:
            stop_if_cancelled()
            try:
                await consumer.run()
            except Exception as error:
                log.warning("consuming %s stopped: %s", consumer.producer, _names(error))
                if isinstance(error, psycopg.Error):
                    raise
            await asyncio.sleep(RETRY)

    async def _say_head(self) -> None:
        """Each second, how far the store goes: silence then means cut off, not nothing new.

        And in the store, how far of it is published, for who looks while the broker is away.
        """
        noted = None
        while True:
            self.parked = await parked_letters(self._database)
            published = self.relay.position
            if self.relay.state is RelayState.RUNNING and published != noted:
                await self.backlogs.note(published)
                noted = published
            if self._messaging.connected:
                head = {
                    "position": await self._messaging.last_position(),
                    "time": datetime.now(UTC),
                }
                await self._messaging.connection.publish(
                    self._messaging.names().head, to_json(head)
                )
            stop_if_cancelled()
            await asyncio.sleep(1)

    async def _forget_keys(self) -> None:
        while True:
            async with self._database.connection() as connection:
                await connection.execute(
                    _FORGET.sql, _FORGET.bind({"before": datetime.now(UTC) - KEPT_FOR})
                )
            stop_if_cancelled()
            await asyncio.sleep(60)


def _names(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return ", ".join(_names(each) for each in error.exceptions)
    return type(error).__name__
