"""Questions put to the record. Each is itself recorded before the answer leaves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.audit.application.engagements import Engagements
from services.audit.domain import Query
from services.audit.policy import Sight
from services.audit.projection import Ledger
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.clock import Clock
from shared.kernel.errors import NoEngagement, NotFound

NOT_FILTERS = {"limit", "order", "after"}


class Questions:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        keys: DataKeys,
        engagements: Engagements,
        clock: Clock,
    ) -> None:
        self._commands = commands
        self._clock = clock
        self._engagements = engagements
        self._ledger = Ledger(database, keys)

    async def events(self, call: Call, **filters: Any) -> Slice:
        """Events by any of some filters, as far as the caller's scope goes."""
        seen = await self._engagements.sight(call)
        found = await self._ledger.page(seen, **filters)
        await self.record(call, seen, "events", filters, len(found.rows), _people(found))
        return found

    async def event(self, call: Call, event_id: UUID) -> Any:
        """One event. Raises `NoEngagement` for one outside the caller's scope."""
        seen = await self._engagements.sight(call)
        row = await self._ledger.event(event_id)
        if row is not None and not seen.scope.covers(row["team_id"], row["subjects"]):
            raise NoEngagement()
        found = await self._ledger.opened(Slice([row] if row else [], more=False), seen)
        shown = [row["document"] for row in found.rows]
        about = {"service_user_id": shown[0]["service_user_id"] if shown else None}
        await self.record(call, seen, "event", about, len(shown), _people(found))
        if not shown:
            raise NotFound()
        return shown[0]

    async def timeline(
        self, call: Call, service_user_id: UUID, as_of: datetime | None, **rest: Any
    ) -> Slice:
        """A service user's events in order, as far as they were recorded by `as_of`."""
        seen = await self._engagements.sight(call)
        filters = {"service_user_id": str(service_user_id), "as_of": as_of}
        found = await self._ledger.page(seen, **filters, order="asc", **rest)
        await self.record(call, seen, "timeline", {**filters, **rest}, len(found.rows))
        if not found.rows and rest.get("after") is None and as_of is None:
            if await self._ledger.knows(str(service_user_id)):
                raise NoEngagement()
            raise NotFound("Nothing is recorded about this id.")
        return found

    async def record(
        self,
        call: Call,
        seen: Sight,
        operation: str,
        filters: dict[str, Any],
        returned: int,
        people: tuple[UUID, ...] = (),
    ) -> None:
        """Put a question on record: what was asked, under which engagement, how much was found.

        `people` are the service users whose events the answer shows.
        """
        used = {
            name: value.isoformat() if isinstance(value, datetime) else str(value)
            for name, value in sorted(filters.items())
            if value is not None and name not in NOT_FILTERS
        }
        about = filters.get("service_user_id")
        await self._commands.record(
            call,
            Query.asked(
                call.actor(), self._clock.now(), operation, about, used, returned,
                seen.engagement_id, people,
            ),
        )  # fmt: skip


def _people(found: Slice) -> tuple[UUID, ...]:
    shown = {row["document"]["service_user_id"] for row in found.rows} - {None}
    return tuple(map(UUID, sorted(shown)))
