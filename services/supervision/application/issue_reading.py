"""Use cases of organisational issues: look up, and see who raised one if one may."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.supervision import policy
from services.supervision.application.overseeing import overseen
from services.supervision.domain import Issue, in_confidence
from services.supervision.projection import Issues as ReadModel
from services.supervision.projection import as_read, issue_document
from shared.eventstore.commands import Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents, without_content
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.errors import NotFound
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships


class IssueReading:
    def __init__(
        self, database: Database, relationships: Relationships, documents: Documents
    ) -> None:
        self._relationships = relationships
        self._documents = documents
        self._read = ReadModel(database)

    async def issue(self, call: Call, id: UUID) -> dict[str, Any]:
        """One issue: for its team, whoever raised it, auditors and IG leads."""
        found = await self._read.one(id)
        if found is None:
            raise NotFound()
        team_id = found["team_id"]
        if "own" in call.bases and found["raised_by"] == call.caller.staff_id:
            grant = Grant("own")
        else:
            _, grant = await overseen(self._relationships, call, team_id)
        [shown] = (await self._as_read(call, grant, Slice([found], more=False))).rows
        await self._record(call, grant, Shown(resource=f"issue/{id}", team_id=team_id))
        return shown

    async def issues(self, call: Call, team_id: str | None, *, mine: bool, **rest: Any) -> Slice:
        """A team's issues; with `mine` those that the caller raised, in whatever team."""
        if mine and "own" in call.bases:
            grant = Grant("own")
        else:
            team_id, grant = await overseen(self._relationships, call, team_id)
        raised_by = call.caller.staff_id if mine else None
        found = await self._read.page(now=call.at, team_id=team_id, raised_by=raised_by, **rest)
        shown = await self._as_read(call, grant, found)
        listed = Shown(returned=len(found.rows), team_id=team_id)
        await self._record(call, grant, listed)
        return shown

    def left(self, call: Call, outcome: Outcome[Issue]) -> dict[str, Any]:
        """What a command left behind, as whoever gave it sees it."""
        issue = outcome.aggregate
        reader = policy.Reader(call.caller.staff_id, policy.routes_of(call.caller.roles))
        return as_read(issue_document(issue), issue.raised_by, reader, call.at)

    async def _record(self, call: Call, grant: Grant, shown: Shown) -> None:
        """Who looks at an issue because it is theirs is named no more than where they raised it."""
        if grant.basis == "own":
            hidden = in_confidence(call.actor())
            caller = replace(call.caller, staff_id=hidden.staff_id, name=hidden.name)
            call = replace(call, caller=caller)
        await self._relationships.shown(call, grant, shown)

    async def _as_read(self, call: Call, grant: Grant, found: Slice) -> Slice:
        """The rows as the caller sees them. Auditors whose engagement is without identities see
        that they are, and none of the words."""
        roles = call.caller.roles if grant.basis == "team" else frozenset[str]()
        reader = policy.Reader(call.caller.staff_id, policy.routes_of(roles))
        opened = (await self._documents.shown(found)) if grant.identified else found

        def document(row: Mapping[str, Any]) -> Any:
            said = from_json(row["document"]) if grant.identified else without_content(row)
            return grant.shows(as_read(said, row["raised_by"], reader, call.at))

        return opened.shown(document)
