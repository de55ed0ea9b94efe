"""The worker role: relay, consumers, deadlines and housekeeping, run by one leader per service."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import psycopg
from pydantic_core import to_json
from sqlalchemy import bindparam, delete

from shared.eventstore.backlog import Backlogs
from shared.eventstore.database import Database
from shared.eventstore.handover import KeyHandover
from shared.eventstore.leader import leading, stop_if_cancelled
from shared.eventstore.relay import Relay, RelayState
from shared.eventstore.schema import IDEMPOTENCY
from shared.eventstore.sql import Prepared
from shared.eventstore.store import PostgresEventStore
from shared.kernel.clock import Clock
from shared.platform.consumer import Consumer
from shared.platform.deadlines import Deadlines
from shared.platform.key_follower import KeyFollower
from shared.platform.messaging import Messaging
from shared.platform.projecting import Handler, parked_letters

RETRY = 0.5
KEPT_FOR = timedelta(hours=24)
"""How long an Idempotency-Key is remembered (api, section 0)."""

_FORGET = Prepared(delete(IDEMPOTENCY).where(IDEMPOTENCY.c.recorded_at < bindparam("before")))
log = logging.getLogger(__name__)


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
    ) -> None:
        self._service = service
        self._database = database
        self._messaging = messaging
        self.backlogs = Backlogs(database, service)
        self.relay = Relay(database, store, messaging.connection, messaging.names())
        self.handover = handover
        self._looks = looks
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
            leading(self._database, f"{self._service}-worker") as still_leading,
            asyncio.TaskGroup() as group,
        ):
            log.info("%s leads", self._service)
            self.leads = True
            self.looks = self._looks()
            for consumer in self.consumers:
                consumer.is_level()
            group.create_task(still_leading())
            group.create_task(self.relay.run())
            if self.handover:
                group.create_task(self.handover.run())
            for look in self.looks:
                group.create_task(look.run())
            group.create_task(self._say_head())
            group.create_task(self._forget_keys())
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
