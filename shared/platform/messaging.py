"""The service's connection to NATS, and catching up with another service before refusing."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic_core import from_json
from sqlalchemy import bindparam, func, select

from shared.eventstore.cloudevents import Names
from shared.eventstore.database import Database
from shared.eventstore.leader import stop_if_cancelled
from shared.eventstore.schema import CONSUMERS, EVENTS
from shared.eventstore.sql import Prepared
from shared.eventstore.stream import LOST, StreamRefused, read_tail
from shared.kernel.errors import Unavailable
from shared.platform.asking import Answering, Asking
from shared.platform.broker import Broker
from shared.platform.settings import ServiceSettings

CATCH_UP_FOR = 2.0
"""Seconds a refusal may wait for another service's facts (api, section 0)."""
LOOK_EVERY = 0.02

_LAST = Prepared(select(func.max(EVENTS.c.position).label("position")))
_CONSUMED = Prepared(
    select(CONSUMERS.c.position, CONSUMERS.c.sequence).where(
        CONSUMERS.c.producer == bindparam("producer")
    )
)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """How far a producer last said its store goes, and when it said so."""

    position: int
    time: datetime


class Messaging:
    """Connects in the background and stays connected; the service works without it.

    Every process of a service answers how far its store goes, on `Names.ask_head`, and to the
    ledger what it holds.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        service: str,
        database: Database,
        follows: Sequence[str] = (),
    ) -> None:
        self._ods_code = settings.ods_code
        self._broker = Broker.of(settings)
        self._service = service
        self._database = database
        self._follows = follows
        self.heads: dict[str, Head] = {}
        self.connection = Client()
        self.asking = Asking(self.connection, settings.ods_code)
        self._connecting: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        return bool(self.connection.is_connected)

    def names(self, service: str | None = None) -> Names:
        return Names(self._ods_code, service or self._service)

    async def start(self) -> None:
        self._connecting = asyncio.create_task(self._connect(), name="nats-connect")

    async def ready(self) -> None:
        """Wait until first connected."""
        if self._connecting:
            await asyncio.shield(self._connecting)

    async def stop(self) -> None:
        if self._connecting:
            self._connecting.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self._connecting
        with contextlib.suppress(Exception):
            await self.connection.close()

    async def catch_up(self, *producers: str) -> None:
        """Wait until what these services have recorded by now has been applied here.

        Raises `Unavailable` when that can't be told, or takes more than two seconds: a refusal
        on stale facts would be a false one.
        """
        try:
            async with asyncio.timeout(CATCH_UP_FOR):
                for producer in producers:
                    target = await self.head_of(producer)
                    while await self.consumed(producer) < target:
                        await asyncio.sleep(LOOK_EVERY)
        except TimeoutError:
            raise Unavailable(
                f"What {' and '.join(producers)} recorded has not arrived yet; try again."
            ) from None

    async def head_of(self, producer: str) -> int:
        """The last position a service has recorded; what its stream holds, if it is away.

        Raises `Unavailable` when the broker is away too.
        """
        asked = await self.ask_head(producer)
        if asked is not None:
            return asked
        try:
            return (await read_tail(self.connection, self.names(producer).stream)).position
        except (StreamRefused, *LOST) as error:
            raise Unavailable(f"{producer} can't be reached; try again.") from error

    async def ask_head(self, producer: str) -> int | None:
        """What a service itself says; None when it does not answer within a second.

        Raises `Unavailable` when the broker is away.
        """
        if not self.connected:
            raise Unavailable("The message broker is away, so this can't be checked; try again.")
        try:
            answer = await self.connection.request(self.names(producer).ask_head, timeout=1)
            return int(answer.data)
        except (nats.errors.NoRespondersError, nats.errors.TimeoutError, ValueError):
            return None
        except LOST as error:
            raise Unavailable("The message broker is away; try again.") from error

    async def consumed(self, producer: str) -> int:
        """The last position of a producer that has been applied here."""
        row = await self._database.fetch_one(_CONSUMED, producer=producer)
        return row["position"] if row else 0

    async def consumed_sequence(self, producer: str) -> int:
        """The last sequence of a producer's stream that has been applied here."""
        row = await self._database.fetch_one(_CONSUMED, producer=producer)
        return row["sequence"] if row else 0

    async def _connect(self) -> None:
        await self._broker.connect(
            self._service,
            self.connection,
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            ping_interval=5,
            connect_timeout=2,
            error_cb=_problem,
        )
        await self.connection.subscribe(
            self.names().ask_head, queue=self._service, cb=self._answer_head
        )
        await Answering(self._database, self.names()).start(self.connection)
        for producer in self._follows:
            await self.connection.subscribe(
                self.names(producer).head, cb=partial(self._heard, producer)
            )

    async def _heard(self, producer: str, msg: Msg) -> None:
        said = from_json(msg.data)
        self.heads[producer] = Head(said["position"], datetime.fromisoformat(said["time"]))

    async def _answer_head(self, msg: Msg) -> None:
        with contextlib.suppress(Unavailable, *LOST):
            await msg.respond(str(await self.last_position()).encode())

    async def last_position(self) -> int:
        """The last position committed here, whether or not it may be followed yet."""
        row = await self._database.fetch_one(_LAST)
        return (row and row["position"]) or 0


async def _problem(error: Exception) -> None:
    """Called on each turn of the client's loop that connects."""
    stop_if_cancelled()
    said: object = type(error).__name__ if isinstance(error, OSError) else error
    if isinstance(error, ssl.SSLCertVerificationError):
        said = error.verify_message
    log.warning("nats: %s", said)
