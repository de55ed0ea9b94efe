"""Look-ups that many requests make at once, answered by one query."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from shared.eventstore.database import Database

MOST = 500


class Coalesced:
    """While one query is under way, further keys wait and go together in the next.

    `sql` reads its keys from `%(keys)s`, a JSON array whose objects carry the key's fields and
    `n`, and returns exactly one row for each `n`. Raises what the query raises.
    """

    def __init__(self, database: Database, sql: str) -> None:
        self._database = database
        self._sql = sql
        self._waiting: list[tuple[dict[str, Any], asyncio.Future[dict[str, Any]]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def one(self, **key: Any) -> dict[str, Any]:
        [found] = await self.all([key])
        return found

    async def all(self, keys: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The row of each key, in order."""
        loop = asyncio.get_running_loop()
        answers: list[asyncio.Future[dict[str, Any]]] = [loop.create_future() for _ in keys]
        self._waiting += zip(keys, answers, strict=True)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return list(await asyncio.gather(*answers))

    async def _ask(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            keys = [{**key, "n": number} for number, (key, _) in enumerate(asked)]
            try:
                rows = await self._database.run(self._sql, {"keys": to_json(keys).decode()})
                found = {row["n"]: row for row in rows}
                for number, (_, answer) in enumerate(asked):
                    if not answer.done():
                        answer.set_result(found[number])
            except Exception as error:  # each who asked is told
                for _, answer in asked:
                    if not answer.done():
                        answer.set_exception(error)
