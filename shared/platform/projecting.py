"""What consumers do with events: read them with their contract, project them, park what fails."""

import contextlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import psycopg
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json
from sqlalchemy import bindparam, delete, func, select

from shared.contracts.contract import bare
from shared.contracts.reading import NotAll, known, reader
from shared.eventstore.cloudevents import Message
from shared.eventstore.database import Database
from shared.eventstore.schema import DEAD_LETTERS
from shared.eventstore.sql import Prepared, RowsInto, Write, grouped
from shared.kernel.actor import Actor
from shared.kernel.clock import Clock

Connection = psycopg.AsyncConnection[Any]
CANNOT_BE_STORED = (
    psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded,
)  # fmt: skip
"""What the database raises for values: trying again changes nothing."""
Letter = dict[str, Any]
"""A row of `dead_letters`."""

_PARK = RowsInto(DEAD_LETTERS)
_PARKED = Prepared(select(DEAD_LETTERS).order_by(DEAD_LETTERS.c.producer, DEAD_LETTERS.c.position))
_HOW_MANY = Prepared(select(func.count().label("letters")).select_from(DEAD_LETTERS))
_OF_EACH = Prepared(
    select(DEAD_LETTERS.c.producer, func.count().label("letters")).group_by(DEAD_LETTERS.c.producer)
)
_UNPARK = Prepared(
    delete(DEAD_LETTERS).where(
        DEAD_LETTERS.c.producer == bindparam("of"), DEAD_LETTERS.c.position == bindparam("at")
    )
)
_ACTOR = TypeAdapter(Actor)
NEWER = "a newer release published it"
"""Why an event is parked that this release can't read, or not all of it. The next one tries it."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """An event of another service, read with its contract."""

    type: str
    time: datetime
    actor: Actor
    subject: str
    resource_id: str
    version: int
    payload: Any


class Handler(Protocol):
    """What a consumer does with events. Called in a transaction that also keeps the position."""

    async def apply(
        self, connection: Connection, messages: Sequence[Message], clock: Clock
    ) -> None:
        """Apply events in order, which come now, by the clock. Raising takes back the batch."""
        ...

    async def again(self, connection: Connection, letter: Letter) -> list[Write]:
        """What applying a parked event writes. Raises if it still can't be applied."""
        ...


class Projection:
    """Applies `project` to each event; parks those that fail.

    What a newer release published is parked for it, also where it can be applied in part: every
    type that any service publishes is known here, whether or not it is of interest.
    """

    def __init__(self, producer: str, project: Callable[[Published], Iterable[Write]]) -> None:
        self.producer = producer
        self._project = project

    async def apply(
        self, connection: Connection, messages: Sequence[Message], clock: Clock
    ) -> None:
        writes: list[Write] = []
        for message in messages:
            try:
                writes += self.writes(message.type, message.body)
            except NotAll as more:
                writes += self._in_part(message)
                writes.append(parked(self.producer, message, more))
            except Exception as error:  # whatever it is, the next event must not wait for it
                writes.append(parked(self.producer, message, error))
        await run(connection, writes)

    async def again(self, connection: Connection, letter: Letter) -> list[Write]:
        return self.writes(letter["type"], letter["body"])

    def writes(self, type: str, body: bytes) -> list[Write]:
        return list(self._project(read(type, body)))

    def _in_part(self, message: Message) -> list[Write]:
        with contextlib.suppress(Exception):  # then it is for the newer release alone
            return list(self._project(read(message.type, message.body, in_part=True)))
        return []


def parked(producer: str, message: Message, error: Exception) -> Write:
    """Keeps an event that can't be applied, and why, for `countersign replay`."""
    log.error("parked an event of %s: %s", producer, _without_values(error))
    return _PARK.row(
        producer=producer,
        position=message.position,
        event_id=message.event_id,
        type=message.type,
        body=message.body,
        error=_without_values(error),
        parked_at=datetime.now(UTC),
    )


async def run(connection: Connection, writes: Iterable[Write]) -> None:
    """Execute writes in the fewest statements, pipelined, on a transaction already begun."""
    async with connection.pipeline():
        for sql, params in grouped(writes):
            await connection.execute(sql, params)


async def parked_letters(database: Database) -> int:
    """How many events wait to be applied again."""
    row = await database.fetch_one(_HOW_MANY)
    return row["letters"] if row else 0


async def parked_of(database: Database) -> dict[str, int]:
    """The same for each producer that has any."""
    rows = await database.fetch(_OF_EACH)
    return {row["producer"]: row["letters"] for row in rows}


async def replay(database: Database, handlers: Mapping[str, Handler]) -> tuple[int, int]:
    """Apply parked events again. Returns how many were applied, and how many are still parked."""
    applied = left = 0
    connection = await database.connect()
    try:
        for row in await database.fetch(_PARKED):
            try:
                unpark = _UNPARK.write(of=row["producer"], at=row["position"])
                async with connection.transaction():
                    writes = await handlers[row["producer"]].again(connection, row)
                    await run(connection, [*writes, unpark])
                applied += 1
            except Exception as error:  # it stays parked, and the others are still tried
                log.error("still parked: %s", _without_values(error))
                left += 1
    finally:
        await connection.close()
    return applied, left


def read(type: str, body: bytes, *, in_part: bool = False) -> Published:
    """Read a published body with its contract; also `in_part`, if not all of it is known here.

    What is personal is sealed and not opened: those fields of the payload are None.
    Raises `NotAll` for what a newer release published, a type that isn't known here or, unless
    `in_part`, a field; ValidationError or KeyError for a body that doesn't keep its contract.
    """
    contract = known(type)
    if contract is None:
        raise NotAll
    parsed = from_json(body)
    read_by = reader(contract)
    payload = (read_by.read if in_part else read_by.read_all)(parsed["data"], None)
    return Published(
        type=bare(type),
        time=datetime.fromisoformat(parsed["time"]),
        actor=_ACTOR.validate_python(parsed["actor"]),
        subject=parsed["subject"],
        resource_id=parsed["resource"]["id"],
        version=parsed["resource"]["version"],
        payload=payload,
    )


def _without_values(error: Exception) -> str:
    """What went wrong and where, without the values it went wrong on."""
    if isinstance(error, NotAll):
        return NEWER
    if isinstance(error, ValidationError):
        places = (".".join(map(str, each["loc"])) + " " + each["type"] for each in error.errors())
        return "; ".join(places)
    if isinstance(error, psycopg.Error):
        return f"{error.sqlstate} {error.diag.constraint_name or ''}".strip()
    return type(error).__name__
