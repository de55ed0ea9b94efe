"""Exports: asked for, looked after, fetched, cancelled. `Making` makes them, beside requests."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from services.audit.application.engagements import Engagements
from services.audit.application.exports.assembling import CONTENT, Assembling
from services.audit.application.exports.covering import Covering
from services.audit.application.exports.making import Making
from services.audit.application.exports.preparing import Preparing
from services.audit.application.exports.proving import Proving
from services.audit.application.questions import together
from services.audit.domain import (
    MOST_WAITING,
    Download,
    Export,
    ExportGone,
    ExportNotMade,
    ExportNotReady,
    NotYourExport,
    TooManyWaiting,
)
from services.audit.projection import Exporting, Parts, forgotten, shown, without_progress
from services.audit.projection import Exports as ReadModel
from shared.contracts.audit import ExportPurpose, ExportRequested
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.listing import Slice
from shared.kernel.call import Call
from shared.kernel.clock import Clock
from shared.kernel.errors import Excluded, NotFound
from shared.kernel.ids import new_id


class Exports:
    def __init__(
        self,
        database: Database,
        commands: Commands,
        engagements: Engagements,
        covering: Covering,
        parts: Parts,
        clock: Clock,
    ) -> None:
        self._commands = commands
        self._engagements = engagements
        self._covering = covering
        self._parts = parts
        self._clock = clock
        self._read = ReadModel(database)
        self._exporting = Exporting(database)

    async def request(self, call: Call, purpose: ExportPurpose, **asked: Any) -> Outcome[Export]:
        """Ask for an export: `kind`, and what of. Raises what `Covering.covered` raises, and
        `TooManyWaiting`."""
        covered = await self._covering.covered(call, **asked)
        subject = covered.subject
        particulars = ExportRequested(
            kind=subject.kind,
            purpose=purpose,
            service_user_id=UUID(subject.person) if subject.person else None,
            service_user_ids=together(subject.same),
            note_id=subject.note_id,
            since=subject.since,
            until=subject.until,
            engagement_id=covered.under.id,
        )

        async def unless() -> None:
            if await self._read.unfinished_of(call.caller.staff_id) >= MOST_WAITING:
                raise TooManyWaiting()

        return await self._commands.create(
            call,
            lambda: Export.request(call.actor(), call.at, new_id(), particulars),
            Export,
            unless,
        )

    async def export(self, call: Call, id: UUID) -> dict[str, Any]:
        """One export as it stands, with its version. Raises `NotYourExport`, and `Excluded` to an
        IG lead who is excluded from the record that somebody else's is of, or from whom its note is
        kept."""
        row = await self._row(id)
        if row["requested_by"] != call.caller.staff_id:
            self._refuse_others(call, row["requested_by"])
            seen = await self._engagements.sight(call, row["document"]["service_user_id"])
            if row["document"]["note_id"] in seen.kept_from:
                await self._engagements.refuse(Excluded, row["document"]["service_user_id"])
        return {"document": shown(row), "version": row["version"]}

    async def exports(
        self, call: Call, requested_by: str | None, state: str | None, **rest: Any
    ) -> Slice:
        """Exports, newest first: to an IG lead all but others' of people who exclude them and of
        notes that are kept from them, to an auditor their own."""
        caller = call.caller.staff_id
        if call.role == "auditor":
            requested_by = requested_by or caller
            self._refuse_others(call, requested_by)
            return await self._read.page(caller, requested_by=requested_by, state=state, **rest)
        seen = await self._engagements.sight(call)
        return await self._read.page(caller, seen, requested_by=requested_by, state=state, **rest)

    async def cancel(self, call: Call, id: UUID) -> Outcome[Export]:
        """Stop making an export, or keep it no longer."""

        async def allow(export: Export) -> None:
            self._refuse_others(call, export.requested_by.staff_id)

        def end(export: Export) -> list[Any]:
            export.end(call.actor(), call.at, "cancelled")
            return [*forgotten(export.id), without_progress(export.id)]

        return await self._commands.change(call, Export, id, end, allow)

    async def content(self, call: Call, id: UUID) -> tuple[dict[str, Any], AsyncIterator[bytes]]:
        """An export's representation, and its ZIP a part at a time. Recorded before it leaves.

        Raises `NotYourExport` and what `Covering.refuse_now` raises to who may not have it (now);
        `ExportNotReady`, `ExportNotMade`, `ExportGone`.
        """
        row = await self._row(id)
        covered = await self._covering.refuse_now(call, row)
        document = row["document"]
        if row["state"] in ("queued", "running"):
            raise ExportNotReady()
        if row["state"] == "failed":
            raise ExportNotMade(failure=document["failure"])
        file = (await self._parts.files(id)).get(CONTENT)
        if row["state"] != "ready" or file is None or row["expires_at"] <= self._clock.now():
            raise ExportGone()
        await self._parts.ready(file)
        statement, person = document["statement"], document["service_user_id"]
        people = [UUID(each) for each in document["service_user_ids"]]
        if document["kind"] == "period" and statement["first_index"] is not None:
            found = await self._exporting.service_users(
                statement["first_index"], statement["last_index"]
            )
            people = [UUID(each) for each in found]
        restricted = await self._engagements.any_restricted(person, *map(str, people))
        first, *further = Download.of(
            id, call.actor(), self._clock.now(), tuple(people),
            kind=document["kind"],
            service_user_id=UUID(person) if person else None,
            note_id=UUID(document["note_id"]) if document["note_id"] else None,
            returned=statement["entries"],
            engagement_id=covered.under.id,
            restricted=restricted,
        )  # fmt: skip
        await self._commands.append(call, first, *further)
        return document, self._parts.read(file)

    async def _row(self, id: UUID) -> dict[str, Any]:
        row = await self._read.one(id)
        if row is None:
            raise NotFound()
        return row

    @staticmethod
    def _refuse_others(call: Call, requested_by: str) -> None:
        if call.role == "auditor" and requested_by != call.caller.staff_id:
            raise NotYourExport()


__all__ = ["Assembling", "Covering", "Exports", "Making", "Preparing", "Proving"]
