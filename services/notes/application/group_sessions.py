"""Use cases of group sessions: hold, look up."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.notes.application.recording import Recording
from services.notes.domain import GroupSession
from services.notes.projection import GroupSessions as ReadModel
from services.notes.projection import session_document
from shared.contracts.notes import Account, Contact, GroupEntry
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.kernel.times import refuse_future
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships

Part = tuple[UUID, Contact, Account]


class GroupSessions:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        relationships: Relationships,
        recording: Recording,
    ) -> None:
        self._commands = commands
        self._relationships = relationships
        self._recording = recording
        self._read = ReadModel(database)

    async def hold(
        self, call: Call, shared: dict[str, Any], parts: Sequence[Part]
    ) -> tuple[Outcome[GroupSession], dict[str, Any]]:
        """Record a session and everyone's own note, all or none. Raises `NotFound`."""
        refuse_future(shared["occurred_at"], call.at, "occurred_at")
        session_id = new_id()
        prepared = await asyncio.gather(
            *(self._recording.prepared(call, *part, session_id) for part in parts)
        )
        notes = [each.note for each in prepared]
        theirs = {note.team for note in notes if note.team}
        # Of people of several teams, it is in the list of the team of who recorded it.
        ours = theirs & prepared[0].author_teams
        team_id = min(ours or theirs, default=None)
        outcome = await self._commands.create(
            call,
            lambda: GroupSession.hold(
                call.actor(),
                call.at,
                session_id,
                team_id=team_id,
                entries=tuple(
                    GroupEntry(note_id=note.id, attendance=note.contact.attendance)
                    for note in notes
                ),
                **{**shared, "leader_id": shared["leader_id"] or call.caller.staff_id},
            ),
            GroupSession,
            beside=lambda _: [made for each in prepared for made in each.all],
        )
        shown = await self._with_entries(call, session_document(outcome.aggregate), frozenset())
        return outcome, shown

    async def session(self, call: Call, id: UUID) -> dict[str, Any]:
        """One session: for who led or recorded it, and for the team."""
        row = await self._read.one(id)
        if row is None:
            raise NotFound()
        found, staff = row["document"], (await self._relationships.facts(call)).staff
        held_by = (found["leader_id"], found["recorded_by"]["staff_id"])
        if staff.at_work and staff.staff_id in held_by:
            grant, teams = Grant("author"), staff.teams(call.at) | staff.answers_for(call.at)
        else:
            team_id, grant = await self._relationships.team(call, found["team_id"])
            teams = frozenset({team_id})
        shown = await self._with_entries(call, found, teams)
        whose = tuple(sorted(each["service_user_id"] for each in shown["entries"]))
        await self._relationships.shown(
            call,
            grant,
            Shown(whose, f"group-session/{id}", len(shown["entries"]), found["team_id"]),
        )
        return shown

    async def sessions(self, call: Call, team_id: str | None, **rest: Any) -> Slice:
        """A team's sessions, which name nobody."""
        team_id, _ = await self._relationships.over_team(call, team_id)
        return await self._read.page(team_id=team_id, **rest)

    async def _with_entries(
        self, call: Call, document: dict[str, Any], teams: frozenset[str]
    ) -> dict[str, Any]:
        """A session with the entries that the caller wrote, or that are of these teams."""
        session_id = UUID(str(document["id"]))
        entries = await self._read.entries(session_id, call.caller.staff_id, teams)
        return {**document, "entries": entries}
