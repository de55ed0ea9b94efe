"""Questions put to the record. Each is itself recorded before the answer leaves."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.audit.domain import Query
from services.audit.policy import Standing
from services.audit.projection import Ledger
from shared.contracts.system import SERVICES
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database, Rows
from shared.eventstore.keys import DataKeys
from shared.eventstore.stream import LOST, StreamRefused, ask
from shared.kernel.call import Call
from shared.kernel.clock import Clock
from shared.kernel.errors import NotFound, Unavailable
from shared.platform.messaging import Messaging


class Audit:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        messaging: Messaging,
        keys: DataKeys,
        clock: Clock,
    ) -> None:
        self._commands = commands
        self._messaging = messaging
        self._clock = clock
        self._ledger = Ledger(database, keys)

    async def events(self, call: Call, **filters: Any) -> Rows:
        found = await self._ledger.page(**filters)
        await self._record(call, "events", filters, len(found))
        return found

    async def event(self, call: Call, event_id: UUID) -> dict[str, Any]:
        found = await self._ledger.event(event_id)
        about = {"service_user_id": found["service_user_id"] if found else None}
        await self._record(call, "event", about, int(found is not None))
        if found is None:
            raise NotFound()
        return found

    async def timeline(
        self, call: Call, service_user_id: UUID, as_of: datetime | None, **rest: Any
    ) -> Rows:
        """A service user's events in order, as far as they were recorded by `as_of`."""
        filters = {"service_user_id": str(service_user_id), "as_of": as_of}
        found = await self._ledger.page(**filters, order="asc", **rest)
        await self._record(call, "timeline", {**filters, **rest}, len(found))
        if not found and rest.get("after") is None and as_of is None:
            raise NotFound("Nothing is recorded about this id.")
        return found

    async def completeness(self) -> list[Standing]:
        """What is held of each service's events, against what the service says it has.

        Waits up to two seconds for what is on its way.
        """
        heads = dict(zip(SERVICES, await asyncio.gather(*map(self._head, SERVICES)), strict=True))
        deadline = asyncio.get_running_loop().time() + 2
        held = await self._ledger.positions()
        while asyncio.get_running_loop().time() < deadline and any(
            (heads[service][0] or 0) > held[service] for service in SERVICES
        ):
            await asyncio.sleep(0.05)
            held = await self._ledger.positions()
        gaps = await self._ledger.gaps()
        lags = dict(zip(SERVICES, await asyncio.gather(*map(self._lag, SERVICES)), strict=True))
        return [
            Standing(service, held[service], *heads[service], lags[service],
                     *gaps.get(service, (0, 0)))
            for service in SERVICES
        ]  # fmt: skip

    async def _head(self, service: str) -> tuple[int | None, float | None]:
        """How far a service goes: its own answer now, or what it last said and how long ago."""
        try:
            asked = await self._messaging.ask_head(service)
            if asked is not None:
                return asked, 0.0
        except Unavailable:
            pass
        heard = self._messaging.heads.get(service)
        if heard is None:
            return None, None
        return heard.position, (datetime.now(UTC) - heard.time).total_seconds()

    async def _lag(self, service: str) -> int | None:
        stream = self._messaging.names(service).stream
        try:
            state = (await ask(self._messaging.connection, f"STREAM.INFO.{stream}"))["state"]
        except (StreamRefused, *LOST):
            return None
        return max(0, int(state["last_seq"]) - await self._messaging.consumed_sequence(service))

    async def _record(
        self, call: Call, operation: str, filters: dict[str, Any], returned: int
    ) -> None:
        used = {
            name: value.isoformat() if isinstance(value, datetime) else str(value)
            for name, value in sorted(filters.items())
            if value is not None and name not in NOT_FILTERS
        }
        about = filters.get("service_user_id")
        # One more than was asked for is looked up, to tell whether a page follows.
        returned = min(returned, filters.get("limit", returned + 1) - 1)
        await self._commands.record(
            call,
            Query.asked(call.actor(), self._clock.now(), operation, about, used, returned),
        )


NOT_FILTERS = {"limit", "order", "after"}
