"""Questions put to the record. Each is itself recorded before the answer leaves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.audit.application.engagements import Engagements
from services.audit.domain import Query
from services.audit.policy import Sight
from services.audit.projection import Ledger, SamePerson
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.clock import Clock
from shared.kernel.engagement import Terms
from shared.kernel.errors import Excluded, NoEngagement, NotFound
from shared.platform.messaging import Messaging

AS_ASKED = "as asked"
"""A question is about whom its filters name, unless it is said otherwise."""
NOT_FILTERS = {"limit", "order", "after"}


class Questions:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        keys: DataKeys,
        engagements: Engagements,
        clock: Clock,
        messaging: Messaging,
    ) -> None:
        self._messaging = messaging
        self._commands = commands
        self._clock = clock
        self._engagements = engagements
        self._ledger = Ledger(database, keys)
        self._same = SamePerson(database)

    async def events(self, call: Call, service_user_id: str | None = None, **filters: Any) -> Slice:
        """Events by any of some filters, as far as the caller's scope goes."""
        seen = await self._engagements.sight(call, service_user_id)
        same = await self._same.now(service_user_id) if service_user_id else ()
        found = await self._ledger.page(seen, call.caller.staff_id, same, **filters)
        asked = {"service_user_id": service_user_id, **filters}
        people = people_of(found)
        about = service_user_id
        if about and not found.rows and not await self._ledger.knows(about):
            about = None  # asking about an id makes nobody of it
        await self.record(
            call, seen.engagement_id, "events", asked, len(found.rows), people, about=about
        )
        return found

    async def event(self, call: Call, event_id: UUID) -> Any:
        """One event. Raises `Excluded` for one about anyone whose record the caller is excluded
        from or of what is kept from them, and `NoEngagement` for one outside their scope."""
        row, seen, under = await self.located(call, event_id, "event")
        found = await self._ledger.opened(Slice([row], more=False), seen)
        about = {"service_user_id": row["person"], "event_id": event_id}
        await self.record(call, under.id, "event", about, 1, people_of(found))
        return found.rows[0]["document"]

    async def located(
        self, call: Call, event_id: UUID, operation: str
    ) -> tuple[dict[str, Any], Sight, Terms]:
        """An event's row, what the caller sees, and under which terms; not on record yet, but that
        it isn't there. Raises what `event` does."""
        row = await self._ledger.event(event_id, call.caller.staff_id)
        seen = await self._engagements.sight(call, row["person"] if row else None)
        if row is None:
            await self.record(call, seen.engagement_id, operation, {"event_id": event_id}, 0)
            raise NotFound()
        if barred := seen.excluded_from.intersection(row["subjects"]):
            await self._engagements.refuse(Excluded, min(barred))
        if row["of"] in seen.kept_from and row["actor_id"] != call.caller.staff_id:
            await self._engagements.refuse(Excluded, row["person"])
        under = seen.under(row["team_id"], row["subjects"])
        if under is None:
            await self._engagements.refuse(NoEngagement, row["person"])
        return row, seen, under

    async def timeline(
        self, call: Call, service_user_id: UUID, as_of: datetime | None, **rest: Any
    ) -> Slice:
        """A service user's events in order, as far as they were recorded by `as_of`; those of all
        registrations that were known by then to be this person.

        Raises `NotFound` for somebody unknown, and `NoEngagement` when nothing about them lies
        within the caller's scope.
        """
        person = str(service_user_id)
        if not await self._ledger.knows(person):
            await self._messaging.catch_up("referrals", "supervision")
            if not await self._ledger.knows(person):
                raise NotFound("Nothing is recorded about this id.")
        seen = await self._engagements.sight(call, person)
        same = await self._same.known_at(person, as_of)
        if not await self._ledger.reaches(seen.scope, same):
            await self._engagements.refuse(NoEngagement, person)
        found = await self._ledger.page(
            seen, call.caller.staff_id, same, as_of=as_of, **rest, order="asc"
        )
        asked = {"service_user_id": person, "as_of": as_of, **rest}
        await self.record(
            call, seen.engagement_id, "timeline", asked, len(found.rows), together(same)
        )
        return found

    async def record(
        self,
        call: Call,
        engagement_id: UUID | None,
        operation: str,
        filters: dict[str, Any],
        returned: int,
        people: tuple[UUID, ...] = (),
        staff: tuple[str, ...] = (),
        about: str | None = AS_ASKED,
    ) -> None:
        """Put a question on record: what was asked, under which engagement, how much was found.

        `people` are the service users whose events the answer shows, `staff` the workers whose
        words.
        """
        used = {
            name: value.isoformat() if isinstance(value, datetime) else str(value)
            for name, value in sorted(filters.items())
            if value is not None and name not in NOT_FILTERS
        }
        if about is AS_ASKED:
            about = filters.get("service_user_id")
        restricted = await self._engagements.any_restricted(about, *map(str, people))
        await self._commands.record(
            call,
            Query.asked(
                call.actor(), self._clock.now(), operation, about, used, returned,
                engagement_id, people, restricted=restricted, staff_ids=staff,
            ),
        )  # fmt: skip


def together(same: Sequence[str]) -> tuple[UUID, ...]:
    """Whose record a question about a person shows besides: that of all their registrations, in
    each of which it is kept that somebody asked."""
    return tuple(map(UUID, same)) if len(same) > 1 else ()


def people_of(found: Slice) -> tuple[UUID, ...]:
    """The service users whom a page shows."""
    shown = {row["document"]["service_user_id"] for row in found.rows} - {None}
    return tuple(map(UUID, sorted(shown)))
