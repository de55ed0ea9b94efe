"""Following another service's stream: durable, in order, effect and position in one transaction.

The position in our own database is the truth; the broker's durable consumer is made again from it
whenever anything is in doubt. An event that can't be applied is parked with its error, and the
rest goes on (`countersign replay`).
"""

import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

import psycopg
from nats.aio.msg import Msg
from sqlalchemy import bindparam, select

from shared.eventstore.cloudevents import Message
from shared.eventstore.database import Database
from shared.eventstore.leader import stop_if_cancelled
from shared.eventstore.schema import CONSUMERS
from shared.eventstore.sql import Prepared, RowsInto, Write
from shared.eventstore.stream import ask, read_at, read_tail
from shared.eventstore.traces import linked, span
from shared.platform.messaging import Messaging
from shared.platform.projecting import Connection, Handler, Projection, parked, run

MOST_MESSAGES = 500
PULL_FOR = 2.0
"""Seconds a pull request stays open at the broker; silence for longer means it was lost."""
ACK_WAIT = 30

_POSITION = RowsInto(CONSUMERS)
_CURSOR = Prepared(select(CONSUMERS).where(CONSUMERS.c.producer == bindparam("producer")))
log = logging.getLogger(__name__)


class Consumer:
    """Follows one producer. Run by the service's leader."""

    def __init__(
        self,
        database: Database,
        messaging: Messaging,
        service: str,
        producer: str,
        handler: Handler,
    ) -> None:
        self._database = database
        self._messaging = messaging
        self._names = messaging.names(producer)
        self._durable = f"{service}-from-{producer}"
        self._handler = handler
        self.producer = producer
        self.position = 0
        self.pending = 0
        self.gaps = 0

    async def run(self) -> None:
        """Consume until cancelled. Raises what the database or the broker raises."""
        connection = await self._database.connect()
        try:
            while True:
                stop_if_cancelled()
                cursor = await self._database.fetch_one(_CURSOR, producer=self.producer)
                self.position = cursor["position"] if cursor else 0
                start = await self._start(cursor["sequence"] if cursor else 0)
                async with self._subscribed(start) as batches:
                    fresh = True
                    async for batch in batches:
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
        """
        received = [Message.received(msg) for msg in batch]
        self.pending = received[-1].pending
        news = [message for message in received if message.position > self.position]
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
        return True

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
                await self._handler.apply(connection, messages)
            last = messages[-1]
            at = _POSITION.row(
                producer=self.producer, position=last.position, sequence=last.sequence
            )
            await run(connection, [at])

    @contextlib.asynccontextmanager
    async def _subscribed(self, start: int) -> AsyncIterator[AsyncIterator[list[Msg]]]:
        nats, stream = self._messaging.connection, self._names.stream
        with contextlib.suppress(Exception):
            await ask(nats, f"CONSUMER.DELETE.{stream}.{self._durable}")
        await ask(
            nats,
            f"CONSUMER.CREATE.{stream}.{self._durable}",
            {
                "stream_name": stream,
                "config": {
                    "durable_name": self._durable,
                    "name": self._durable,
                    "deliver_policy": "by_start_sequence",
                    "opt_start_seq": start,
                    "ack_policy": "all",
                    "ack_wait": ACK_WAIT * 1_000_000_000,
                    "max_deliver": -1,
                    "max_ack_pending": 4 * MOST_MESSAGES,
                },
            },
        )
        inbox = nats.new_inbox()
        subscription = await nats.subscribe(inbox, pending_msgs_limit=-1, pending_bytes_limit=-1)
        try:
            yield self._batches(subscription, inbox)
        finally:
            with contextlib.suppress(Exception):
                await subscription.unsubscribe()

    async def _batches(self, subscription: Any, inbox: str) -> AsyncIterator[list[Msg]]:
        """What has arrived, as soon as anything has. Ends when the subscription must be renewed."""
        nats = self._messaging.connection
        request = f"$JS.API.CONSUMER.MSG.NEXT.{self._names.stream}.{self._durable}"
        pull = b'{"batch": %d, "expires": %d}' % (MOST_MESSAGES, int(PULL_FOR * 1e9))
        while True:
            await nats.publish(request, pull, reply=inbox)
            wanted, done = MOST_MESSAGES, False
            while wanted > 0 and not done:
                try:
                    arrived = [await subscription.next_msg(timeout=PULL_FOR + 0.5)]
                except TimeoutError:
                    return
                while subscription.pending_msgs and len(arrived) < MOST_MESSAGES:
                    arrived.append(await subscription.next_msg(timeout=1))
                messages = [msg for msg in arrived if not _status(msg)]
                statuses = {_status(msg) for msg in arrived} - {None}
                wanted -= len(messages)
                if messages:
                    yield messages
                if statuses - {"408", "404"}:
                    return
                done = bool(statuses)


def unbroken(position: int, messages: Sequence[Message]) -> list[Message]:
    """The longest start of `messages` in which each says it follows the one before."""
    chain: list[Message] = []
    for message in messages:
        if message.previous != position:
            break
        chain.append(message)
        position = message.position
    return chain


def _status(msg: Msg) -> str | None:
    return None if not msg.headers or msg.data else msg.headers.get("Status")
