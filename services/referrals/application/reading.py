"""Looking up what is about people: one of a kind, what happened to it, and lists."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from uuid import UUID

from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.errors import NotFound
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Permitted, Relationships
from shared.platform.ties import of_person

Entries = list[dict[str, Any]]


class Rows(Protocol):
    """The read model of one kind. `page` takes the filters of `whose`, `team_id`, `of_team` and
    `seen_by`, and the kind's own."""

    async def one(self, id: UUID) -> dict[str, Any] | None: ...

    async def page(self, **arguments: Any) -> Slice: ...


class Reading:
    """The look-ups of one kind, each on record before it is answered."""

    def __init__(
        self, kind: str, rows: Rows, relationships: Relationships, documents: Documents
    ) -> None:
        self._kind = kind
        self._rows = rows
        self._relationships = relationships
        self._documents = documents

    async def one(self, call: Call, id: UUID) -> dict[str, Any]:
        """The row of one, its document open. Raises `NotFound`."""
        found, permitted = await self._found(call, id)
        found = await self._documents.one(found)
        await self._show(call, permitted, found)
        return found

    async def history(
        self, call: Call, id: UUID, entries: Callable[[UUID], Awaitable[Entries]]
    ) -> Entries:
        """Everything that happened to one, oldest first, as `entries` tells it."""
        found, permitted = await self._found(call, id)
        told = await entries(id)
        await self._show(call, permitted, found, len(told))
        return told

    async def listed(
        self,
        call: Call,
        service_user_id: UUID | None,
        team_id: str | None,
        *,
        own: bool = False,
        **rest: Any,
    ) -> Slice:
        """Those of one person or one team that the caller is related to, or of the caller's `own`
        caseload, whichever teams these people are in.

        Of a person it is what is recorded under all their registrations. A team's list leaves out
        who is another team's by now, and restricted people, but for the staff named for them.
        """
        seen_by, of_team = None, None
        same: tuple[UUID, ...] = ()
        if service_user_id is not None:
            permitted = await self._relationships.require(call, service_user_id)
            grant, same = permitted.grant, permitted.facts.same
        elif "system" in call.bases:
            grant = Grant("system")
        elif own and (await self._relationships.facts(call)).staff.at_work:
            grant, seen_by = Grant("caseload"), call.caller.staff_id
        else:
            team_id, grant = await self._relationships.team(call, team_id)
            seen_by, of_team = call.caller.staff_id, team_id
        found = await self._rows.page(
            **of_person(same), team_id=team_id, of_team=of_team, seen_by=seen_by, **rest
        )
        found = await self._documents.shown(found)
        await self._relationships.shown(call, grant, Shown.listed(found, team_id, service_user_id))
        return found

    async def _found(self, call: Call, id: UUID) -> tuple[dict[str, Any], Permitted]:
        found = await self._rows.one(id)
        if found is None:
            raise NotFound()
        return found, await self._relationships.require(
            call, found["service_user_id"], resource=f"{self._kind}/{id}"
        )

    async def _show(
        self, call: Call, permitted: Permitted, found: dict[str, Any], returned: int = 1
    ) -> None:
        whose, resource = (found["service_user_id"],), f"{self._kind}/{found['id']}"
        shown = Shown(whose, resource, returned, found["team_id"])
        await self._relationships.shown(call, permitted.grant, shown)
