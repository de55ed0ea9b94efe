"""What an export is of, and whether somebody may have it: when it is asked for, when it is made,
and again each time that it is fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.audit.application.engagements import Engagements
from services.audit.application.people import People
from services.audit.domain import ExportOutdated, NotYourExport
from services.audit.policy import Reader, Sight
from services.audit.projection import Exporting, Readers
from shared.contracts.audit import ExportKind
from shared.eventstore.database import Database
from shared.kernel.call import Call
from shared.kernel.engagement import Terms
from shared.kernel.errors import Excluded, NoEngagement


@dataclass(frozen=True, slots=True)
class Subject:
    """What an export is of: a person, by all registrations; of them a note and what belongs to it;
    or what was recorded in a period."""

    kind: ExportKind
    person: str | None = None
    same: tuple[str, ...] = ()
    note_id: UUID | None = None
    things: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """A subject that somebody may have an export of, under these terms."""

    subject: Subject
    seen: Sight
    under: Terms


class Covering:
    def __init__(self, database: Database, engagements: Engagements, people: People) -> None:
        self._engagements = engagements
        self._people = people
        self._readers = Readers(database)
        self._exporting = Exporting(database)

    async def covered(
        self,
        call: Call,
        kind: ExportKind,
        service_user_id: UUID | None,
        note_id: UUID | None,
        since: datetime | None,
        until: datetime | None,
    ) -> Covered:
        """Raises `NotFound` for a person or note that isn't known, and `Excluded` or `NoEngagement`
        to who may not have it. Of a period only who sees everything."""
        if kind == "period":
            seen = await self._engagements.sight(call)
            under = next((each for each in seen.terms if each.scope.everything), None)
            if under is None:
                await self._engagements.refuse(NoEngagement, None)
            return Covered(Subject(kind, since=since, until=until), seen, under)
        person = str(service_user_id)
        things: tuple[str, ...] = ()
        if note_id:
            filed = await self._people.filed(note_id)
            person, things = filed.person, (str(note_id), *sorted(filed.concerns))
        seen, under, same = await self._people.covered(call, person)
        if not seen.kept_from.isdisjoint(things):
            await self._engagements.refuse(Excluded, person)
        return Covered(Subject(kind, person, same, note_id, things), seen, under)

    async def reader(self, staff_id: str, covered: Covered) -> Reader:
        """What of the entries may leave for them."""
        same = covered.subject.same
        misfiled = await self._exporting.misfiled(same) if same else frozenset[str]()
        return Reader(staff_id, covered.seen, frozenset(same), misfiled)

    async def refuse_now(self, call: Call, row: dict[str, Any]) -> Covered:
        """Refuse who may not fetch an export any more: whose engagement has ended, who is excluded
        since from the record of anybody in it, or whom a concern in it names; and everybody if it
        has what turned out to be somebody else's.

        What an export holds was chosen for who asked; so another IG lead is refused whatever was
        left out for one, but not for the other.
        """
        said = row["document"]
        own = row["requested_by"] == call.caller.staff_id
        if call.role == "auditor" and not own:
            raise NotYourExport()
        covered = await self.covered(
            call, said["kind"], _id(said["service_user_id"]), _id(said["note_id"]),
            _at(said["from"]), _at(said["to"]),
        )  # fmt: skip
        statement = said["statement"]
        if statement is None:
            return covered
        in_force = {str(each.id) for each in covered.seen.terms}
        if call.role == "auditor" and not in_force.issuperset(statement["engagement_ids"]):
            await self._engagements.refuse(NoEngagement, covered.subject.person)
        below = sum(each["size"] for each in statement["trees"])
        since = below if own else 0
        if covered.subject.kind == "period":
            kept = await self._keeps_of_period(call, covered.seen, statement, since, own=own)
        else:
            whose = {*covered.subject.same, *said["service_user_ids"]}
            kept = not covered.seen.excluded_from.isdisjoint(whose) or await self._exporting.named(
                call.caller.staff_id, sorted(whose), since, 0, below
            )
            if not kept and await self._is_of_another(covered.subject, whose, below):
                raise ExportOutdated()
        if kept:
            await self._engagements.refuse(Excluded, covered.subject.person)
        return covered

    async def _keeps_of_period(
        self, call: Call, seen: Sight, statement: dict[str, Any], since: int, *, own: bool
    ) -> bool:
        """Whether it holds what is kept from the caller now, and may not have been left out."""
        if statement["first_index"] is None:
            return False
        first, below = statement["first_index"], statement["last_index"] + 1
        caller, excluded = call.caller.staff_id, sorted(seen.excluded_from)
        return (
            (bool(excluded) and await self._exporting.excluded(excluded, since))
            or await self._exporting.named(caller, None, since, first, below)
            or (not own and await self._exporting.shown_elsewhere(caller, first, below))
        )

    async def _is_of_another(self, subject: Subject, whose: set[str], below: int) -> bool:
        """Whether somebody was separated since, or something taken out of the wrong record."""
        separated = not whose.issubset(subject.same)
        return separated or bool(await self._exporting.misfiled(sorted(whose), below))


def engagement_ids(terms: Sequence[Terms]) -> tuple[UUID, ...]:
    return tuple(each.id for each in terms if each.id)


def _id(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _at(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
