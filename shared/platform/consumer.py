"""Following another service's stream: durable, in order, effect and position in one transaction.

The position in our own database is the truth; the broker's durable consumer is made again from it
whenever anything is in doubt. An event that can't be applied is parked with its error, and the
rest goes on (`countersign replay`).
"""

import logging
from collections.abc import Iterator, Sequence

import psycopg
from nats.aio.msg import Msg

from shared.eventstore.cloudevents import Message, NoEvent
from shared.eventstore.database import Database
from shared.eventstore.leader import stop_if_cancelled
from shared.eventstore.sql import Write
from shared.eventstore.stream import read_at, read_tail
from shared.eventstore.traces import linked, span
from shared.kernel.clock import Clock, SystemClock
from shared.platform.cursor import Cursor, Progress
from shared.platform.messaging import Messaging
from shared.platform.projecting import Connection, Handler, Projection, parked, run
from shared.platform.subscription import Durable, subscribed

log = logging.getLogger(__name__)


class Consumer(Progress):
    """Follows one producer. Run by the service's leader."""

    def __init__(
        self,
        database: Database,
        messaging: Messaging,
        service: str,
        producer: str,
        handler: Handler,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(producer)
        self._database = database
        self._messaging = messaging
        self._names = messaging.names(producer)
        self._durable = Durable(self._names.stream, f"{service}-from-{producer}")
        self._handler = handler
        self._clock = clock or SystemClock()

    async def run(self) -> None:
        """Consume until cancelled. Raises what the database or the broker raises."""
        connection = await self._database.connect()
        try:
            while True:
                stop_if_cancelled()
                cursor = await Cursor.kept(self._database, self.producer)
                self.position = cursor.position
                start = await self._start(cursor.sequence)
                nats = self._messaging.connection
                async with subscribed(nats, self._durable, start) as batches:
                    fresh = True
                    async for batch in batches:
                        if not batch:
                            self.is_level()
                            continue
                        if not await self._consume(connection, batch, fresh):
                            break
                        fresh = False
        finally:
            await connection.close()

    async def _start(self, sequence: int) -> int:
        """Where to begin: after our last message, if the stream still has it at that place."""
        if sequence == 0:
            return 1
        nats = self._messaging.connection
        found = await read_at(nats, self._names.stream, sequence)
        if found and found.position == self.position:
            return sequence + 1
        # A stream that lost its end is refilled by its relay: wait for it rather than skip.
        tail = await read_tail(nats, self._names.stream)
        return 1 if tail.position >= self.position else tail.sequence + 1

    async def _consume(self, connection: Connection, batch: list[Msg], fresh: bool) -> bool:
        """Apply a batch. False asks for a new subscription.

        After a broken connection the broker may go on past messages that never arrived; a new
        subscription brings them. Only a gap that a `fresh` one still shows is the producer's.
        What is no event is as if it hadn't arrived: what stands in its place is looked for.
        """
        received = list(self._events(batch))
        left = batch[-1].metadata.num_pending or 0
        news = [message for message in received if message.position > self.position]
        self.pending = left + len(news)
        chain = unbroken(self.position, news)
        if news and not chain and fresh:
            log.error("gap in %s between %s and %s", self.producer, self.position, news[0].position)
            self.gaps += 1
            chain = unbroken(news[0].previous, news)
        if chain:
            await self._apply(connection, chain)
            self.position = chain[-1].position
        if len(chain) < len(news):
            return False
        await batch[-1].ack()
        self.pending = left
        if not left:
            self.is_level()
        return True

    def _events(self, batch: list[Msg]) -> Iterator[Message]:
        for msg in batch:
            try:
                yield Message.received(msg)
            except NoEvent:
                where = msg.metadata.sequence.stream
                log.error("no event in the stream of %s, sequence %s", self.producer, where)

    async def _apply(self, connection: Connection, messages: list[Message]) -> None:
        links = linked(message.traceparent for message in messages)
        with span(f"consume {self.producer}", links=links):
            try:
                await self._transaction(connection, messages)
            except psycopg.Error as error:
                if connection.closed:
                    raise
                await connection.rollback()
                if len(messages) > 1:
                    for message in messages:
                        await self._apply(connection, [message])
                elif isinstance(self._handler, Projection):
                    instead = parked(self.producer, messages[0], error)
                    await self._transaction(connection, messages, instead)
                else:
                    raise

    async def _transaction(
        self, connection: Connection, messages: list[Message], instead: Write | None = None
    ) -> None:
        async with connection.transaction():
            if instead:
                await run(connection, [instead])
            else:
                await self._handler.apply(connection, messages, self._clock)
            last = messages[-1]
            at = Cursor(last.position, last.sequence)
            await run(connection, [at.keep(self.producer)])


def unbroken(position: int, messages: Sequence[Message]) -> list[Message]:
    """The longest start of `messages` in which each says it follows the one before."""
    chain: list[Message] = []
    for message in messages:
        if message.previous != position:
            break
        chain.append(message)
        position = message.position
    return chain
