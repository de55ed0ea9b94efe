"""Taking over the wrapped data keys that another service owns, and their destruction (ADR 9)."""

import base64
import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from nats.aio.msg import Msg
from pydantic_core import from_json
from sqlalchemy import MetaData

from shared.eventstore.cloudevents import KEYS
from shared.eventstore.database import Database
from shared.eventstore.documents import clear
from shared.eventstore.keys import DataKeys
from shared.eventstore.leader import stop_if_cancelled
from shared.eventstore.stream import ask
from shared.platform.cursor import Cursor, Progress
from shared.platform.messaging import Messaging
from shared.platform.projecting import Connection, run
from shared.platform.subscription import Durable, subscribed

log = logging.getLogger(__name__)

_TAKE = """
INSERT INTO keys.data_keys AS mine
  (key_id, subject, owner, wrapped, kek, created_at, destroyed_at, handed_over)
VALUES (%(key_id)s, %(subject)s, %(owner)s, %(wrapped)s, %(kek)s, %(created_at)s,
        %(destroyed_at)s, true)
ON CONFLICT (key_id) DO UPDATE
SET wrapped = excluded.wrapped, kek = excluded.kek, destroyed_at = excluded.destroyed_at
WHERE mine.destroyed_at IS NULL AND mine.owner = excluded.owner
"""
"""A key that was destroyed here stays so, whatever arrives late; nobody changes another's key."""
_WITHOUT_KEY = """
SELECT DISTINCT asked.subject FROM unnest(%(subjects)s::text[]) AS asked (subject)
WHERE NOT EXISTS (
  SELECT FROM keys.data_keys AS mine
  WHERE mine.subject = asked.subject AND mine.destroyed_at IS NULL)
"""


class KeyFollower(Progress):
    """Follows one owner's keys. Run by the service's leader.

    Where it has got is kept with what it took: `sequence` in the stream, and as `position` which
    stream that was (when it was made, in microseconds), since another one begins again.
    """

    def __init__(
        self,
        database: Database,
        messaging: Messaging,
        service: str,
        owner: str,
        keys: DataKeys,
        read_models: MetaData,
    ) -> None:
        super().__init__(f"keys:{owner}")
        self._database = database
        self._messaging = messaging
        self._owner = owner
        self._durable = Durable(KEYS, f"{service}-keys-from-{owner}", messaging.names(owner).keys)
        self._keys = keys
        self._read_models = read_models

    async def run(self) -> None:
        """Follow until cancelled. Raises what the database or the broker raises."""
        connection = await self._database.connect()
        try:
            while True:
                stop_if_cancelled()
                stream, start = await self._start()
                nats = self._messaging.connection
                async with subscribed(nats, self._durable, start) as batches:
                    delivered = 0
                    async for batch in batches:
                        if not batch:
                            self.is_level()
                            continue
                        # A number left out was lost on its way; a new subscription brings it.
                        if batch[-1].metadata.sequence.consumer != delivered + len(batch):
                            break
                        delivered += len(batch)
                        await self._take(connection, batch, stream)
                        await batch[-1].ack()
                        if not self.pending:
                            self.is_level()
        finally:
            await connection.close()

    async def _start(self) -> tuple[int, int]:
        """Which stream this is, and the first message in it that we may not have."""
        info = await ask(self._messaging.connection, f"STREAM.INFO.{KEYS}")
        made = int(datetime.fromisoformat(info["created"]).timestamp() * 1_000_000)
        cursor = await Cursor.kept(self._database, self.producer)
        known = cursor.position == made and cursor.sequence <= info["state"]["last_seq"]
        self.position = cursor.sequence if known else 0
        return made, self.position + 1

    async def _take(self, connection: Connection, batch: list[Msg], stream: int) -> None:
        """Keep what a batch says, and how far that is, in one transaction."""
        said = [key for msg in batch if (key := self._read(msg))]
        sequence = batch[-1].metadata.sequence.stream
        async with connection.transaction():
            async with connection.pipeline():
                taken = [await connection.execute(_TAKE, key) for key in said]
            changed = (key for key, cursor in zip(said, taken, strict=True) if cursor.rowcount)
            await self._clear(connection, [key["subject"] for key in changed if _destroyed(key)])
            await run(connection, [Cursor(stream, sequence).keep(self.producer)])
        for key in filter(_destroyed, said):
            self._keys.forget(UUID(key["key_id"]), key["subject"])
        self.position, self.pending = sequence, batch[-1].metadata.num_pending or 0

    async def _clear(self, connection: Connection, subjects: list[str]) -> None:
        """Empty the rows of those who lost a key just now and have none left here."""
        if subjects:
            cursor = await connection.execute(_WITHOUT_KEY, {"subjects": subjects})
            for row in await cursor.fetchall():
                await clear(connection, self._read_models, row[0])

    def _read(self, msg: Msg) -> dict[str, Any] | None:
        """What a message says of a key; None of one that says nothing of any."""
        try:
            said: dict[str, Any] = from_json(msg.data)
            wrapped = said["wrapped"]
            return {
                "key_id": str(UUID(said["key_id"])),
                "subject": str(said["subject"]),
                "owner": self._owner,
                "wrapped": None if wrapped is None else base64.b64decode(wrapped),
                "kek": said["kek"],
                "created_at": _time(said["created_at"]),
                "destroyed_at": said["destroyed_at"] and _time(said["destroyed_at"]),
            }
        except (KeyError, TypeError, ValueError, AttributeError):
            log.error("a message of %s is no key", KEYS)
            return None


def _time(said: str) -> datetime:
    return datetime.fromisoformat(said)


def _destroyed(key: dict[str, Any]) -> bool:
    return key["wrapped"] is None
