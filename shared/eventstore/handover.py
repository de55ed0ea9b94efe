"""Hands a service's own data keys, wrapped, to the services that need them (ADR 9).

The stream holds the last word on each key: wrapped, or destroyed. When it lost any, all is handed
over again from the table; what was destroyed is said again whenever the lead changes.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client
from pydantic_core import to_json

from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.database import Database, Rows
from shared.eventstore.leader import stop_if_cancelled
from shared.eventstore.stream import LOST, StreamRefused, ask, count_subjects, publish

MOST_KEYS = 100
POLL, RETRY = 0.1, 0.5
"""Seconds between looks at the table when nothing wakes us, and after a broker's refusal."""
COMPARE_EVERY = 10.0
"""Seconds between looks whether the stream still holds what we handed over."""

_WAITING = r"""
SELECT key_id, subject, translate(encode(wrapped, 'base64'), E'\n', '') AS wrapped, kek,
       created_at, destroyed_at
FROM keys.data_keys WHERE NOT handed_over AND owner = %(owner)s
ORDER BY created_at LIMIT %(limit)s
"""
_HANDED_OVER = """
UPDATE keys.data_keys AS key
SET handed_over = key.wrapped IS NOT DISTINCT FROM decode(said.wrapped, 'base64')
FROM json_to_recordset(%(keys)s::json) AS said (key_id uuid, wrapped text)
WHERE key.key_id = said.key_id
"""
"""A key that changed after it was read is said again: the last word must be the table's."""
_COUNT = """
SELECT count(*) AS keys FROM keys.data_keys
WHERE owner = %(owner)s AND {handed_over}
"""
_HELD = _COUNT.format(handed_over="handed_over")
_LEFT = _COUNT.format(handed_over="NOT handed_over")
_AGAIN = """
UPDATE keys.data_keys SET handed_over = false
WHERE owner = %(owner)s AND (%(all)s OR destroyed_at IS NOT NULL)
"""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Stream:
    """A state of the stream of keys; nothing is said or lost without changing it."""

    created: str
    last: int
    messages: int

    def follows(self, other: "_Stream") -> bool:
        """Whether that became this: not if the stream was made anew, or restored from a backup."""
        return self.created == other.created and self.last >= other.last


class KeyHandover:
    """Run by the leader of a service that owns keys. `wake` may be called after any commit.

    `waiting` counts keys not handed over yet; `failing` says that the broker takes none.
    """

    def __init__(self, database: Database, connection: Client, names: Names) -> None:
        self._database = database
        self._connection = connection
        self._names = names
        self._owner = {"owner": names.service}
        self._woken = asyncio.Event()
        self._seen: _Stream | None = None
        self.waiting = 0
        self.failing = False

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Hand over until cancelled. Raises what the database raises."""
        while True:
            stop_if_cancelled()
            try:
                await self._compare()
                await self._again(all=False)
                await self._follow()
            except (StreamRefused, *LOST) as error:
                if not self.failing:
                    log.warning("keys can't be handed over: %s", type(error).__name__)
                self.failing = True
                self.waiting = await self._count(_LEFT)
                await asyncio.sleep(RETRY)

    async def _compare(self) -> None:
        """Ask for everything to be handed over again if the stream lacks any of it."""
        now = await self._stream()
        held = await count_subjects(self._connection, KEYS, self._names.keys)
        expected = await self._count(_HELD)
        if held < expected or (self._seen and not now.follows(self._seen)):
            log.warning("the broker holds %s of %s keys: handing over again", held, expected)
            await self._again(all=True)
        self._seen = now

    async def _follow(self) -> None:
        looked = asyncio.get_running_loop().time()
        while True:
            stop_if_cancelled()
            self._woken.clear()
            if asyncio.get_running_loop().time() - looked > COMPARE_EVERY:
                if await self._stream() != self._seen:
                    await self._compare()
                looked = asyncio.get_running_loop().time()
            keys = await self._database.run(_WAITING, {**self._owner, "limit": MOST_KEYS})
            if keys:
                more = len(keys) == MOST_KEYS
                self.waiting = await self._count(_LEFT) if more else len(keys)
                await self._hand_over(keys)
                continue
            self.waiting, self.failing = 0, False
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self._woken.wait()

    async def _hand_over(self, keys: Rows) -> None:
        await asyncio.gather(
            *(publish(self._connection, self._names.key(k["key_id"]), to_json(k)) for k in keys)
        )
        said = [{"key_id": key["key_id"], "wrapped": key["wrapped"]} for key in keys]
        await self._execute(_HANDED_OVER, {"keys": to_json(said).decode()})

    async def _stream(self) -> _Stream:
        info = await ask(self._connection, f"STREAM.INFO.{KEYS}")
        return _Stream(info["created"], info["state"]["last_seq"], info["state"]["messages"])

    async def _count(self, sql: str) -> int:
        [row] = await self._database.run(sql, self._owner)
        return int(row["keys"])

    async def _again(self, *, all: bool) -> None:
        await self._execute(_AGAIN, {**self._owner, "all": all})

    async def _execute(self, sql: str, params: dict[str, Any]) -> None:
        async with self._database.connection() as connection:
            await connection.execute(sql, params)
